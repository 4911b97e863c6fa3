import { LearnError } from '../errors.ts';
import { Random } from '../random/index.ts';
import { type BootstrapOptions, pairedBootstrap } from '../statistics/index.ts';
import { fitLogistic, predictLogistic } from './logistic-regression.ts';

/** A member's probabilities of the same items, out of fold or of a development set: one row for each item. */
export interface Member {
  readonly name: string;
  readonly probabilities: readonly ArrayLike<number>[];
}

/** The members' probabilities, weighted; weights sum to 1. Without weights their mean. */
export function combine(members: readonly Member[], weights?: ArrayLike<number>): Float64Array[] {
  checkMembers(members);
  return members[0]!.probabilities.map((first, i) => {
    const row = new Float64Array(first.length);
    members.forEach(({ probabilities }, m) => {
      const weight = weights === undefined ? 1 / members.length : weights[m]!;
      for (let k = 0; k < row.length; k++) row[k]! += weight * probabilities[i]![k]!;
    });
    return row;
  });
}

export interface WeightSearch {
  readonly method: 'grid' | 'genetic' | 'swarm';
  /** Steps of the grid from 0 to 1; 10 by default. */
  readonly steps?: number;
  /** Candidates of a generation, and generations, of the other two; 40 and 60 by default. */
  readonly population?: number;
  readonly generations?: number;
  readonly seed?: number;
}

/**
 * Weights that make the log loss of the combined probabilities small: all weights of a grid on the simplex; a genetic
 * algorithm (tournaments, blend crossover, Gaussian mutation, the best is kept); or particle swarm optimisation (Clerc and
 * Kennedy 2002). All begin with equal weights, so that none ends worse than the mean on these items.
 *
 * @returns the weights and their mean log loss on the items given.
 * @throws LearnError `ASSAY_LEARN_LENGTHS_DIFFER`, `ASSAY_LEARN_SEARCH_OPTIONS` for a grid of over a million points.
 */
export function searchWeights(
  members: readonly Member[],
  labels: readonly number[],
  search: WeightSearch,
): { readonly weights: Float64Array; readonly loss: number } {
  checkMembers(members, labels);
  const size = members.length;
  const own = members.map(({ probabilities }) => Float64Array.from(labels, (label, i) => probabilities[i]![label]!));
  const lossOf = (raw: Float64Array): number => {
    const weights = onSimplex(raw);
    let loss = 0;
    for (let i = 0; i < labels.length; i++) {
      let p = 0;
      for (let m = 0; m < size; m++) p += weights[m]! * own[m]![i]!;
      loss -= Math.log(Math.max(p, 1e-15));
    }
    return loss / labels.length;
  };
  let best: { weights: Float64Array; loss: number } = {
    weights: new Float64Array(size).fill(1 / size),
    loss: Number.POSITIVE_INFINITY,
  };
  const consider = (raw: Float64Array): number => {
    const loss = lossOf(raw);
    if (loss < best.loss) best = { weights: onSimplex(raw), loss };
    return loss;
  };
  consider(best.weights);
  const { population = 40, generations = 60, seed = 1, steps = 10 } = search;
  if (search.method === 'grid') {
    for (const point of simplexGrid(size, steps)) consider(point);
    return best;
  }
  const random = new Random(seed);
  const draw = () => Float64Array.from({ length: size }, () => -Math.log(1 - random.next()));
  const start = [new Float64Array(size).fill(1), ...Array.from({ length: population - 1 }, draw)].map(onSimplex);
  if (search.method === 'genetic') geneticSearch(start, generations, random, consider);
  else swarmSearch(start, generations, random, consider);
  return best;
}

function geneticSearch(
  start: readonly Float64Array[],
  generations: number,
  random: Random,
  consider: (point: Float64Array) => number,
): void {
  let scored = start.map((point) => ({ point, loss: consider(point) }));
  const tournament = () => {
    const drawn = Array.from({ length: 3 }, () => scored[random.integer(scored.length)]!);
    return drawn.reduce((best, one) => (one.loss < best.loss ? one : best)).point;
  };
  for (let generation = 0; generation < generations; generation++) {
    const elite = scored.toSorted((a, b) => a.loss - b.loss).slice(0, 2);
    const children = Array.from({ length: start.length - elite.length }, () => {
      const [mother, father] = [tournament(), tournament()];
      const width = 0.2 * (1 - generation / generations);
      const child = mother.map(
        (value, i) =>
          value + random.next() * (father[i]! - value) + width * random.normal() * (random.next() < 0.3 ? 1 : 0),
      );
      const point = onSimplex(child);
      return { point, loss: consider(point) };
    });
    scored = [...elite, ...children];
  }
}

function swarmSearch(
  start: readonly Float64Array[],
  generations: number,
  random: Random,
  consider: (point: Float64Array) => number,
): void {
  const [inertia, pull] = [0.7298, 1.49618];
  const particles = start.map((point) => ({
    at: point.slice(),
    speed: point.map(() => 0),
    best: point,
    loss: consider(point),
  }));
  for (let generation = 0; generation < generations; generation++) {
    const leader = particles.reduce((best, one) => (one.loss < best.loss ? one : best)).best;
    for (const particle of particles) {
      for (let i = 0; i < particle.at.length; i++) {
        particle.speed[i] =
          inertia * particle.speed[i]! +
          pull * random.next() * (particle.best[i]! - particle.at[i]!) +
          pull * random.next() * (leader[i]! - particle.at[i]!);
        particle.at[i] = Math.max(0, particle.at[i]! + particle.speed[i]!);
      }
      const loss = consider(particle.at);
      if (loss < particle.loss) Object.assign(particle, { best: particle.at.slice(), loss });
    }
  }
}

