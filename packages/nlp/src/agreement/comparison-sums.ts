import type { LabelMatrix } from './label-matrix.ts';
import {
  coincidenceContribution,
  fleissContribution,
  fleissKappa,
  forEachItem,
  krippendorffAlpha,
  type Level,
} from './many-coefficients.ts';
import { cohenKappa, disagreementWeights } from './pair-coefficients.ts';
import { referenceStatistics } from './reference-scores.ts';
import { GroupedSums } from './resampled-sums.ts';

/**
 * Every sum that a comparison's figures are made of, side by side: the coincidence matrix, Fleiss' sums, a table for
 * each pair of labelers, and one for each labeler against the reference.
 */
export class ComparisonSums {
  readonly matrix: LabelMatrix;
  /** Pairs of places among the labelers. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Categories that occur in the reference. */
  readonly scored: readonly number[];
  readonly sums: GroupedSums;
  readonly #cells: number;
  readonly #nominal: Float64Array;

  /**
   * @param groups the number of each item's group, from 0.
   * @param reference the codes of the reference labels; all −1 without a reference.
   */
  constructor(matrix: LabelMatrix, groups: Int32Array, reference: Int8Array) {
    const size = matrix.categories.length;
    this.matrix = matrix;
    this.pairs = matrix.labelers.flatMap((_, first) =>
      matrix.labelers.slice(first + 1).map((_, offset) => [first, first + 1 + offset] as const),
    );
    this.scored = matrix.categories.map((_, code) => code).filter((code) => reference.includes(code));
    this.#cells = size * size;
    this.#nominal = disagreementWeights('nominal', size);
    this.sums = this.#add(groups, reference);
  }

  alpha(sums: Float64Array, level: Level): number {
    return krippendorffAlpha(sums.subarray(0, this.#cells), this.matrix.categories.length, level);
  }

  fleiss(sums: Float64Array): number {
    return fleissKappa(this.fleissSums(sums), this.matrix.labelers.length);
  }

  fleissSums(sums: Float64Array): Float64Array {
    return sums.subarray(this.#cells, this.#pairStart);
  }

  pair(sums: Float64Array, pair: number): Float64Array {
    return this.#table(sums, this.#pairStart, pair);
  }

  /** Rows are the reference's categories. */
  against(sums: Float64Array, labeler: number): Float64Array {
    return this.#table(sums, this.#referenceStart, labeler);
  }

  /** α, Fleiss' κ, Cohen's κ of each pair, then the statistics of each labeler against the reference if there is one. */
  statistics(sums: Float64Array): Float64Array {
    const { categories, labelers } = this.matrix;
    return Float64Array.from([
      this.alpha(sums, 'nominal'),
      this.fleiss(sums),
      ...this.pairs.map((_, pair) => cohenKappa(this.pair(sums, pair), categories.length, this.#nominal)),
      ...(this.scored.length === 0
        ? []
        : labelers.flatMap((_, labeler) => referenceStatistics(this.against(sums, labeler), categories, this.scored))),
    ]);
  }

  get #pairStart(): number {
    return this.#cells + this.matrix.categories.length + 2;
  }

  get #referenceStart(): number {
    return this.#pairStart + this.pairs.length * this.#cells;
  }

  #table(sums: Float64Array, start: number, index: number): Float64Array {
    return sums.subarray(start + index * this.#cells, start + (index + 1) * this.#cells);
  }

  #add(groups: Int32Array, reference: Int8Array): GroupedSums {
    const { codes, labelers, categories } = this.matrix;
    const size = categories.length;
    const width = this.#referenceStart + labelers.length * this.#cells;
    const sums = new GroupedSums(width, groups.reduce((most, group) => Math.max(most, group), 0) + 1);
    forEachItem(this.matrix, (counts, labels, item) => {
      const group = groups[item]!;
      coincidenceContribution(counts, labels, (cell, amount) => sums.add(group, cell, amount));
      fleissContribution(counts, labels, labelers.length, (cell, amount) => {
        sums.add(group, this.#cells + cell, amount);
      });
      this.pairs.forEach(([first, second], pair) => {
        const [a, b] = [codes[first]![item]!, codes[second]![item]!];
        if (a >= 0 && b >= 0) sums.add(group, this.#pairStart + pair * this.#cells + a * size + b, 1);
      });
      const actual = reference[item]!;
      if (actual < 0) return;
      codes.forEach((given, labeler) => {
        const code = given[item]!;
        if (code >= 0) sums.add(group, this.#referenceStart + labeler * this.#cells + actual * size + code, 1);
      });
    });
    return sums;
  }
}
