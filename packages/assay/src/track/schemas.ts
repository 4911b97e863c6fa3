import { AssayError } from '../errors.ts';
import type { RecordStore, SealedRecord } from '../records/index.ts';
import { type Document, placeOf, readDocument, type Value } from './documents/index.ts';
import { exactAjv } from './exact-schema.ts';
import { checkName } from './kinds.ts';

export type Part = 'metadata' | 'data';
const idOf = (kind: string, part: Part) => (part === 'metadata' ? kind : `${kind}/data`);

/**
 * Attaches a JSON Schema (2020-12) to a kind of record; each change is a revision of a record.
 * @throws AssayError `ASSAY_TRACK_SCHEMA`
 */
export async function setSchema(
  records: RecordStore,
  kind: string,
  part: Part,
  document: Document,
): Promise<SealedRecord> {
  checkName(kind, 'any');
  exactAjv(readDocument({ ...document, format: 'json' }));
  const id = idOf(kind, part);
  const revision = ((await records.latest('schema', id))?.record.revision ?? 0) + 1;
  const body = { mediaType: 'application/json', bytes: document.bytes };
  const event = revision === 1 ? 'created' : 'updated';
  const [sealed] = await records.append([{ kind: 'schema', id, revision, version: `${revision}:0:0`, event, body }]);
  return sealed!;
}

export async function schemaOf(
  records: RecordStore,
  kind: string,
  part: Part,
): Promise<{ readonly sealed: SealedRecord; readonly bytes: Uint8Array } | undefined> {
  const sealed = await records.latest('schema', idOf(kind, part));
  const opened = sealed && (await records.body(sealed.record.body));
  return sealed && opened && { sealed, bytes: opened.bytes };
}

/**
 * Answers with the schema's record, undefined where the kind has none.
 * @throws AssayError `ASSAY_TRACK_SCHEMA_BROKEN` with each place, as JSON pointer and as line and column
 */
export async function checkAgainstSchema(
  records: RecordStore,
  kind: string,
  part: Part,
  document: Document,
  value: Value,
): Promise<SealedRecord | undefined> {
  const schema = await schemaOf(records, kind, part);
  if (schema === undefined) return undefined;
  const name = `schema of ${kind}`;
  const problems = exactAjv(readDocument({ name, format: 'json', bytes: schema.bytes }))(value);
  if (problems.length === 0) return schema.sealed;
  const isBinary = document.format === 'ion' && document.bytes[0] === 0xe0;
  const text = isBinary ? undefined : new TextDecoder().decode(document.bytes);
  const told = problems
    .slice(0, 10)
    .map(({ pointer, at, message }) => `${document.name}${placeOf(text, at)}: ${pointer || 'the document'} ${message}`);
  throw new AssayError('ASSAY_TRACK_SCHEMA_BROKEN', told.join('\n'), {
    hint: `Nothing was recorded. See \`assay track schema show ${kind}\`.`,
  });
}
