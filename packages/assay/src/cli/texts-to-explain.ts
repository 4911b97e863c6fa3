import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { readJsonLines } from '@assay/nlp';
import { AssayError } from '../errors.ts';
import { readTsv } from './tsv.ts';

export interface TextToExplain {
  readonly id: string;
  readonly text: string;
  /** The reference label, where the file has one. */
  readonly truth?: string;
}

/**
 * Reads texts: `label<TAB>text` (.tsv), one text a line (.txt), or JSON Lines with `text` and, if they like, `id` and `label`.
 * @throws AssayError, NlpError as the readers; `ASSAY_TSV_MISSING` for a text file that cannot be read.
 */
export async function readTextsToExplain(path: string): Promise<TextToExplain[]> {
  const extension = extname(path);
  if (extension === '.tsv') return (await readTsv(path)).map(({ id, text, label }) => ({ id, text, truth: label }));
  if (extension === '.txt') {
    const lines = (await readText(path)).split(/\r?\n/);
    const texts = lines.map((text, i) => ({ id: `${i + 1}`, text })).filter(({ text }) => text.trim() !== '');
    if (texts.length === 0) throw new AssayError('ASSAY_TSV_EMPTY', `${path} holds no lines`);
    return texts;
  }
  let line = 0;
  return readJsonLines(path, '{"text": "…"}, with "label" and "id" if there are any', (value) => {
    line++;
    if (typeof value !== 'object' || value === null) return undefined;
    const { id, text, label }: Partial<Record<string, unknown>> = { ...value };
    if (typeof text !== 'string') return undefined;
    return {
      id: typeof id === 'string' ? id : `${line}`,
      text,
      ...(typeof label === 'string' ? { truth: label } : {}),
    };
  });
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new AssayError('ASSAY_TSV_MISSING', `cannot read ${path} as UTF-8 text: ${reason}`, { cause });
  }
}
