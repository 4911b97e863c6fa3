import { LearnError } from '../errors.ts';

export interface DawidSkeneOptions {
  /** By default the labels that occur, sorted. */
  readonly labels?: readonly string[];
  /** At most; 1,000 by default. */
  readonly iterations?: number;
  /** It ends when no soft label changes by more; 1e-8 by default. */
  readonly tolerance?: number;
}

export interface DawidSkene {
  readonly labels: readonly string[];
  /** For each item its probabilities of the labels. */
  readonly softLabels: readonly Float64Array[];
  /** How common each label is. */
  readonly prevalence: Float64Array;
  /** For each labeler, by name: the share of what it says (columns) of items whose label is the row's. */
  readonly confusion: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly logLikelihood: number;
  readonly iterations: number;
}

/**
 * True labels from several noisy labelers, by expectation maximisation (Dawid and Skene 1979): soft labels start as the
 * shares of votes; from them follow each labeler's confusion matrix and the labels' prevalence, and from these the soft
 * labels again, until they stay.
 *
 * @param votes for each item what each labeler said, by the labeler's name: nothing, one label, or several.
 * @throws LearnError `ASSAY_LEARN_NO_EXAMPLES` without items or for an item without votes, `ASSAY_LEARN_ONE_CLASS`,
 * `ASSAY_LEARN_LABEL_UNKNOWN`.
 */
export function dawidSkene(
  votes: readonly Readonly<Record<string, string | readonly string[] | null>>[],
  { labels: named, iterations = 1000, tolerance = 1e-8 }: DawidSkeneOptions = {},
): DawidSkene {
  const lists = votes.map((item) =>
    Object.entries(item).map(
      ([labeler, said]) => [labeler, said === null ? [] : typeof said === 'string' ? [said] : said] as const,
    ),
  );
  const occurring = [...new Set(lists.flatMap((item) => item.flatMap(([, said]) => said)))].sort();
  const labels = named ?? occurring;
  const labelers = [...new Set(lists.flatMap((item) => item.map(([labeler]) => labeler)))];
  const silent = lists.findIndex((item) => item.every(([, said]) => said.length === 0));
  if (lists.length === 0 || silent >= 0) {
    throw new LearnError(
      'ASSAY_LEARN_NO_EXAMPLES',
      lists.length === 0 ? 'There are no items.' : `Nobody labelled item ${silent}.`,
      {
        hint: 'Leave out items without any label.',
      },
    );
  }
  if (labels.length < 2) {
    throw new LearnError('ASSAY_LEARN_ONE_CLASS', 'The labelers use one label only.', {
      hint: 'There is nothing to tell apart.',
    });
  }
  const stranger = occurring.find((label) => !labels.includes(label));
  if (stranger !== undefined) {
    throw new LearnError(
      'ASSAY_LEARN_LABEL_UNKNOWN',
      `A labeler says ${JSON.stringify(stranger)}, which is not among ${JSON.stringify(labels)}.`,
      {
        hint: 'Name every label that occurs, or leave the labels out.',
      },
    );
  }
  const count = labels.length;
  /** [labeler, label] of every vote of an item. */
  const coded = lists.map((item) =>
    item.flatMap(([labeler, said]) => said.map((label) => [labelers.indexOf(labeler), labels.indexOf(label)] as const)),
  );
  let soft = coded.map((item) => {
    const shares = new Float64Array(count);
    for (const [, label] of item) shares[label]! += 1 / item.length;
    return shares;
  });
  const prevalence = new Float64Array(count);
  let confusion: Float64Array[] = [];
  let [logLikelihood, done] = [0, 0];
  for (let change = Number.POSITIVE_INFINITY; done < iterations && change > tolerance; done++) {
    prevalence.fill(0);
    confusion = labelers.map(() => new Float64Array(count * count));
    coded.forEach((item, i) => {
      for (let k = 0; k < count; k++) {
        prevalence[k]! += soft[i]![k]! / coded.length;
        for (const [labeler, label] of item) confusion[labeler]![k * count + label]! += soft[i]![k]!;
      }
    });
    for (const matrix of confusion) normaliseRows(matrix, count);
    logLikelihood = 0;
    change = 0;
    soft = coded.map((item, i) => {
      const logs = Float64Array.from(prevalence, (share, k) =>
        item.reduce(
          (sum, [labeler, label]) => sum + Math.log(confusion[labeler]![k * count + label]!),
          Math.log(share),
        ),
      );
      const most = Math.max(...logs);
      const shares = logs.map((value) => Math.exp(value - most));
      const sum = shares.reduce((total, value) => total + value, 0);
      logLikelihood += most + Math.log(sum);
      for (let k = 0; k < count; k++) {
        shares[k]! /= sum;
        change = Math.max(change, Math.abs(shares[k]! - soft[i]![k]!));
      }
      return shares;
    });
  }
  const rows = (matrix: Float64Array) => labels.map((_, k) => Array.from(matrix.subarray(k * count, (k + 1) * count)));
  return {
    labels,
    softLabels: soft,
    prevalence,
    confusion: Object.fromEntries(labelers.map((labeler, j) => [labeler, rows(confusion[j]!)])),
    logLikelihood,
    iterations: done,
  };
}

function normaliseRows(matrix: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) {
    const row = matrix.subarray(k * count, (k + 1) * count);
    const sum = row.reduce((total, value) => total + value, 0);
    // Of a label that a labeler never met, nothing is known.
    for (let l = 0; l < count; l++) row[l] = sum > 0 ? row[l]! / sum : 1 / count;
  }
}
