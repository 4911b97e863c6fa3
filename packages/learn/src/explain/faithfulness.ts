import { Random } from '../random/index.ts';
import { checkCount } from './check-count.ts';
import type { Explanation } from './explanation.ts';
import { removing } from './masked-text.ts';
import { chooseTarget, Questions, type TextModel } from './text-model.ts';

/** The target's probability after each word, and the area under that from 0 to 1 of the words. */
export interface FaithfulnessCurve {
  readonly probabilities: readonly number[];
  readonly area: number;
  /** The mean area of random orders of the same words. */
  readonly randomArea: number;
}

export interface Faithfulness {
  /** Words taken away, those that spoke most for the target first: the lower the area, the more faithful. */
  readonly deletion: FaithfulnessCurve;
  /** Words put back into nothing in the same order: the higher the area, the more faithful. */
  readonly insertion: FaithfulnessCurve;
}

/**
 * How faithful an explanation is to the model: deletion and insertion curves (Petsiuk, Das and Saenko 2018), next to those
 * of random orders. Words are removed from the text; areas are by the trapezoid rule.
 *
 * @param options.randomOrders 10 by default; `seed` 1.
 * @throws LearnError as `lime`.
 */
export async function faithfulness(
  model: TextModel,
  text: string,
  { tokens, target }: Pick<Explanation, 'tokens' | 'target'>,
  { randomOrders = 10, seed = 1 }: { readonly randomOrders?: number; readonly seed?: number } = {},
): Promise<Faithfulness> {
  checkCount('randomOrders', randomOrders, 1, 10_000);
  const questions = new Questions(model);
  const masked = removing(
    text,
    tokens.map((token) => [token]),
  );
  const random = new Random(seed);
  const own = Array.from(tokens.keys()).sort((a, b) => tokens[b]!.attribution - tokens[a]!.attribution);
  const orders = [own, ...Array.from({ length: randomOrders }, () => random.shuffle([...own]))];
  const texts = orders.map((order) => [walk(order, 1), walk(order, 0)].map((keeps) => keeps.map(masked)));
  const answers = await questions.ask(texts.flat(2));
  const { chosen } = chooseTarget(model.labels, answers[0]!, target);
  let at = 0;
  const curves = texts.map((pair) =>
    pair.map((curve) => {
      const probabilities = answers.slice(at, at + curve.length).map((row) => row[chosen]!);
      at += curve.length;
      return probabilities;
    }),
  );
  const judged = (which: 0 | 1): FaithfulnessCurve => {
    const areas = curves.map((pair) => areaUnder(pair[which]!));
    return {
      probabilities: curves[0]![which]!,
      area: areas[0]!,
      randomArea: areas.slice(1).reduce((sum, area) => sum + area, 0) / randomOrders,
    };
  };
  return { deletion: judged(0), insertion: judged(1) };
}

/** What is kept at each step, from all words or from none. */
function walk(order: readonly number[], start: 0 | 1): Uint8Array[] {
  const keep = new Uint8Array(order.length).fill(start);
  const steps = [keep.slice()];
  for (const word of order) {
    keep[word] = 1 - start;
    steps.push(keep.slice());
  }
  return steps;
}

function areaUnder(values: readonly number[]): number {
  const inner = values.slice(1, -1).reduce((sum, value) => sum + value, 0);
  return values.length < 2 ? (values[0] ?? 0) : (inner + (values[0]! + values.at(-1)!) / 2) / (values.length - 1);
}
