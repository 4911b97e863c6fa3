import { z } from 'zod';
import { AssayError } from '../errors.ts';
import type { Artifact, RecordStore, SealedRecord } from '../records/index.ts';
import type { StoredFiles } from './stored-files.ts';
import { type Lineage, walk } from './walk.ts';

export interface LineageContext {
  readonly records: RecordStore;
  readonly files: StoredFiles;
}

/** A paragraph that a model learned from or was tested on: a line of the `examples.jsonl` that its stage wrote. */
export interface Example {
  readonly id: string;
  readonly part: 'train' | 'dev' | 'test';
  readonly label: string;
  readonly predicted: string | undefined;
  readonly probabilities: Readonly<Record<string, number>> | undefined;
}

const exampleLine = z.object({
  id: z.string(),
  part: z.enum(['train', 'dev', 'test']),
  label: z.string(),
  predicted: z.string().nullish(),
  probabilities: z.record(z.string(), z.number()).or(z.array(z.number())).nullish(),
});

const span = { start: z.number().int().min(0), end: z.number().int().min(0) };

/** What is needed here of a line of `paragraphs.jsonl`; offsets are bytes into the filing. */
const paragraphLine = z.object({
  ...span,
  id: z.string(),
  accession: z.string(),
  section: z.string(),
  turn: z.number(),
  speaker: z.string(),
  side: z.string(),
  affiliation: z.string().nullable(),
  position: z.string().nullable(),
  text: z.string(),
});

export type ParagraphLine = Readonly<z.infer<typeof paragraphLine>>;

/** The model's walk upwards from the stage run that trained it. */
export interface Training {
  readonly stageRun: SealedRecord;
  readonly lineage: Lineage;
  /** Every stage run on the way, nearest first. */
  readonly stageRuns: readonly SealedRecord[];
}

const deepest = 200;

/** @throws AssayError `ASSAY_LINEAGE_NO_STAGE_RUN` when the version names no stage run that trained it. */
export async function trainingOf({ records }: LineageContext, model: SealedRecord): Promise<Training> {
  const ref = model.record.parents.find(({ role }) => role === 'trained-by')?.ref;
  const stageRun = ref?.startsWith('record:') ? await records.get(ref.slice('record:'.length)) : undefined;
  if (!stageRun) {
    throw new AssayError(
      'ASSAY_LINEAGE_NO_STAGE_RUN',
      `${model.record.kind}/${model.record.id} ${model.record.version} does not name the stage run that trained it`,
      { hint: 'Register a model from a run: assay model register.' },
    );
  }
  const root = { type: 'record', ref: `record:${stageRun.hash}`, sealed: stageRun } as const;
  const lineage = await walk(records, root, { direction: 'up', depth: deepest });
  const stageRuns = lineage.nodes.flatMap((node) =>
    node.type === 'record' && node.sealed.record.kind === 'stage-run' ? [node.sealed] : [],
  );
  return { stageRun, lineage, stageRuns };
}

/**
 * The examples of a model version, in the order of its file.
 * @throws AssayError `ASSAY_LINEAGE_NO_EXAMPLES` when neither the version nor its stage run has an `examples.jsonl`,
 * `ASSAY_LINEAGE_FILE_MALFORMED`, and what reading objects throws.
 */
export async function readExamples(
  context: LineageContext,
  model: SealedRecord,
  labels: readonly string[],
): Promise<readonly Example[]> {
  const own = await context.files.named(model, 'examples.jsonl');
  const file = own ?? (await context.files.named((await trainingOf(context, model)).stageRun, 'examples.jsonl'));
  if (!file) {
    throw new AssayError(
      'ASSAY_LINEAGE_NO_EXAMPLES',
      `the model ${model.record.id} ${model.record.version} has no examples.jsonl`,
      { hint: 'Models trained by `assay learn train` have one; others tell nothing of their paragraphs.' },
    );
  }
  const examples = await context.files.lines(file);
  return examples.map((line, i) => {
    const { id, part, label, predicted, probabilities } = checked(exampleLine, line, file, i);
    const byLabel = Array.isArray(probabilities)
      ? Object.fromEntries(probabilities.flatMap((value, k) => (labels[k] === undefined ? [] : [[labels[k], value]])))
      : (probabilities ?? undefined);
    return { id, part, label, predicted: predicted ?? undefined, probabilities: byLabel };
  });
}

/**
 * The paragraphs that stage runs on the way to a model wrote, by id; of one id the furthest from the model counts, where the
 * offsets were found.
 * @throws AssayError `ASSAY_LINEAGE_FILE_MALFORMED`, and what reading objects throws.
 */
export async function readParagraphs(
  { files }: LineageContext,
  training: Training,
): Promise<ReadonlyMap<string, { readonly paragraph: ParagraphLine; readonly stageRun: SealedRecord }>> {
  const found = new Map<string, { paragraph: ParagraphLine; stageRun: SealedRecord }>();
  for (const stageRun of training.stageRuns) {
    const file = await files.named(stageRun, 'paragraphs.jsonl');
    if (!file) continue;
    for (const [i, line] of (await files.lines(file)).entries()) {
      const paragraph = checked(paragraphLine, line, file, i);
      found.set(paragraph.id, { paragraph, stageRun });
    }
  }
  return found;
}

/** @throws AssayError `ASSAY_LINEAGE_FILE_MALFORMED`, with file and line. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, file: Artifact, index: number): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? `\`${issue.path.join('.')}\`: ` : '';
  throw new AssayError('ASSAY_LINEAGE_FILE_MALFORMED', `${file.name}, value ${index + 1}: ${where}${issue?.message}`, {
    hint: 'The file is as the stage wrote it: correct the stage and run it again.',
  });
}
