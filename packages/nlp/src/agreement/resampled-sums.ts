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
    // Compressed rows: group g has the cells from starts[g] to starts[g + 1].
    const groups = this.#groups.length;
    const starts = new Int32Array(groups + 1);
    this.#groups.forEach((cells, group) => {
      starts[group + 1] = starts[group]! + cells.size;
    });
    const cells = new Int32Array(starts[groups]!);
    const amounts = new Float64Array(starts[groups]!);
    this.#groups.forEach((entries, group) => {
      cells.set([...entries.keys()], starts[group]!);
      amounts.set([...entries.values()], starts[group]!);
    });
    const random = new Random(seed);
    const sums = new Float64Array(this.width);
    const times = new Int32Array(groups);
    for (let draw = 0; draw < resamples; draw++) {
      times.fill(0);
      for (let pick = 0; pick < groups; pick++) times[random.integer(groups)]! += 1;
      sums.fill(0);
      for (let group = 0; group < groups; group++) {
        const count = times[group]!;
        if (count === 0) continue;
        const end = starts[group + 1]!;
        for (let entry = starts[group]!; entry < end; entry++) sums[cells[entry]!]! += count * amounts[entry]!;
      }
      yield sums;
    }
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
