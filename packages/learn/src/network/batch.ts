import type { Backend } from '../backend/index.ts';

/**
 * Sequences of different lengths laid one after another: `gap` rows of padding (id 0), the first sequence, `gap` rows,
 * the second, …, `gap` rows. With a gap of the encoder's radius, each window is a contiguous run of rows, and no window
 * reaches into another sequence.
 */
export interface Batch {
  readonly size: number;
  readonly rows: number;
  readonly gap: number;
  /** A token's id for each row. */
  readonly ids: Int32Array;
  /** Sequence s has the rows from `starts[s]` up to, not including, `ends[s]`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Packs batches into arrays of the backend, which the next batch takes over. */
export class BatchPacker {
  readonly #backend: Backend;
  readonly #gap: number;
  #ids: Int32Array;
  #starts: Int32Array;
  #ends: Int32Array;

  constructor(backend: Backend, gap: number) {
    this.#backend = backend;
    this.#gap = gap;
    this.#ids = backend.integers(0);
    this.#starts = backend.integers(0);
    this.#ends = backend.integers(0);
  }

  pack(sequences: readonly Int32Array[]): Batch {
    const gap = this.#gap;
    const rows = sequences.reduce((sum, sequence) => sum + sequence.length + gap, gap);
    if (this.#ids.length < rows) this.#ids = this.#backend.integers(Math.ceil(rows * 1.5));
    if (this.#starts.length < sequences.length) {
      this.#starts = this.#backend.integers(sequences.length * 2);
      this.#ends = this.#backend.integers(sequences.length * 2);
    }
    this.#ids.fill(0, 0, rows);
    let row = gap;
    sequences.forEach((sequence, s) => {
      this.#ids.set(sequence, row);
      this.#starts[s] = row;
      row += sequence.length;
      this.#ends[s] = row;
      row += gap;
    });
    return { size: sequences.length, rows, gap, ids: this.#ids, starts: this.#starts, ends: this.#ends };
  }
}

/** Sets the rows between sequences to 0. */
export function clearGaps(x: Float32Array, batch: Batch, width: number): void {
  let from = 0;
  for (let s = 0; s < batch.size; s++) {
    x.fill(0, from * width, batch.starts[s]! * width);
    from = batch.ends[s]!;
  }
  x.fill(0, from * width, batch.rows * width);
}
