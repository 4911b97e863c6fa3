import { readFile } from 'node:fs/promises';
import { AssayError } from '../errors.ts';

/** A line of the file; `id` is its number, from 1. */
interface TsvLine {
  readonly id: string;
  readonly label: string;
  readonly text: string;
}

/**
 * Reads `label<TAB>text` lines.
 * @throws AssayError `ASSAY_TSV_MISSING`, `ASSAY_TSV_LINE` with file and line, `ASSAY_TSV_EMPTY`.
 */
export async function readTsv(path: string): Promise<TsvLine[]> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    throw new AssayError(
      'ASSAY_TSV_MISSING',
      `cannot read ${path} as UTF-8 text: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
  const examples: TsvLine[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue;
    const tab = line.indexOf('\t');
    if (tab <= 0 || line.slice(tab + 1).trim() === '') {
      throw new AssayError(
        'ASSAY_TSV_LINE',
        `${path}:${i + 1}: expected label<TAB>text, found ${JSON.stringify(line.slice(0, 60))}`,
      );
    }
    examples.push({ id: `${i + 1}`, label: line.slice(0, tab), text: line.slice(tab + 1) });
  }
  if (examples.length === 0) throw new AssayError('ASSAY_TSV_EMPTY', `${path} holds no lines`);
  return examples;
}
