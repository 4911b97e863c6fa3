import type { Network } from '../network/index.ts';
import { reportFromMatrix } from '../statistics/index.ts';
import { predictionBatches } from './prediction-batches.ts';
import type { EncodedSet } from './train-network.ts';

/** How well a network predicts a set: mean loss, and scores of the most probable class, or of each class by itself. */
export interface NetworkScores {
  readonly loss: number;
  /** The share of texts whose class, or whose classes without exception, are right. */
  readonly accuracy: number;
  readonly macroF1: number;
}

export function evaluateNetwork(network: Network, { sequences, targets }: EncodedSet): NetworkScores {
  const { classes } = network;
  const several = network.architecture.predict.kind === 'multi-label';
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const perClass = Array.from({ length: classes }, () => ({ right: 0, predicted: 0, actual: 0 }));
  let loss = 0;
  let whole = 0;
  for (const { from, to } of predictionBatches(sequences)) {
    const size = to - from;
    const probabilities = network.forward(network.pack(sequences.slice(from, to)));
    const distribution = targets.slice(from * classes, to * classes);
    loss += size * network.output.loss({ distribution, weights: new Float32Array(size).fill(1) });
    for (let s = 0; s < size; s++) {
      const row = probabilities.subarray(s * classes, (s + 1) * classes);
      const target = distribution.subarray(s * classes, (s + 1) * classes);
      if (!several) {
        counts[target.indexOf(Math.max(...target))]![row.indexOf(Math.max(...row))]! += 1;
        continue;
      }
      let right = true;
      perClass.forEach((of, k) => {
        const [predicted, actual] = [row[k]! >= 0.5, target[k]! >= 0.5];
        if (predicted) of.predicted++;
        if (actual) of.actual++;
        if (predicted && actual) of.right++;
        if (predicted !== actual) right = false;
      });
      if (right) whole++;
    }
  }
  loss /= sequences.length;
  if (several) {
    const scored = perClass.filter(({ predicted, actual }) => predicted + actual > 0);
    const f1 = scored.reduce((sum, of) => sum + (2 * of.right) / (of.predicted + of.actual), 0);
    return { loss, accuracy: whole / sequences.length, macroF1: scored.length === 0 ? 0 : f1 / scored.length };
  }
  // A class that the development set lacks, and that is never predicted, has no F1 to take the mean with.
  const present = counts.map((row, k) => row.some((count) => count > 0) || counts.some((other) => other[k]! > 0));
  const names = counts.map((_, k) => String(k));
  const report = reportFromMatrix({ labels: names, counts, total: sequences.length });
  const scored = report.classes.filter((_, k) => present[k]);
  return {
    loss,
    accuracy: report.accuracy,
    macroF1: scored.reduce((sum, { f1 }) => sum + f1, 0) / scored.length,
  };
}
