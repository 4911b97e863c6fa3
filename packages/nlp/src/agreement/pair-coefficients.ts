/**
 * Agreement of two labelers, from a table of counts: `table[i * size + j]` items that the first gave category i and the
 * second category j. Each coefficient is NaN where it is not defined, as when there are no items.
 */
export type PairTable = Float64Array;

/** Counts the items that both labelled. */
export function pairTable(first: Int8Array, second: Int8Array, size: number): PairTable {
  const table = new Float64Array(size * size);
  for (let item = 0; item < first.length; item++) {
    const [a, b] = [first[item]!, second[item]!];
    if (a >= 0 && b >= 0) table[a * size + b]! += 1;
  }
  return table;
}

/** The share of items with the same label. */
export function observedAgreement(table: PairTable, size: number): number {
  let same = 0;
  let total = 0;
  for (let cell = 0; cell < size * size; cell++) {
    total += table[cell]!;
    if (cell % (size + 1) === 0) same += table[cell]!;
  }
  return same / total;
}

/** How bad each disagreement is; 0 on the diagonal. Laid out as a {@link PairTable}. */
export type DisagreementWeights = Float64Array;

/** All alike (`nominal`), by the distance of the categories (`linear`), or by its square (`quadratic`). */
export function disagreementWeights(kind: 'nominal' | 'linear' | 'quadratic', size: number): DisagreementWeights {
  return Float64Array.from({ length: size * size }, (_, cell) => {
    const distance = Math.abs(Math.floor(cell / size) - (cell % size));
    if (kind === 'nominal') return Math.min(distance, 1);
    return kind === 'linear' ? distance : distance * distance;
  });
}

/**
 * Cohen's κ: 1 less the weighted disagreement seen over that expected of two labelers who label by chance with the
 * frequencies they have.
 *
 * J. Cohen, "A coefficient of agreement for nominal scales", 1960; weighted: "Weighted kappa", 1968.
 */
export function cohenKappa(table: PairTable, size: number, weights: DisagreementWeights): number {
  const rows = new Float64Array(size);
  const columns = new Float64Array(size);
  let total = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const count = table[row * size + column]!;
      rows[row]! += count;
      columns[column]! += count;
      total += count;
    }
  }
  let seen = 0;
  let expected = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const weight = weights[row * size + column]!;
      seen += weight * table[row * size + column]!;
      expected += weight * rows[row]! * columns[column]!;
    }
  }
  return expected === 0 ? Number.NaN : 1 - (seen * total) / expected;
}
