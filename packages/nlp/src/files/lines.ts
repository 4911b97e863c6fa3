import type { LabelLine } from '../corpus.ts';
import { NlpError } from '../errors.ts';
import { readJsonLines } from './json-lines.ts';

/** A text with its name: the least that a line must hold to be labelled, compared or learned from. */
export interface TextLine {
  readonly id: string;
  readonly text: string;
  /** The filing it is from, where the line tells. */
  readonly accession: string | null;
}

/** Reads `paragraphs.jsonl`, or any JSON Lines of texts with ids. @throws NlpError as `readJsonLines`; `ASSAY_LINES_DUPLICATE_ID`. */
export async function readTextLines(path: string): Promise<TextLine[]> {
  const lines = await readJsonLines(path, '{"id": "…", "text": "…"}', (value): TextLine | undefined => {
    if (!isObject(value) || typeof value.id !== 'string' || typeof value.text !== 'string') return undefined;
    const { id, text, accession } = value;
    return { id, text, accession: typeof accession === 'string' ? accession : null };
  });
  refuseDuplicates(path, lines);
  return lines;
}

/** Reads `labels.jsonl`. @throws NlpError as `readJsonLines`; `ASSAY_LINES_DUPLICATE_ID`. */
export async function readLabelLines(path: string): Promise<LabelLine[]> {
  const lines = await readJsonLines(
    path,
    '{"id": "…", "labels": {"LABELER": "label" or null}}',
    (value): LabelLine | undefined => {
      if (!isObject(value) || typeof value.id !== 'string') return undefined;
      const labels = mapOf(value.labels, isLabel);
      const scores = value.scores === undefined ? {} : mapOf(value.scores, isScore);
      return labels && scores ? { id: value.id, labels, scores } : undefined;
    },
  );
  refuseDuplicates(path, lines);
  return lines;
}

const isLabel = (item: unknown): item is string | null => item === null || typeof item === 'string';
const isScore = (item: unknown): item is number | null => item === null || typeof item === 'number';

/** Without a prototype: a labeler called `constructor` or `__proto__` is one like any other. */
function mapOf<T>(value: unknown, isItem: (item: unknown) => item is T): Record<string, T> | undefined {
  if (!isObject(value)) return undefined;
  const out: Record<string, T> = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    if (!isItem(item)) return undefined;
    out[key] = item;
  }
  return out;
}

function refuseDuplicates(path: string, lines: readonly { readonly id: string }[]): void {
  const seen = new Map<string, number>();
  for (const [i, { id }] of lines.entries()) {
    const first = seen.get(id);
    if (first !== undefined) {
      throw new NlpError(
        'ASSAY_LINES_DUPLICATE_ID',
        `${path}: the id ${JSON.stringify(id)} occurs twice, as entries ${first + 1} and ${i + 1}`,
        {
          hint: 'Each text has one line.',
        },
      );
    }
    seen.set(id, i);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
