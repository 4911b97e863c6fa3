import { AssayError } from '../../errors.ts';
import { decodeText, parseIon } from './ion.ts';
import { parseJson } from './json.ts';
import { LARGEST_DOCUMENT, refuse } from './refusal.ts';
import type { Value } from './value.ts';
import { parseYaml } from './yaml.ts';

export { placeOf } from './refusal.ts';
export * from './value.ts';

export type Format = 'json' | 'ion' | 'yaml' | 'jdf';
export const formats: readonly Format[] = ['json', 'ion', 'yaml', 'jdf'];

/** A document as it was given. */
export interface Document {
  /** What it is called in refusals, a file's path for one. */
  readonly name: string;
  readonly format: Format;
  readonly bytes: Uint8Array;
}

/**
 * Reads a document exactly.
 * @throws AssayError `ASSAY_TRACK_DOCUMENT`, naming the place
 */
export function readDocument({ name, format, bytes }: Document): Value {
  if (bytes.length > LARGEST_DOCUMENT) {
    throw new AssayError('ASSAY_TRACK_DOCUMENT', `${name}: ${bytes.length} bytes; at most ${LARGEST_DOCUMENT}`, {
      hint: 'Give it as a file: files may have any size.',
    });
  }
  if (format === 'ion') return parseIon(name, bytes);
  const text = decodeText(name, bytes);
  if (format === 'json') return parseJson(name, text);
  if (format === 'yaml') return parseYaml(name, text);
  const value = /^\s*\{/.test(text) ? parseJson(name, text) : parseYaml(name, text);
  if (value.type !== 'map') throw refuse(name, text, value.at, 'a JDF is a map');
  return value;
}

/** By the ending of a name; undefined where that says nothing. */
export function formatOfName(name: string): Format | undefined {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return { json: 'json', ion: 'ion', '10n': 'ion', yaml: 'yaml', yml: 'yaml', jdf: 'jdf' }[ending] as
    | Format
    | undefined;
}
