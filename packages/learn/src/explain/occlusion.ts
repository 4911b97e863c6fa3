import { badOption, checkCount } from './check-count.ts';
import type { BlackBoxExplanation } from './explanation.ts';
import { removing, replacing, segmentsOf, splitWords } from './masked-text.ts';
import { chooseTarget, Questions, type TextModel } from './text-model.ts';

export interface OcclusionOptions {
  /** The label whose probability is explained; the most probable one by default. */
  readonly target?: string;
  /** Words that are hidden together; 1 by default. A word's attribution is the mean over the windows it lies in. */
  readonly window?: number;
  /** What stands for the hidden words; without one they are removed. */
  readonly mask?: string;
}

/**
 * Occlusion (Zeiler and Fergus 2014): how much the target's probability falls when words are hidden, window by window.
 *
 * @throws LearnError as `lime`.
 */
export async function occlusion(
  model: TextModel,
  text: string,
  options: OcclusionOptions = {},
): Promise<BlackBoxExplanation> {
  const { window = 1, mask } = options;
  const words = splitWords(text);
  checkCount('window', window, 1, 1000);
  if (window > words.length)
    throw badOption(`window must be at most the ${words.length} words of the text, not ${window}`);
  const questions = new Questions(model);
  const masked =
    mask === undefined
      ? removing(
          text,
          words.map((word) => [word]),
        )
      : replacing(segmentsOf(text, words), mask);
  const full = new Uint8Array(words.length).fill(1);
  const windows = Array.from({ length: words.length - window + 1 }, (_, i) => full.slice().fill(0, i, i + window));
  const answers = await questions.ask([text, masked(full.map(() => 0)), ...windows.map(masked)]);
  const [whole, empty] = [answers[0]!, answers[1]!];
  const { best, chosen } = chooseTarget(model.labels, whole, options.target);
  const sums = new Float64Array(words.length);
  const counts = new Uint32Array(words.length);
  windows.forEach((_, i) => {
    for (let at = i; at < i + window; at++) {
      sums[at]! += whole[chosen]! - answers[i + 2]![chosen]!;
      counts[at]!++;
    }
  });
  const tokens = words.map((token, i) => ({ ...token, attribution: sums[i]! / counts[i]! }));
  const score = tokens.reduce((sum, { attribution }) => sum + attribution, 0);
  return {
    method: 'occlusion',
    label: model.labels[best]!,
    probability: whole[best]!,
    target: model.labels[chosen]!,
    targetProbability: whole[chosen]!,
    baselineProbability: empty[chosen]!,
    tokens,
    score,
    delta: score - (whole[chosen]! - empty[chosen]!),
    evaluations: questions.count,
  };
}
