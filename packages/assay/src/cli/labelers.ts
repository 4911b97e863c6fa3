import { readFile } from 'node:fs/promises';
import {
  type Labeler,
  localLabeler,
  localLabelerNames,
  NlpError,
  type ServiceSettings,
  serviceLabeler,
  serviceLabelerNames,
} from '@assay/nlp';
import { parse } from 'yaml';
import { z } from 'zod';
import { AssayError } from '../errors.ts';

export const labelerNames: readonly string[] = [...localLabelerNames, ...serviceLabelerNames];

const rate = z.number().positive().max(100_000);
const signed = z.number().min(-1).max(1);

/** What may be set of a labeler that asks a service. */
const settingsSchema = z.strictObject({
  endpoint: z.string().optional(),
  region: z.string().optional(),
  language: z.string().optional(),
  requests_per_second: rate.optional(),
  usd_per_unit: z.number().nonnegative().optional(),
  threshold: z.number().min(0).max(1).optional(),
  scheme: z
    .strictObject({
      classes: z.union([z.literal(3), z.literal(4)]).optional(),
      band: z.strictObject({ negative: signed, positive: signed }).optional(),
    })
    .optional(),
});

const fileSchema = z.record(z.string(), settingsSchema);
type SettingsFile = z.infer<typeof fileSchema>;

/**
 * The labelers of a list `a,b`, each with its settings of the file, where one is given.
 *
 * @throws {AssayError} ASSAY_LABEL_NO_LABELERS, ASSAY_LABEL_SETTINGS; {NlpError} ASSAY_LABELER_UNKNOWN and what making
 * a labeler throws.
 */
export async function labelersOf(
  list: string,
  settingsFile: string | undefined,
  around: { readonly environment: NodeJS.ProcessEnv; readonly directory: string },
): Promise<Labeler[]> {
  const names = namesIn(list);
  const settings = settingsFile === undefined ? {} : await readSettings(settingsFile);
  const labelers: Labeler[] = [];
  for (const name of names) {
    const own = Object.hasOwn(settings, name) ? settings[name]! : undefined;
    if (own !== undefined && localLabelerNames.includes(name)) {
      throw new AssayError('ASSAY_LABEL_SETTINGS', `${name} runs here and has no settings`, {
        hint: `Settings are for ${serviceLabelerNames.join(', ')}.`,
      });
    }
    const service = await serviceLabeler(name, serviceSettings(own), around);
    if (service === undefined && !localLabelerNames.includes(name)) {
      throw new NlpError('ASSAY_LABELER_UNKNOWN', `There is no labeler "${name}".`, {
        hint: `Known labelers: ${labelerNames.join(', ')}.`,
      });
    }
    labelers.push(service ?? localLabeler(name));
  }
  return labelers;
}

function namesIn(list: string): string[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length > 0) return names;
  throw new AssayError('ASSAY_LABEL_NO_LABELERS', '--labelers names none.', {
    hint: `Known labelers: ${labelerNames.join(', ')}.`,
  });
}

function serviceSettings(own: SettingsFile[string] = {}): ServiceSettings & { region?: string; threshold?: number } {
  const { requests_per_second: requestsPerSecond, usd_per_unit: usdPerUnit, scheme, ...same } = own;
  return defined({ ...same, requestsPerSecond, usdPerUnit, scheme: scheme && defined(scheme) });
}

/** Without what is undefined, as `exactOptionalPropertyTypes` wants it. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

async function readSettings(file: string): Promise<SettingsFile> {
  const refuse = (what: string): never => {
    throw new AssayError('ASSAY_LABEL_SETTINGS', `the settings ${file} ${what}`, {
      hint: 'A mapping of labelers to settings, such as {"google": {"requests_per_second": 5, "scheme": {"classes": 4}}}.',
    });
  };
  const text = await readFile(file, 'utf8').catch((error: unknown) =>
    refuse(`cannot be read: ${error instanceof Error ? error.message : error}`),
  );
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    return refuse(`are not YAML: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = fileSchema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`are not right at ${issue!.path.join('.') || 'their top'}: ${issue!.message}`);
}
