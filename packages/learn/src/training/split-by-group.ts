import { LearnError } from '../errors.ts';
import { Random } from '../random/index.ts';
import type { LabelledText } from './examples.ts';

export interface SplitOptions {
  /** Each part's share of the examples, such as `{ train: 0.7, dev: 0.15, test: 0.15 }`; they sum to 1. */
  readonly fractions: Readonly<Record<string, number>>;
  readonly seed?: number;
}

export interface Split<T> {
  /** The examples of each part, in their order of before. */
  readonly parts: Readonly<Record<string, readonly T[]>>;
  /** What could not be had, in words: a part without examples of a label. */
  readonly warnings: readonly string[];
}

interface Group {
  readonly members: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Splits examples into parts so that no group has examples in two of them; an example without a group is one by itself.
 * As far as whole groups allow it, every part has its share of the examples and of each label, and at least one
 * example of each label.
 *
 * Groups go, largest first, each to the part whose counts by label then lie nearest to what they should be (Sechidis et
 * al. 2011, for groups); then single moves and exchanges of groups go on while they bring the parts nearer.
 *
 * @throws LearnError `ASSAY_LEARN_SPLIT_INVALID` when the fractions make no sense or there are fewer groups than parts.
 */
export function splitByGroup<T extends Pick<LabelledText, 'label' | 'group'>>(
  examples: readonly T[],
  { fractions, seed = 1 }: SplitOptions,
): Split<T> {
  const names = Object.keys(fractions);
  const shares = names.map((name) => fractions[name]!);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  if (names.length < 2 || !shares.every((share) => share > 0) || Math.abs(whole - 1) > 1e-6) {
    throw invalid(`The fractions must be two or more numbers above 0 that sum to 1, not ${JSON.stringify(fractions)}.`);
  }
  const labels = [...new Set(examples.map(({ label }) => label))].sort();
  const random = new Random(seed);
  const groups = random.shuffle(collect(examples, labels)).sort((a, b) => b.members.length - a.members.length);
  if (groups.length < names.length) {
    throw invalid(`${groups.length} groups cannot be split into ${names.length} parts.`);
  }
  const totals = labels.map((_, k) => groups.reduce((sum, { counts }) => sum + counts[k]!, 0));
  const wanted = shares.map((share) => totals.map((total) => share * total));
  const state = new Assignment(wanted, totals);
  const part = groups.map((group) => {
    const best = argmin(names.map((_, p) => state.costOfAdding(group, p)));
    state.add(group, best, 1);
    return best;
  });
  improve(groups, part, state, random);
  const owner = new Array<number>(examples.length);
  groups.forEach(({ members }, g) => {
    for (const i of members) owner[i] = part[g]!;
  });
  const parts = Object.fromEntries(names.map((name, p) => [name, examples.filter((_, i) => owner[i] === p)]));
  return { parts, warnings: warn(parts, labels) };
}

/** How many examples of each label every part has so far, and how far that lies from what is wanted. */
class Assignment {
  readonly #wanted: readonly (readonly number[])[];
  readonly #totals: readonly number[];
  readonly #counts: number[][];

  constructor(wanted: readonly (readonly number[])[], totals: readonly number[]) {
    this.#wanted = wanted;
    this.#totals = totals;
    this.#counts = wanted.map((row) => row.map(() => 0));
  }

  add({ counts }: Group, part: number, sign: 1 | -1): void {
    counts.forEach((count, k) => {
      this.#counts[part]![k]! += sign * count;
    });
  }

  costOfAdding(group: Group, part: number): number {
    this.add(group, part, 1);
    const cost = this.cost();
    this.add(group, part, -1);
    return cost;
  }

  /** Relative squared distance by label and in size; a part that lacks a label costs more than any distance can. */
  cost(): number {
    let cost = 0;
    this.#wanted.forEach((row, part) => {
      const have = this.#counts[part]!;
      let size = 0;
      let target = 0;
      row.forEach((want, k) => {
        cost += (have[k]! - want) ** 2 / (want * this.#totals[k]!);
        if (have[k] === 0) cost += 100;
        size += have[k]!;
        target += want;
      });
      cost += (size - target) ** 2 / target ** 2;
      if (size === 0) cost += 10_000;
    });
    return cost;
  }
}

function improve(groups: readonly Group[], part: number[], state: Assignment, random: Random): void {
  const parts = Math.max(...part) + 1;
  const order = groups.map((_, g) => g);
  let cost = state.cost();
  const tryMoves = (moves: readonly (readonly [group: number, to: number])[]): boolean => {
    const from = moves.map(([g]) => part[g]!);
    const apply = (targets: readonly number[]) => {
      moves.forEach(([g], i) => {
        state.add(groups[g]!, part[g]!, -1);
        state.add(groups[g]!, targets[i]!, 1);
        part[g] = targets[i]!;
      });
    };
    apply(moves.map(([, to]) => to));
    const now = state.cost();
    if (now < cost - 1e-12) {
      cost = now;
      return true;
    }
    apply(from);
    return false;
  };
  // Exchanges are tried among at most 64 groups each round, so that thousands of single examples stay quick.
  for (let round = 0, moved = true; moved && round < 20; round++) {
    moved = false;
    const some = random.shuffle(order).slice(0, 64);
    for (const g of some) {
      for (let p = 0; p < parts; p++) if (p !== part[g] && tryMoves([[g, p]])) moved = true;
      for (const h of some) {
        if (
          part[h] !== part[g] &&
          tryMoves([
            [g, part[h]!],
            [h, part[g]!],
          ])
        )
          moved = true;
      }
    }
  }
}

function collect(examples: readonly Pick<LabelledText, 'label' | 'group'>[], labels: readonly string[]): Group[] {
  const byGroup = Map.groupBy(examples.keys(), (i) => examples[i]!.group ?? i);
  return [...byGroup.values()].map((members) => ({
    members,
    counts: labels.map((label) => members.filter((i) => examples[i]!.label === label).length),
  }));
}

function warn(
  parts: Readonly<Record<string, readonly Pick<LabelledText, 'label'>[]>>,
  labels: readonly string[],
): string[] {
  return Object.entries(parts).flatMap(([name, members]) => {
    const present = new Set(members.map(({ label }) => label));
    return labels
      .filter((label) => !present.has(label))
      .map((label) => `The part "${name}" has no example of "${label}".`);
  });
}

function argmin(values: readonly number[]): number {
  return values.indexOf(Math.min(...values));
}

function invalid(message: string): LearnError {
  return new LearnError('ASSAY_LEARN_SPLIT_INVALID', message, {
    hint: 'For example { train: 0.7, dev: 0.15, test: 0.15 }, with at least one group for each part.',
  });
}
