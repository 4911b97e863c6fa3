import { readFile } from 'node:fs/promises';
import { NlpError } from '../errors.ts';

/**
 * Reads a JSON Lines file, each line through `parse`, which answers undefined for a value that is not what the file
 * should hold. Empty lines at the end are passed over.
 *
 * @param expected what a line should be, for the error, such as `{"id": …, "text": …}`.
 * @throws NlpError `ASSAY_JSON_LINES_MISSING`, `ASSAY_JSON_LINES_NOT_UTF8`, `ASSAY_JSON_LINES_LINE` with file and line,
 * `ASSAY_JSON_LINES_EMPTY`.
 */
export async function readJsonLines<T>(
  path: string,
  expected: string,
  parse: (value: unknown) => T | undefined,
): Promise<T[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new NlpError(
      'ASSAY_JSON_LINES_MISSING',
      `cannot read ${path}: ${error instanceof Error ? error.message : error}`,
      {
        hint: 'Check the path; in a pipeline, check that the stage before wrote it.',
        cause: error,
      },
    );
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new NlpError('ASSAY_JSON_LINES_NOT_UTF8', `${path} is not UTF-8`, {
      hint: 'Convert it to UTF-8.',
      cause: error,
    });
  }
  const lines = text.split('\n');
  const out: T[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const value = parseLine(line);
    const parsed = value === undefined ? undefined : parse(value.json);
    if (parsed === undefined) {
      const found = line.length > 80 ? `${line.slice(0, 80)}…` : line;
      throw new NlpError(
        'ASSAY_JSON_LINES_LINE',
        `${path}:${i + 1}: expected ${expected}, found ${value ? found : `no JSON: ${found}`}`,
        {
          hint: 'Every line is one JSON value of that form.',
        },
      );
    }
    out.push(parsed);
  }
  if (out.length === 0)
    throw new NlpError('ASSAY_JSON_LINES_EMPTY', `${path} holds no lines`, { hint: 'Check the stage that wrote it.' });
  return out;
}

function parseLine(line: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(line) };
  } catch {
    return undefined;
  }
}
