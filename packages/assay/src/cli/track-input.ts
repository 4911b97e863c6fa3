import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import { type Document, type Format, formatOfName, formats, type GivenFile, Tracker } from '../track/index.ts';
import type { Context } from './context.ts';

/** What create and update take. */
export const contentOptions = {
  metadata: { value: 'FILE', description: 'JSON, Amazon Ion (text or binary) or YAML' },
  metadataFormat: { value: 'FORMAT', description: 'where the ending does not tell', choices: ['json', 'ion', 'yaml'] },
  data: { value: 'FILE', description: 'JSON, Amazon Ion, YAML or JDF' },
  dataFormat: { value: 'FORMAT', description: 'where the ending does not tell', choices: formats },
  file: { value: 'FILE', description: 'a file of any size; NAME=FILE gives it another name', repeat: true },
  note: { value: 'TEXT', description: 'a remark' },
  version: { value: 'M:m:p', description: 'in place of the proposed one; above the last' },
  dryRun: { description: 'only print the version that is proposed, and why' },
} as const;

interface Content {
  readonly metadata: string | undefined;
  readonly metadataFormat: string | undefined;
  readonly data: string | undefined;
  readonly dataFormat: string | undefined;
  readonly file: readonly string[];
  readonly note: string | undefined;
  readonly version: string | undefined;
}

export async function openTracker(context: Context): Promise<Tracker> {
  return new Tracker(await context.records(), context.objects(), await context.searchIndex());
}

/** `KIND/ID`, and what stands after an `@`. */
export function nameOf(reference: string): { kind: string; id: string; which: string | undefined } {
  const [, kind, id, which] = /^([^/]+)\/([^@]+)(?:@(.+))?$/s.exec(reference) ?? [];
  if (kind !== undefined && id !== undefined) return { kind, id, which };
  throw new AssayError('ASSAY_TRACK_NAME', `${JSON.stringify(reference)} is not KIND/ID`, {
    hint: 'For instance experiment/wine-1.',
  });
}

export async function readContent(context: Context, reference: string, content: Content) {
  const { kind, id } = nameOf(reference);
  const at = (path: string) => resolve(context.directory, path);
  const document = async (path: string, format: string | undefined): Promise<Document> => {
    const known = (format as Format | undefined) ?? formatOfName(path);
    if (known !== undefined) return { name: path, format: known, bytes: await readFile(at(path)) };
    throw new AssayError('ASSAY_TRACK_DOCUMENT', `the ending of ${path} does not tell its format`, {
      hint: 'Add --metadata-format or --data-format.',
    });
  };
  const files: GivenFile[] = [];
  for (const given of content.file) {
    const [, name, path] = /^([^=]+)=(.+)$/s.exec(given) ?? [undefined, basename(given), given];
    if (!(await stat(at(path!))).isFile()) {
      throw new AssayError('ASSAY_TRACK_FILES', `${path} is no file`, { hint: 'A folder goes into an archive first.' });
    }
    files.push({ name: name!, path: at(path!) });
  }
  return {
    kind,
    id,
    files,
    ...(content.metadata === undefined ? {} : { metadata: await document(content.metadata, content.metadataFormat) }),
    ...(content.data === undefined ? {} : { data: await document(content.data, content.dataFormat) }),
    ...(content.note === undefined ? {} : { note: content.note }),
    ...(content.version === undefined ? {} : { version: content.version }),
  };
}

/** @throws AssayError `ASSAY_TRACK_QUERY` */
export function timeOption(text: string | undefined): { asOf?: Date } {
  if (text === undefined) return {};
  const asOf = new Date(text);
  if (!Number.isNaN(asOf.getTime())) return { asOf };
  throw new AssayError('ASSAY_TRACK_QUERY', `--as-of: ${JSON.stringify(text)} is no time`, {
    hint: 'Write 2026-01-31 or 2026-01-31T12:00:00Z.',
  });
}
