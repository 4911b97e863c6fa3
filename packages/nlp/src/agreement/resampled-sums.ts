import { quantile, Random } from '@assay/learn';

/** Sums over items that can be drawn again by whole groups: for each group only the cells that are not 0. */
export class GroupedSums {
  readonly width: number;
  readonly #groups: readonly Map<number, number>[];

  constructor(width: number, groups: number) {
    this.width = width;
    this.#groups = Array.from({ length: groups }, () => new Map());
  }

  add(group: number, cell: number, amount: number): void {
    const cells = this.#groups[group]!;
    cells.set(cell, (cells.get(cell) ?? 0) + amount);
  }

  total(): Float64Array {
    const sums = new Float64Array(this.width);
    for (const cells of this.#groups) for (const [cell, amount] of cells) sums[cell]! += amount;
    return sums;
  }

  /**
   * The sums of `resamples` draws, each of as many groups as there are, with replacement. Hands out one array, used
   * again.
   */
  *draws(resamples: number, seed: number): Generator<Float64Array> {
    const { starts, cells, amounts } = this.#compressed();
    const groups = this.#groups.length;
    const random = new Random(seed);
    const sums = new Float64Array(this.width);
    // Several draws in one pass over the groups, side by side: the pass waits for memory more than it computes.
    const times = new Float64Array(groups * lanes);
    const side = new Float64Array(this.width * lanes);
    for (let first = 0; first < resamples; first += lanes) {
      const drawn = Math.min(lanes, resamples - first);
      times.fill(0);
      for (let lane = 0; lane < drawn; lane++) {
        for (let pick = 0; pick < groups; pick++) times[random.integer(groups) * lanes + lane]! += 1;
      }
      side.fill(0);
      for (let group = 0; group < groups; group++)
        addGroup(side, times, group * lanes, cells, amounts, starts[group]!, starts[group + 1]!);
      for (let lane = 0; lane < drawn; lane++) {
        for (let cell = 0; cell < this.width; cell++) sums[cell] = side[cell * lanes + lane]!;
        yield sums;
      }
    }
  }

  /** Compressed rows: group g has the cells and amounts from starts[g] to starts[g + 1]. */
  #compressed(): { starts: Int32Array; cells: Int32Array; amounts: Float64Array } {
    const starts = new Int32Array(this.#groups.length + 1);
    this.#groups.forEach((cells, group) => {
      starts[group + 1] = starts[group]! + cells.size;
    });
    const cells = new Int32Array(starts.at(-1)!);
    const amounts = new Float64Array(cells.length);
    this.#groups.forEach((entries, group) => {
      cells.set([...entries.keys()], starts[group]!);
      amounts.set([...entries.values()], starts[group]!);
    });
    return { starts, cells, amounts };
  }
}

const lanes = 8;

/** Adds a group's amounts to each lane as often as the lane drew it; unrolled, as the inner loop of the bootstrap. */
function addGroup(
  side: Float64Array,
  times: Float64Array,
  at: number,
  cells: Int32Array,
  amounts: Float64Array,
  start: number,
  end: number,
): void {
  const t0 = times[at]!;
  const t1 = times[at + 1]!;
  const t2 = times[at + 2]!;
  const t3 = times[at + 3]!;
  const t4 = times[at + 4]!;
  const t5 = times[at + 5]!;
  const t6 = times[at + 6]!;
  const t7 = times[at + 7]!;
  for (let entry = start; entry < end; entry++) {
    const cell = cells[entry]! * lanes;
    const amount = amounts[entry]!;
    side[cell]! += t0 * amount;
    side[cell + 1]! += t1 * amount;
    side[cell + 2]! += t2 * amount;
    side[cell + 3]! += t3 * amount;
    side[cell + 4]! += t4 * amount;
    side[cell + 5]! += t5 * amount;
    side[cell + 6]! += t6 * amount;
    side[cell + 7]! += t7 * amount;
  }
}

/** A statistic and the ends of its percentile interval; null where it is not defined. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Takes the same statistics of the whole and of each draw. */
export function estimates(
  sums: GroupedSums,
  statistics: (sums: Float64Array) => Float64Array,
  options: { readonly resamples: number; readonly confidence: number; readonly seed: number },
): Estimate[] {
  const values = statistics(sums.total());
  const drawn = Array.from(values, () => new Float64Array(options.resamples));
  let draw = 0;
  for (const resampled of sums.draws(options.resamples, options.seed)) {
    statistics(resampled).forEach((value, index) => {
      drawn[index]![draw] = value;
    });
    draw++;
  }
  const tail = (1 - options.confidence) / 2;
  return Array.from(values, (value, index) => {
    const defined = drawn[index]!.filter((one) => !Number.isNaN(one)).sort();
    return {
      value: orNull(value),
      low: orNull(quantile(defined, tail)),
      high: orNull(quantile(defined, 1 - tail)),
    };
  });
}

export function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
