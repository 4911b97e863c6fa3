import { LearnError } from '../errors.ts';
import { Random } from '../random/index.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { badSearch, checkSpace, decode, type ParametersOf, type SearchSpace } from './space.ts';
import {
  geneticStrategy,
  gridStrategy,
  halvingStrategy,
  randomStrategy,
  type Strategy,
  swarmStrategy,
} from './strategies.ts';

export interface TuneOptions {
  readonly method: 'grid' | 'random' | 'halving' | 'genetic' | 'swarm';
  readonly direction?: 'minimise' | 'maximise';
  /** Trials of random, genetic and swarm; those of the first round of halving. 50 by default. */
  readonly trials?: number;
  /** Steps of a grid along a range; 5 by default. */
  readonly steps?: number;
  /** Of genetic and swarm; 10 by default. */
  readonly population?: number;
  /** What halving gives to each trial at first and at last, and by what it multiplies; 1, 27 and 3 by default. */
  readonly budget?: { readonly least: number; readonly most: number; readonly eta: number };
  /** 1 by default. The same seed gives the same trials, however many run at a time. */
  readonly seed?: number;
  /** Trials at a time; 1 by default. */
  readonly parallel?: number;
  /** A file that keeps the trials: started again, the search goes on where it was. */
  readonly journal?: string;
  readonly signal?: AbortSignal;
  readonly onTrial?: (entry: JournalEntry) => void;
}

export interface TuneResult<S extends SearchSpace> {
  /** Of the largest budget that was tried. */
  readonly best: { readonly parameters: ParametersOf<S>; readonly value: number; readonly trial: number };
  readonly trials: readonly JournalEntry[];
  /** Trials that were taken from the journal. */
  readonly resumed: number;
}

/**
 * Searches a space for the parameters with the best value. A trial whose objective throws, or gives no number, has failed:
 * it is kept as such, and the search goes on.
 *
 * @param objective is told the budget of the trial (epochs, or texts: what it means is the objective's), which is 1 but for
 * halving.
 * @throws LearnError `ASSAY_LEARN_SEARCH_OPTIONS`, `ASSAY_LEARN_SEARCH_FAILED` when no trial gave a number,
 * `ASSAY_LEARN_JOURNAL_OTHER`.
 */
export async function tune<const S extends SearchSpace>(
  space: S,
  objective: (
    parameters: ParametersOf<S>,
    trial: { readonly number: number; readonly budget: number },
  ) => number | Promise<number>,
  options: TuneOptions,
): Promise<TuneResult<S>> {
  checkSpace(space);
  const { method, direction = 'minimise', seed = 1, parallel = 1, signal } = options;
  if (!Number.isInteger(parallel) || parallel < 1)
    throw badSearch(`parallel must be a positive whole number, not ${parallel}`);
  const strategy = strategyOf(space, options);
  const { trials: wanted, steps, population, budget } = options;
  const journal =
    options.journal === undefined
      ? undefined
      : Journal.open(options.journal, { space, method, direction, seed, wanted, steps, population, budget });
  const sign = direction === 'minimise' ? 1 : -1;
  const trials: JournalEntry[] = [];
  let resumed = 0;

  let round = strategy.next([]);
  while (!round.done) {
    const batch = round.value.map(({ point, budget: own }, i) => {
      const number = trials.length + i;
      return { number, budget: own, parameters: decode(space, point) };
    });
    const entries = new Array<JournalEntry>(batch.length);
    let next = 0;
    const work = async () => {
      while (next < batch.length) {
        signal?.throwIfAborted();
        const i = next++;
        const { number, budget: own, parameters } = batch[i]!;
        const kept = journal?.find(number, parameters as JournalEntry['parameters'], own);
        if (kept) resumed++;
        const entry = kept ?? (await tryOut(parameters, number, own));
        if (!kept) journal?.add(entry);
        entries[i] = entry;
        options.onTrial?.(entry);
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallel, batch.length) }, work));
    trials.push(...entries);
    round = strategy.next(entries.map(({ value }) => (value === null ? Number.POSITIVE_INFINITY : sign * value)));
  }

  const worked = trials.filter((entry): entry is JournalEntry & { value: number } => entry.value !== null);
  if (worked.length === 0) {
    throw new LearnError(
      'ASSAY_LEARN_SEARCH_FAILED',
      `None of the ${trials.length} trials gave a number: ${trials[0]?.error ?? 'NaN'}.`,
      {
        hint: 'Try the objective by itself with the parameters of one trial.',
      },
    );
  }
  const most = Math.max(...worked.map(({ budget: own }) => own));
  const best = worked
    .filter(({ budget: own }) => own === most)
    .reduce((first, one) => (sign * one.value < sign * first.value ? one : first));
  const { parameters, value, trial } = best;
  return { best: { parameters: parameters as ParametersOf<S>, value, trial }, trials, resumed };

  async function tryOut(parameters: ParametersOf<S>, trial: number, own: number): Promise<JournalEntry> {
    const known = { trial, parameters: parameters as JournalEntry['parameters'], budget: own };
    try {
      const result = await objective(parameters, { number: trial, budget: own });
      return Number.isFinite(result)
        ? { ...known, value: result }
        : { ...known, value: null, error: `the value is ${result}` };
    } catch (error) {
      return { ...known, value: null, error: error instanceof Error ? error.message : String(error) };
    }
  }
}

function strategyOf(space: SearchSpace, options: TuneOptions): Strategy {
  const {
    method,
    trials = 50,
    steps = 5,
    population = 10,
    seed = 1,
    budget = { least: 1, most: 27, eta: 3 },
  } = options;
  for (const [name, value] of Object.entries({ trials, steps })) {
    if (!Number.isInteger(value) || value < 1) throw badSearch(`${name} must be a positive whole number, not ${value}`);
  }
  if (!Number.isInteger(population) || population < 3)
    throw badSearch(`population must be a whole number from 3, not ${population}`);
  const size = Object.keys(space).length;
  const random = new Random(seed);
  switch (method) {
    case 'grid':
      return gridStrategy(space, steps, 1);
    case 'random':
      return randomStrategy(size, trials, 1, random);
    case 'halving':
      return halvingStrategy(size, trials, budget, random);
    case 'genetic':
      return geneticStrategy(size, trials, population, 1, random);
    case 'swarm':
      return swarmStrategy(size, trials, population, 1, random);
    default:
      throw badSearch(`there is no method ${JSON.stringify(method)}`);
  }
}
