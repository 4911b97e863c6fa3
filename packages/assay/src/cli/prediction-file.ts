import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { PredictionRow } from '@assay/learn';
import { readJsonLines } from '@assay/nlp';
import { AssayError } from '../errors.ts';
import { parseCsv } from './csv.ts';

/** The names that columns go by, the first that is there counts. */
const names = {
  id: ['id', 'item', 'index'],
  reference: ['label', 'reference', 'truth', 'true_label', 'gold', 'target', 'y_true'],
  predicted: ['predicted', 'prediction', 'predicted_label', 'pred', 'y_pred'],
  text: ['text', 'sentence'],
} as const;
type Column = keyof typeof names;
export type ColumnNames = Partial<Record<Column, string>>;

/** `p_positive`, `prob_positive`, `probability_positive`, `proba:positive` */
const probabilityColumn = /^(?:p|prob|proba|probability)[_:.](.+)$/;

/**
 * Reads a file of predictions: JSON Lines, or a table (.csv, .tsv). A line has a reference, and a prediction or
 * probabilities (an object `probabilities`, or columns such as `p_positive`); every other value that is text or a number is
 * a field to slice by. An empty or absent prediction is none.
 *
 * @param columns names that are not the usual ones.
 * @throws AssayError `ASSAY_PREDICTIONS_LINE`, `ASSAY_CSV_INVALID`, `ASSAY_PREDICTIONS_MISSING`; NlpError as `readJsonLines`.
 */
export async function readPredictions(path: string, columns: ColumnNames): Promise<PredictionRow[]> {
  const extension = extname(path);
  if (extension !== '.csv' && extension !== '.tsv') {
    let line = 0;
    const records = await readJsonLines(path, 'an object', (value) => {
      line++;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      return { line, record: { ...value } as Record<string, unknown> };
    });
    return records.map(({ line: where, record }) => toRow(record, columns, `${path}:${where}`, `${where}`));
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new AssayError('ASSAY_PREDICTIONS_MISSING', `cannot read ${path} as UTF-8 text: ${reason}`, { cause });
  }
  return parseCsv(text, path, extension === '.csv' ? ',' : '\t').map(({ line, record }) => {
    const typed = Object.entries(record).map(([name, value]) => [name, typedCell(value)] as const);
    return toRow(Object.fromEntries(typed), columns, `${path}:${line}`, `${line}`);
  });
}

function typedCell(cell: string): string | number | null {
  if (cell === '') return null;
  return /^-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(cell) ? Number(cell) : cell;
}

function toRow(
  record: Readonly<Record<string, unknown>>,
  columns: ColumnNames,
  where: string,
  number: string,
): PredictionRow {
  const used = new Set<string>(['probabilities', 'tokens']);
  const find = (column: Column): unknown => {
    const name = columns[column] ?? names[column].find((candidate) => Object.hasOwn(record, candidate));
    if (name === undefined) return undefined;
    used.add(name);
    return record[name];
  };
  const [id, reference, text] = [find('id'), find('reference'), find('text')];
  let predicted = find('predicted') ?? null;
  if (!isScalar(reference)) {
    throw lineError(where, `has no reference (${columns.reference ?? names.reference.join(', ')})`);
  }
  const probabilities = probabilitiesOf(record, where, used);
  if (predicted === null && probabilities && Object.keys(probabilities).length > 0) {
    [predicted] = Object.entries(probabilities).reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  }
  if (predicted !== null && !isScalar(predicted))
    throw lineError(where, 'has a prediction that is neither text nor a number');
  if (predicted === null && !hasColumn(record, columns) && probabilities === undefined) {
    throw lineError(
      where,
      `has neither a prediction (${columns.predicted ?? names.predicted.join(', ')}) nor probabilities`,
    );
  }
  const fields = Object.entries(record).filter(
    (entry): entry is [string, string | number] => !used.has(entry[0]) && isScalar(entry[1]),
  );
  return {
    id: isScalar(id) ? String(id) : number,
    // Labels that look like numbers in one file and like text in another are the same.
    reference,
    predicted: predicted !== null && typeof predicted !== typeof reference ? alike(predicted, reference) : predicted,
    ...(probabilities === undefined ? {} : { probabilities }),
    ...(typeof text === 'string' ? { text } : {}),
    fields: Object.fromEntries(fields),
  };
}

function hasColumn(record: Readonly<Record<string, unknown>>, { predicted }: ColumnNames): boolean {
  return (predicted === undefined ? names.predicted : [predicted]).some((name) => Object.hasOwn(record, name));
}

function probabilitiesOf(
  record: Readonly<Record<string, unknown>>,
  where: string,
  used: Set<string>,
): Record<string, number> | undefined {
  const { probabilities } = record;
  const entries: [string, unknown][] =
    typeof probabilities === 'object' && probabilities !== null
      ? Object.entries(probabilities)
      : Object.entries(record).flatMap(([name, value]): [string, unknown][] => {
          const label = probabilityColumn.exec(name)?.[1];
          if (label === undefined) return [];
          used.add(name);
          return [[label, value]];
        });
  if (entries.length === 0) return undefined;
  const wrong = entries.find(([, value]) => typeof value !== 'number');
  if (wrong)
    throw lineError(where, `has ${JSON.stringify(wrong[1])} for the probability of ${JSON.stringify(wrong[0])}`);
  return Object.fromEntries(entries as [string, number][]);
}

function alike(predicted: string | number, reference: string | number): string | number {
  if (typeof reference === 'string') return String(predicted);
  return typeof predicted === 'string' && predicted.trim() !== '' && !Number.isNaN(Number(predicted))
    ? Number(predicted)
    : predicted;
}

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));

function lineError(where: string, what: string): AssayError {
  return new AssayError('ASSAY_PREDICTIONS_LINE', `${where}: the line ${what}`, {
    hint: 'Name columns of other names by --reference, --predicted, --id and --text.',
  });
}
