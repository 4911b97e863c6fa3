/**
 * Agreement of any number of labelers. Both coefficients are functions of sums over items, so that a resampling of items
 * needs to add up only these; each is NaN where it is not defined.
 */
import type { LabelMatrix } from './label-matrix.ts';

/** Adds what one item contributes: `cell` within the sums, and how much. */
export type Contribute = (cell: number, amount: number) => void;

/**
 * Fleiss' κ needs, over the items that every labeler labelled: their number, the sum of their shares of agreeing pairs,
 * and how often each category was given: `size + 2` sums.
 */
export function fleissContribution(counts: Float64Array, labels: number, labelers: number, add: Contribute): void {
  if (labels !== labelers || labelers < 2) return;
  let agreeing = 0;
  for (let category = 0; category < counts.length; category++) {
    const count = counts[category]!;
    if (count === 0) continue;
    agreeing += count * (count - 1);
    add(category + 2, count);
  }
  add(0, 1);
  if (agreeing > 0) add(1, agreeing / (labelers * (labelers - 1)));
}

/** J. L. Fleiss, "Measuring nominal scale agreement among many raters", 1971. */
export function fleissKappa(sums: Float64Array, labelers: number): number {
  const items = sums[0]!;
  const observed = sums[1]! / items;
  let expected = 0;
  for (let cell = 2; cell < sums.length; cell++) expected += (sums[cell]! / (items * labelers)) ** 2;
  // All labels in one category: chance alone would agree as well.
  return expected > 1 - 1e-12 ? Number.NaN : (observed - expected) / (1 - expected);
}

/** An item's share of the coincidence matrix (`size²` sums): its ordered pairs of labels, each over its labels − 1. */
export function coincidenceContribution(counts: Float64Array, labels: number, add: Contribute): void {
  if (labels < 2) return;
  const size = counts.length;
  for (let first = 0; first < size; first++) {
    if (counts[first] === 0) continue;
    for (let second = 0; second < size; second++) {
      const pairs = counts[first]! * (counts[second]! - (first === second ? 1 : 0));
      if (pairs > 0) add(first * size + second, pairs / (labels - 1));
    }
  }
}

export type Level = 'nominal' | 'ordinal' | 'interval';

/**
 * Krippendorff's α from a coincidence matrix: 1 less the disagreement seen over that expected by chance. At the interval
 * level a category's value is its place.
 *
 * K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.
 */
export function krippendorffAlpha(coincidences: Float64Array, size: number, level: Level): number {
  const totals = new Float64Array(size);
  let all = 0;
  for (let cell = 0; cell < size * size; cell++) {
    totals[Math.floor(cell / size)]! += coincidences[cell]!;
    all += coincidences[cell]!;
  }
  let seen = 0;
  let expected = 0;
  for (let first = 0; first < size; first++) {
    // At the ordinal level the distance is how many labels lie between, the ends counted half.
    let between = totals[first]! / 2;
    for (let second = first + 1; second < size; second++) {
      between += totals[second]! / 2;
      const distance = level === 'nominal' ? 1 : level === 'interval' ? second - first : between;
      seen += distance * distance * coincidences[first * size + second]!;
      expected += distance * distance * totals[first]! * totals[second]!;
      between += totals[second]! / 2;
    }
  }
  return expected === 0 ? Number.NaN : 1 - ((all - 1) * seen) / expected;
}

/** Fleiss' κ of a whole matrix. */
export function fleissKappaOf(matrix: LabelMatrix): number {
  const sums = new Float64Array(matrix.categories.length + 2);
  forEachPattern(matrix, (counts, labels, times) => {
    fleissContribution(counts, labels, matrix.labelers.length, (cell, amount) => {
      sums[cell]! += amount * times;
    });
  });
  return fleissKappa(sums, matrix.labelers.length);
}

/** Krippendorff's α of a whole matrix. */
export function krippendorffAlphaOf(matrix: LabelMatrix, level: Level): number {
  const size = matrix.categories.length;
  const sums = new Float64Array(size * size);
  forEachPattern(matrix, (counts, labels, times) => {
    coincidenceContribution(counts, labels, (cell, amount) => {
      sums[cell]! += amount * times;
    });
  });
  return krippendorffAlpha(sums, size, level);
}

/** As {@link forEachItem}, but items whose counts are the same come once, with how many they are. */
function forEachPattern(
  matrix: LabelMatrix,
  visit: (counts: Float64Array, labels: number, times: number) => void,
): void {
  // The counts of an item as one number: a digit for each category.
  const base = matrix.labelers.length + 1;
  const size = matrix.categories.length;
  const patterns = base ** size;
  if (patterns > 1 << 20) {
    forEachItem(matrix, (counts, labels) => visit(counts, labels, 1));
    return;
  }
  const digit = Int32Array.from({ length: size + 1 }, (_, place) => (place === 0 ? 0 : base ** (place - 1)));
  const numbers = new Int32Array(matrix.items);
  for (const codes of matrix.codes) {
    for (let item = 0; item < numbers.length; item++) numbers[item]! += digit[codes[item]! + 1]!;
  }
  const times = new Int32Array(patterns);
  for (const number of numbers) times[number]! += 1;
  const counts = new Float64Array(size);
  for (let number = 0; number < patterns; number++) {
    if (times[number] === 0) continue;
    let labels = 0;
    for (let place = 0, rest = number; place < size; place++, rest = Math.floor(rest / base)) {
      counts[place] = rest % base;
      labels += counts[place]!;
    }
    visit(counts, labels, times[number]!);
  }
}

/** Hands out how often each category was given to an item (one array, used again), and the number of its labels. */
export function forEachItem(
  matrix: LabelMatrix,
  visit: (counts: Float64Array, labels: number, item: number) => void,
): void {
  const counts = new Float64Array(matrix.categories.length);
  for (let item = 0; item < matrix.items; item++) {
    counts.fill(0);
    let labels = 0;
    for (const codes of matrix.codes) {
      const code = codes[item]!;
      if (code < 0) continue;
      counts[code]! += 1;
      labels++;
    }
    visit(counts, labels, item);
  }
}