function onSimplex(raw: Float64Array): Float64Array {
  const positive = raw.map((value) => Math.max(0, value));
  const sum = positive.reduce((total, value) => total + value, 0);
  return sum > 0 ? positive.map((value) => value / sum) : positive.fill(1 / raw.length);
}

function* simplexGrid(size: number, steps: number): Generator<Float64Array> {
  let points = 1;
  for (let i = 1; i < size; i++) points = (points * (steps + i)) / i;
  if (!Number.isInteger(steps) || steps < 1 || points > 1e6) {
    throw new LearnError(
      'ASSAY_LEARN_SEARCH_OPTIONS',
      `A grid of ${steps} steps over ${size} members has ${points} points.`,
      {
        hint: 'Fewer steps, or the genetic or swarm search.',
      },
    );
  }
  const parts = new Int32Array(size);
  function* fill(at: number, left: number): Generator<Float64Array> {
    if (at === size - 1) {
      parts[at] = left;
      yield Float64Array.from(parts, (part) => part / steps);
      return;
    }
    for (let part = 0; part <= left; part++) {
      parts[at] = part;
      yield* fill(at + 1, left - part);
    }
  }
  yield* fill(0, steps);
}

/** A meta-learner over the members' log probabilities. */
export interface Stacker {
  /** Combines members in the order of those it was fitted on. */
  predict(members: readonly Member[]): Float64Array[];
}

/**
 * Stacking (Wolpert 1992): multinomial logistic regression of the labels on the members' log probabilities. These must be
 * out of fold: of items that the members were not trained on, else the stacker learns whom to trust from answers by heart.
 *
 * @throws LearnError as `fitLogistic`.
 */
export function fitStacker(
  members: readonly Member[],
  labels: readonly number[],
  { c = 1 }: { readonly c?: number } = {},
): Stacker {
  checkMembers(members, labels);
  const classes = members[0]!.probabilities[0]!.length;
  const model = fitLogistic(inputsOf(members), labels, { classes, c });
  return { predict: (others) => inputsOf(others).map((row) => predictLogistic(model, row)) };
}

function inputsOf(members: readonly Member[]): Float64Array[] {
  checkMembers(members);
  return members[0]!.probabilities.map((_, i) =>
    Float64Array.from(
      members.flatMap(({ probabilities }) => Array.from(probabilities[i]!, (p) => Math.log(Math.max(p, 1e-7)))),
    ),
  );
}

export interface Gain {
  /** Accuracy of the ensemble less that of the other, with its paired bootstrap interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly p_value: number;
  /** Whether 0 lies outside of the interval: the gain (or loss) is more than luck. */
  readonly isClear: boolean;
}

/** What an ensemble gains over another system (say its best member) on items that neither was chosen by. */
export function gainOver(
  ensemble: readonly ArrayLike<number>[],
  other: readonly ArrayLike<number>[],
  labels: readonly number[],
  options: BootstrapOptions = {},
): Gain {
  checkMembers(
    [
      { name: 'the ensemble', probabilities: ensemble },
      { name: 'the other', probabilities: other },
    ],
    labels,
  );
  const right = (rows: readonly ArrayLike<number>[]) => rows.map((row, i) => (bestOf(row) === labels[i] ? 1 : 0));
  const [own, others] = [right(ensemble), right(other)];
  const items = labels.map((_, i) => i);
  const { estimate, low, high, pValue } = pairedBootstrap(
    items,
    (sample) => sample.reduce((sum, i) => sum + own[i]! - others[i]!, 0) / sample.length,
    options,
  );
  return { difference: estimate, low, high, p_value: pValue, isClear: low > 0 || high < 0 };
}

function bestOf(row: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < row.length; k++) if (row[k]! > row[best]!) best = k;
  return best;
}

function checkMembers(members: readonly Member[], labels?: readonly number[]): void {
  const items = labels?.length ?? members[0]?.probabilities.length ?? 0;
  if (members.length === 0 || items === 0) {
    throw new LearnError('ASSAY_LEARN_NO_EXAMPLES', 'An ensemble needs members with probabilities.', {
      hint: 'Give at least one.',
    });
  }
  const classes = members[0]!.probabilities[0]!.length;
  for (const { name, probabilities } of members) {
    if (probabilities.length !== items || probabilities.some((row) => row.length !== classes)) {
      throw new LearnError(
        'ASSAY_LEARN_LENGTHS_DIFFER',
        `${name} has ${probabilities.length} rows for ${items} items, or not ${classes} probabilities in each.`,
        {
          hint: 'All members answer the same items, with the same labels in the same order.',
        },
      );
    }
    const bad = probabilities.findIndex((row) => Array.from(row).some((p) => !(p >= 0 && p <= 1.0001)));
    if (bad >= 0) {
      throw new LearnError('ASSAY_LEARN_VALUE_INVALID', `${name} has no probability in row ${bad}.`, {
        hint: 'Probabilities are from 0 to 1.',
      });
    }
  }
}
