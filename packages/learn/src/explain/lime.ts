import { Random } from '../random/index.ts';
import type { Token } from '../tokens/index.ts';
import { badOption, checkCount } from './check-count.ts';
import type { BlackBoxExplanation } from './explanation.ts';
import { binaryMoments, type LinearFit, type Moments, ridge } from './linear-model.ts';
import { removing, splitWords } from './masked-text.ts';
import { chooseTarget, Questions, type TextModel } from './text-model.ts';

export interface LimeOptions {
  /** The label whose probability is explained; the most probable one by default. */
  readonly target?: string;
  /** Texts drawn, the text itself among them; 5,000 by default. */
  readonly samples?: number;
  /** Words that get an attribution, the others none; 10 by default. */
  readonly features?: number;
  /**
   * How they are chosen: by `forward selection` up to 6, by `highest weights` beyond (that is `auto`, the default), or
   * `none`: all words.
   */
  readonly selection?: 'auto' | 'forward selection' | 'highest weights' | 'none';
  /** Width of the kernel of cosine distances × 100; 25 by default. */
  readonly kernelWidth?: number;
  /** 1 by default. */
  readonly seed?: number;
}

export interface LimeExplanation extends BlackBoxExplanation {
  readonly method: 'lime';
  /** The words chosen, the strongest first; all occurrences of a word are one. */
  readonly words: readonly { readonly word: string; readonly attribution: number }[];
  readonly intercept: number;
  /** Weighted R² of the linear model: how well it tells the model's own answers around this text. */
  readonly r2: number;
  /** What the linear model says of the text itself. */
  readonly localProbability: number;
}

/**
 * LIME for text (Ribeiro, Singh and Guestrin 2016), as the authors' package computes it: words are removed at random, all
 * occurrences of a word together, and a weighted ridge regression of the model's answers on the words that are left gives
 * the attributions.
 *
 * @throws LearnError `ASSAY_LEARN_TEXT_EMPTY`, `ASSAY_LEARN_TEXT_LONG`, `ASSAY_LEARN_LABEL_UNKNOWN`,
 * `ASSAY_LEARN_MODEL_OUTPUT`, `ASSAY_LEARN_EXPLAIN_OPTIONS`.
 */
export async function lime(model: TextModel, text: string, options: LimeOptions = {}): Promise<LimeExplanation> {
  const { samples = 5000, features = 10, kernelWidth = 25, seed = 1, selection = 'auto' } = options;
  checkCount('samples', samples, 2, 1_000_000);
  checkCount('features', features, 1, 1000);
  if (!(kernelWidth > 0)) throw badOption(`kernelWidth must be above 0, not ${kernelWidth}`);
  const groups = [...Map.groupBy(splitWords(text), ({ word }) => word).values()];
  const questions = new Questions(model);
  const masked = removing(text, groups);
  const kept = drawRows(groups.length, samples, new Random(seed));
  const all = groups.map((_, i) => i);
  const texts = kept.map((rows) => masked(flags(rows, groups.length)));
  const answers = await questions.ask([text, ...texts, masked(new Uint8Array(groups.length))]);
  const { best, chosen } = chooseTarget(model.labels, answers[0]!, options.target);

  const weights = [all, ...kept].map(({ length }) => {
    const distance = 100 * (1 - Math.sqrt(length / groups.length));
    return Math.sqrt(Math.exp(-(distance ** 2) / kernelWidth ** 2));
  });
  const targets = answers.slice(0, -1).map((row) => row[chosen]!);
  const moments = binaryMoments([all, ...kept], targets, weights, groups.length);
  const columns = select(moments, all, features, selection);
  const fit: LinearFit = ridge(moments, columns, 1);
  const attributions = new Map(columns.map((column, i) => [column, fit.coefficients[i]!]));
  const ranked = [...attributions].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const score = ranked.reduce((sum, [, attribution]) => sum + attribution, 0);
  const targetProbability = answers[0]![chosen]!;
  const baselineProbability = answers.at(-1)![chosen]!;
  return {
    method: 'lime',
    label: model.labels[best]!,
    probability: answers[0]![best]!,
    target: model.labels[chosen]!,
    targetProbability,
    baselineProbability,
    tokens: groups
      .flatMap((occurrences, i) => occurrences.map((token) => ({ ...token, attribution: attributions.get(i) ?? 0 })))
      .sort((a: Token, b: Token) => a.start - b.start),
    words: ranked.map(([column, attribution]) => ({ word: groups[column]![0]!.word, attribution })),
    score,
    delta: score - (targetProbability - baselineProbability),
    intercept: fit.intercept,
    r2: fit.r2,
    localProbability: fit.intercept + score,
    evaluations: questions.count,
  };
}

/** For each drawn text the words that stay, in order: how many go is uniform from 1 to all, which ones without replacement. */
function drawRows(words: number, samples: number, random: Random): Int32Array[] {
  const order = Int32Array.from({ length: words }, (_, i) => i);
  return Array.from({ length: samples - 1 }, () => {
    const gone = 1 + random.integer(words);
    for (let i = 0; i < gone; i++) {
      const j = i + random.integer(words - i);
      const word = order[i]!;
      order[i] = order[j]!;
      order[j] = word;
    }
    return order.slice(gone).sort();
  });
}

function flags(rows: ArrayLike<number>, size: number): Uint8Array {
  const keep = new Uint8Array(size);
  for (let i = 0; i < rows.length; i++) keep[rows[i]!] = 1;
  return keep;
}

function select(
  moments: Moments,
  all: readonly number[],
  features: number,
  selection: NonNullable<LimeOptions['selection']>,
): readonly number[] {
  if (selection === 'none') return all;
  if (selection === 'forward selection' || (selection === 'auto' && features <= 6)) {
    const chosen: number[] = [];
    while (chosen.length < Math.min(features, all.length)) {
      let best = { column: -1, r2: Number.NEGATIVE_INFINITY };
      for (const column of all) {
        if (chosen.includes(column)) continue;
        const { r2 } = ridge(moments, [...chosen, column], 0);
        if (r2 > best.r2) best = { column, r2 };
      }
      chosen.push(best.column);
    }
    return chosen;
  }
  const { coefficients } = ridge(moments, all, 0.01);
  return all.toSorted((a, b) => Math.abs(coefficients[b]!) - Math.abs(coefficients[a]!)).slice(0, features);
}
