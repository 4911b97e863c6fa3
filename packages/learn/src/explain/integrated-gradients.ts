import { LearnError } from '../errors.ts';
import type { TextClassifier } from '../models/index.ts';
import type { Network } from '../network/index.ts';
import type { Explanation } from './explanation.ts';
import { gaussLegendre, type Quadrature } from './gauss-legendre.ts';
import { chooseTarget } from './text-model.ts';

export interface IntegratedGradientsOptions {
  /** The label whose probability is explained; the most probable one by default. */
  readonly target?: string;
  /** Points on the path from the baseline; 50 by default. More make `delta` smaller. */
  readonly steps?: number;
}

/** Rows of a pass at most, unless one text is longer. */
const PASS_ROWS = 4096;

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017) of a label's probability, as Captum computes them: along the
 * straight line from a baseline of padding to the text's embeddings, by Gauss–Legendre quadrature, summed over each
 * token's embedding. An ensemble's attributions are the mean of its members', whose probabilities it averages.
 *
 * @throws LearnError `ASSAY_LEARN_LABEL_UNKNOWN` when the target is no label of the model, `ASSAY_LEARN_STEPS_INVALID`.
 */
export function integratedGradients(
  classifier: TextClassifier,
  text: string,
  { target, steps = 50 }: IntegratedGradientsOptions = {},
): Explanation {
  if (!Number.isInteger(steps) || steps < 1 || steps > 10_000) {
    throw new LearnError('ASSAY_LEARN_STEPS_INVALID', `steps must be a whole number from 1 to 10000, not ${steps}.`, {
      hint: 'The default is 50.',
    });
  }
  const { labels, networks } = classifier;
  const { tokens, ids } = classifier.encode(text);
  const probabilities = classifier.forward([ids]).probabilities[0]!;
  const { best, chosen } = chooseTarget(labels, probabilities, target);
  const quadrature = gaussLegendre(steps);
  const attributions = new Float64Array(ids.length);
  let baselineProbability = 0;
  for (const network of networks) {
    const share = 1 / networks.length;
    baselineProbability += share * probabilityOfBaseline(network, ids, chosen);
    const own = attribute(network, ids, chosen, quadrature);
    for (let t = 0; t < ids.length; t++) attributions[t]! += share * own[t]!;
  }
  const score = attributions.reduce((sum, value) => sum + value, 0);
  const targetProbability = probabilities[chosen]!;
  return {
    method: 'integrated-gradients',
    label: labels[best]!,
    probability: probabilities[best]!,
    target: labels[chosen]!,
    targetProbability,
    baselineProbability,
    tokens: tokens.map((token, t) => ({ ...token, attribution: attributions[t]! })),
    score,
    delta: score - (targetProbability - baselineProbability),
  };
}

function probabilityOfBaseline(network: Network, ids: Int32Array, target: number): number {
  const batch = network.pack([ids]);
  const embedded = network.embed(batch).fill(0, 0, batch.rows * network.embedding.width);
  return network.forwardFrom(embedded, batch)[target]!;
}

function attribute(network: Network, ids: Int32Array, target: number, { nodes, weights }: Quadrature): Float64Array {
  const { width } = network.embedding;
  const sums = new Float64Array(ids.length * width);
  const perPass = Math.max(1, Math.floor(PASS_ROWS / (ids.length + 1)));
  let values = new Float32Array(0);
  for (let from = 0; from < nodes.length; from += perPass) {
    const to = Math.min(from + perPass, nodes.length);
    const batch = network.pack(Array.from({ length: to - from }, () => ids));
    const embedded = network.embed(batch);
    values = embedded.slice(batch.starts[0]! * width, batch.ends[0]! * width);
    for (let s = 0; s < batch.size; s++) {
      const start = batch.starts[s]! * width;
      for (let i = 0; i < values.length; i++) embedded[start + i]! *= nodes[from + s]!;
    }
    network.forwardFrom(embedded, batch);
    const gradient = network.inputGradient(target);
    for (let s = 0; s < batch.size; s++) {
      const start = batch.starts[s]! * width;
      for (let i = 0; i < sums.length; i++) sums[i]! += weights[from + s]! * gradient[start + i]!;
    }
  }
  return Float64Array.from(ids, (_, t) => {
    let attribution = 0;
    for (let i = t * width; i < (t + 1) * width; i++) attribution += values[i]! * sums[i]!;
    return attribution;
  });
}
