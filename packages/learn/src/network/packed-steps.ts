import type { Backend } from '../backend/index.ts';
import type { Batch } from './batch.ts';

/**
 * A batch in the order in which a recurrent layer reads it: the first rows of all sequences, longest sequence first, then
 * the second rows of those that have one, and so on. The sequences that reach step t are the first `counts[t]` of step
 * t − 1, so that a step's rows, and their predecessors, are runs of rows.
 */
export class PackedSteps {
  /** How many sequences reach each step. */
  counts: readonly number[] = [];
  /** Where each step's rows start; at the end, how many there are in all. */
  offsets: readonly number[] = [0];
  readonly #backend: Backend;
  #rows: Int32Array;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#rows = backend.integers(0);
  }

  /** The batch's row of each packed row. */
  get rows(): Int32Array {
    return this.#rows;
  }

  /** @param reverse whether sequences are read from their end. */
  arrange(batch: Batch, reverse: boolean): void {
    const { size, starts, ends } = batch;
    const length = (s: number) => ends[s]! - starts[s]!;
    const order = Array.from({ length: size }, (_, s) => s).sort((a, b) => length(b) - length(a) || a - b);
    const total = order.reduce((sum, s) => sum + length(s), 0);
    if (this.#rows.length < total) this.#rows = this.#backend.integers(Math.ceil(total * 1.5));
    const counts: number[] = [];
    const offsets = [0];
    let active = size;
    for (let step = 0, at = 0; ; step++) {
      while (active > 0 && length(order[active - 1]!) <= step) active--;
      if (active === 0) break;
      for (let k = 0; k < active; k++) {
        const s = order[k]!;
        this.#rows[at++] = reverse ? ends[s]! - 1 - step : starts[s]! + step;
      }
      counts.push(active);
      offsets.push(at);
    }
    this.counts = counts;
    this.offsets = offsets;
  }
}
