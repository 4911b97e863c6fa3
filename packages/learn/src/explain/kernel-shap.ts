import { Random } from '../random/index.ts';
import { checkCount } from './check-count.ts';
import type { BlackBoxExplanation } from './explanation.ts';
import { leastAngleColumns, solveSymmetric } from './linear-model.ts';
import { replacing, segmentsOf, splitWords } from './masked-text.ts';
import { chooseTarget, Questions, type TextModel } from './text-model.ts';

export interface KernelShapOptions {
  /** The label whose probability is explained; the most probable one by default. */
  readonly target?: string;
  /** Coalitions of words that are tried; 2 × words + 2,048 by default, which is all of them up to 11 words. */
  readonly samples?: number;
  /** Only so many words get an attribution, chosen by least-angle regression; all of them by default. */
  readonly features?: number;
  /** What stands for a run of hidden words; `...` by default. */
  readonly mask?: string;
  /** 1 by default. */
  readonly seed?: number;
}

/**
 * Kernel SHAP (Lundberg and Lee 2017) as the authors' package computes it: coalitions of words of all sizes that can be
 * enumerated within the budget, the others drawn in pairs with their complements, and the weighted least squares whose
 * solution sums to f(text) − f(all masked).
 *
 * @throws LearnError as `lime`.
 */
export async function kernelShap(
  model: TextModel,
  text: string,
  options: KernelShapOptions = {},
): Promise<BlackBoxExplanation> {
  const words = splitWords(text);
  const { samples = 2 * words.length + 2048, features = words.length, mask = '...', seed = 1 } = options;
  checkCount('samples', samples, 2, 1_000_000);
  checkCount('features', features, 1, 1000);
  const questions = new Questions(model);
  const masked = replacing(segmentsOf(text, words), mask);
  const coalitions = words.length === 1 ? [] : drawCoalitions(words.length, samples, new Random(seed));
  const full = new Uint8Array(words.length).fill(1);
  const answers = await questions.ask([full, full.map(() => 0), ...coalitions.map(({ keep }) => keep)].map(masked));
  const [whole, empty] = [answers[0]!, answers[1]!];
  const { best, chosen } = chooseTarget(model.labels, whole, options.target);
  const values = answers.slice(2).map((row) => row[chosen]! - empty[chosen]!);
  const difference = whole[chosen]! - empty[chosen]!;
  const attributions = solve(coalitions, values, difference, words.length, features);
  const score = attributions.reduce((sum, value) => sum + value, 0);
  return {
    method: 'kernel-shap',
    label: model.labels[best]!,
    probability: whole[best]!,
    target: model.labels[chosen]!,
    targetProbability: whole[chosen]!,
    baselineProbability: empty[chosen]!,
    tokens: words.map((token, i) => ({ ...token, attribution: attributions[i]! })),
    score,
    delta: score - difference,
    evaluations: questions.count,
  };
}

interface Coalition {
  readonly keep: Uint8Array;
  weight: number;
}

