import type { LabelLine } from '../corpus.ts';
import type { LabelMatrix } from './label-matrix.ts';
import { forEachItem } from './many-coefficients.ts';

/** A text on which labelers differ. */
export interface Disagreement {
  readonly id: string;
  readonly labels: Readonly<Record<string, string | null>>;
  readonly scores: Readonly<Record<string, number | null>>;
  /** Of the labels given, in bits: 0 when all are the same, log₂ of the number of labels when each is another. */
  readonly entropy: number;
  /** Largest score less the smallest; null with fewer than two scores. */
  readonly score_spread: number | null;
  readonly reference: string | null;
}

/** The texts on which labelers differ, most first: by entropy, then by how far the scores lie apart. */
export function mostDisputed(
  matrix: LabelMatrix,
  lines: readonly LabelLine[],
  reference: ReadonlyMap<string, string>,
): Disagreement[] {
  const disputed: { item: number; entropy: number; spread: number | null }[] = [];
  forEachItem(matrix, (counts, labels, item) => {
    let entropy = 0;
    for (const count of counts) if (count > 0) entropy -= (count / labels) * Math.log2(count / labels);
    // One label of several gives −0 or a rounding error.
    if (entropy > 1e-9) disputed.push({ item, entropy, spread: spreadOf(lines[item]!) });
  });
  disputed.sort((a, b) => b.entropy - a.entropy || (b.spread ?? 0) - (a.spread ?? 0) || a.item - b.item);
  return disputed.map(({ item, entropy, spread }) => {
    const { id, labels, scores } = lines[item]!;
    return { id, labels, scores: scores ?? {}, entropy, score_spread: spread, reference: reference.get(id) ?? null };
  });
}

function spreadOf(line: LabelLine): number | null {
  const scores = Object.values(line.scores ?? {}).filter((score) => score !== null);
  return scores.length < 2 ? null : Math.max(...scores) - Math.min(...scores);
}
