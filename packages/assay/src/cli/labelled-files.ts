import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { LabelledText } from '@assay/learn';
import { readJsonLines } from '@assay/nlp';
import { AssayError } from '../errors.ts';
import { parseTable } from '../plots/index.ts';
import { readTsv } from './tsv.ts';

export interface TrainingExample extends LabelledText {
  readonly id: string;
}

/**
 * Reads labelled texts: `label<TAB>text` (.tsv), a table with the columns text and label (.csv), or JSON Lines with
 * "text" and "label"; of the last two also, where they are, "id" and "group", and of JSON Lines "probabilities".
 * @throws AssayError `ASSAY_TSV_MISSING`, `ASSAY_TSV_LINE` and `ASSAY_TSV_EMPTY` with file and line; NlpError.
 */
export async function readExamples(path: string): Promise<TrainingExample[]> {
  const extension = extname(path);
  if (extension === '.tsv') return readTsv(path);
  if (extension === '.csv') return readCsv(path);
  let line = 0;
  return readJsonLines(path, '{"text": "…", "label": "…"}', (value): TrainingExample | undefined => {
    line++;
    if (typeof value !== 'object' || value === null) return undefined;
    const { id, text, label, group, probabilities }: Partial<Record<string, unknown>> = { ...value };
    if (typeof text !== 'string' || typeof label !== 'string') return undefined;
    if (probabilities !== undefined && !isProbabilities(probabilities)) return undefined;
    return {
      id: typeof id === 'string' ? id : `${line}`,
      text,
      label,
      ...(typeof group === 'string' ? { group } : {}),
      ...(probabilities === undefined ? {} : { probabilities }),
    };
  });
}

function isProbabilities(value: unknown): value is Readonly<Record<string, number>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'number');
}

async function readCsv(path: string): Promise<TrainingExample[]> {
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new AssayError('ASSAY_TSV_MISSING', `cannot read ${path} as UTF-8 text: ${reason}`, { cause });
  }
  const examples = parseTable(content, ',', true).map((row, i): TrainingExample => {
    const column = (name: string) => {
      const value = row.get(name);
      return typeof value === 'string' && value.trim() !== '' ? value : undefined;
    };
    const [text, label, group] = [column('text'), column('label'), column('group')];
    if (text === undefined || label === undefined) {
      throw new AssayError('ASSAY_TSV_LINE', `${path}: row ${i + 1} has no ${text === undefined ? 'text' : 'label'}`, {
        hint: 'The first line names the columns, text and label among them; no row leaves them empty.',
      });
    }
    return { id: column('id') ?? `${i + 1}`, text, label, ...(group === undefined ? {} : { group }) };
  });
  if (examples.length === 0) throw new AssayError('ASSAY_TSV_EMPTY', `${path} holds no rows`);
  return examples;
}