/** Which words are kept together, with the kernel's weights, which sum to 1. */
function drawCoalitions(words: number, wanted: number, random: Random): Coalition[] {
  const budget = words <= 30 ? Math.min(wanted, 2 ** words - 2) : wanted;
  const sizes = Math.ceil((words - 1) / 2);
  const paired = Math.floor((words - 1) / 2);
  const weights = Float64Array.from({ length: sizes }, (_, i) => {
    const size = i + 1;
    return ((words - 1) / (size * (words - size))) * (size <= paired ? 2 : 1);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < sizes; i++) weights[i]! /= total;

  const coalitions: Coalition[] = [];
  const remaining = weights.slice();
  let left = budget;
  let enumerated = 0;
  for (let size = 1; size <= sizes; size++) {
    const isPaired = size <= paired;
    const subsets = binomial(words, size) * (isPaired ? 2 : 1);
    if ((left * remaining[size - 1]!) / subsets < 1 - 1e-8) break;
    enumerated++;
    left -= subsets;
    const share = remaining[size - 1]!;
    if (share < 1) for (let i = 0; i < sizes; i++) remaining[i]! /= 1 - share;
    for (const keep of subsetsOf(words, size)) {
      coalitions.push({ keep, weight: weights[size - 1]! / subsets });
      if (isPaired) coalitions.push({ keep: complement(keep), weight: weights[size - 1]! / subsets });
    }
  }
  if (enumerated === sizes) return coalitions;

  const fixed = coalitions.length;
  const chances = weights.slice(enumerated).map((weight, i) => (enumerated + i < paired ? weight / 2 : weight));
  const chance = chances.reduce((sum, weight) => sum + weight, 0);
  const seen = new Map<string, number>();
  const order = Int32Array.from({ length: words }, (_, i) => i);
  let open = budget - fixed;
  for (let draw = 4 * open; open > 0 && draw > 0; draw--) {
    const size = enumerated + 1 + pick(chances, random.next() * chance);
    const keep = new Uint8Array(words);
    for (let i = 0; i < size; i++) {
      const j = i + random.integer(words - i);
      [order[i], order[j]] = [order[j]!, order[i]!];
      keep[order[i]!] = 1;
    }
    const key = String.fromCharCode(...keep);
    const known = seen.get(key);
    if (known === undefined) {
      seen.set(key, coalitions.length);
      coalitions.push({ keep, weight: 1 });
      open--;
    } else coalitions[known]!.weight++;
    if (open <= 0 || size > paired) continue;
    if (known === undefined) {
      coalitions.push({ keep: complement(keep), weight: 1 });
      open--;
    } else if (known + 1 < coalitions.length) coalitions[known + 1]!.weight++;
  }
  const drawn = coalitions.slice(fixed);
  const weightLeft = weights.slice(enumerated).reduce((sum, weight) => sum + weight, 0);
  const drawnWeight = drawn.reduce((sum, { weight }) => sum + weight, 0);
  for (const coalition of drawn) coalition.weight *= weightLeft / drawnWeight;
  return coalitions;
}

/** The weighted least squares under Σφ = difference, one word eliminated by that constraint. */
function solve(
  coalitions: readonly Coalition[],
  values: readonly number[],
  difference: number,
  words: number,
  features: number,
): Float64Array {
  const attributions = new Float64Array(words);
  if (words === 1) return attributions.fill(difference);
  let chosen = Array.from({ length: words }, (_, i) => i);
  if (features < words) {
    const { gram, cross } = augmentedMoments(coalitions, values, difference, words);
    chosen = leastAngleColumns(gram, cross, features);
    if (chosen.length === 0) return attributions;
  }
  const last = chosen.at(-1)!;
  const others = chosen.slice(0, -1);
  const size = others.length;
  const gram = new Float64Array(size * size);
  const cross = new Float64Array(size);
  const row = new Float64Array(size);
  coalitions.forEach(({ keep, weight }, c) => {
    const target = values[c]! - keep[last]! * difference;
    for (let i = 0; i < size; i++) row[i] = keep[others[i]!]! - keep[last]!;
    for (let i = 0; i < size; i++) {
      if (row[i] === 0) continue;
      const scaled = weight * row[i]!;
      cross[i]! += scaled * target;
      for (let j = 0; j <= i; j++) gram[i * size + j]! += scaled * row[j]!;
    }
  });
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) gram[j * size + i] = gram[i * size + j]!;
  const solved = solveSymmetric(gram, cross);
  let rest = difference;
  others.forEach((word, i) => {
    attributions[word] = solved[i]!;
    rest -= solved[i]!;
  });
  attributions[last] = rest;
  return attributions;
}

/** The rows by which words are chosen: each coalition as seen from nothing, and as seen from the whole text. */
function augmentedMoments(
  coalitions: readonly Coalition[],
  values: readonly number[],
  difference: number,
  words: number,
): { gram: Float64Array; cross: Float64Array } {
  const gram = new Float64Array(words * words);
  const cross = new Float64Array(words);
  coalitions.forEach(({ keep, weight }, c) => {
    const kept = keep.reduce((sum, value) => sum + value, 0);
    for (const [shift, scale, target] of [
      [0, weight * (words - kept), values[c]!],
      [1, weight * kept, values[c]! - difference],
    ] as const) {
      for (let i = 0; i < words; i++) {
        const value = keep[i]! - shift;
        if (value === 0) continue;
        cross[i]! += scale * value * target;
        for (let j = 0; j <= i; j++) gram[i * words + j]! += scale * value * (keep[j]! - shift);
      }
    }
  });
  for (let i = 0; i < words; i++) for (let j = 0; j < i; j++) gram[j * words + i] = gram[i * words + j]!;
  return { gram, cross };
}

function* subsetsOf(words: number, size: number): Generator<Uint8Array> {
  const chosen = Array.from({ length: size }, (_, i) => i);
  for (;;) {
    const keep = new Uint8Array(words);
    for (const i of chosen) keep[i] = 1;
    yield keep;
    let at = size - 1;
    while (at >= 0 && chosen[at] === words - size + at) at--;
    if (at < 0) return;
    chosen[at]!++;
    for (let i = at + 1; i < size; i++) chosen[i] = chosen[i - 1]! + 1;
  }
}

function complement(keep: Uint8Array): Uint8Array {
  return keep.map((value) => 1 - value);
}

function pick(chances: Float64Array, at: number): number {
  let passed = 0;
  for (let i = 0; i < chances.length; i++) {
    passed += chances[i]!;
    if (at < passed) return i;
  }
  return chances.length - 1;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return Math.round(value);
}
