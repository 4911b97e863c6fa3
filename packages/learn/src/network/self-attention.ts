import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { Batch } from './batch.ts';
import { placeSlice, type Slice, softmaxRow, softmaxRowGradient, takeSlice } from './head-slices.ts';
import type { Weighted } from './layer.ts';
import { Linear } from './linear.ts';
import { type Parameter, transpose } from './parameter.ts';
import { Scratch } from './scratch.ts';

/** Scaled dot-product attention of every row of a sequence to all of its rows, in several heads (Vaswani et al. 2017). */
export class SelfAttention implements Weighted {
  readonly width: number;
  readonly heads: number;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly merge: Linear;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #mixed: Scratch;
  readonly #shares: Scratch;
  readonly #gradients: readonly [Scratch, Scratch, Scratch];
  readonly #small: readonly Scratch[];
  #batch: Batch | undefined;
  #projected: readonly [Float32Array, Float32Array, Float32Array] | undefined;

  constructor(backend: Backend, name: string, width: number, heads: number) {
    this.#backend = backend;
    this.width = width;
    this.heads = heads;
    this.query = new Linear(backend, `${name}.query`, width, width);
    this.key = new Linear(backend, `${name}.key`, width, width);
    this.value = new Linear(backend, `${name}.value`, width, width);
    this.merge = new Linear(backend, `${name}.merge`, width, width);
    this.parameters = [this.query, this.key, this.value, this.merge].flatMap(({ parameters }) => parameters);
    this.#mixed = new Scratch(backend);
    this.#shares = new Scratch(backend);
    this.#gradients = [new Scratch(backend), new Scratch(backend), new Scratch(backend)];
    this.#small = Array.from({ length: 8 }, () => new Scratch(backend));
  }

  initialise(random: Random): void {
    for (const linear of [this.query, this.key, this.value, this.merge]) linear.initialise(random);
  }

  forward(x: Float32Array, batch: Batch): Float32Array {
    const { width } = this;
    const backend = this.#backend;
    const [q, k, v] = [this.query, this.key, this.value].map((linear) => linear.forward(x, batch.rows));
    this.#batch = batch;
    this.#projected = [q!, k!, v!];
    const mixed = this.#mixed.take(batch.rows * width).fill(0, 0, batch.rows * width);
    const shares = this.#shares.take(this.#cells(batch));
    this.#each((slice, length, at) => {
      const query = this.#take(0, q!, slice);
      const keys = this.#take(1, k!, slice);
      const values = this.#take(2, v!, slice);
      const columns = this.#small[3]!.take(length * slice.width);
      transpose(keys, columns, length, slice.width);
      const own = shares.subarray(at);
      backend.multiply(query, slice.width, columns, own, length, length, slice.width, false);
      const scale = 1 / Math.sqrt(slice.width);
      for (let i = 0; i < length * length; i++) own[i]! *= scale;
      for (let row = 0; row < length; row++) softmaxRow(own, row * length, length);
      const out = this.#small[4]!.take(length * slice.width);
      backend.multiply(own, length, values, out, length, slice.width, length, false);
      placeSlice(out, mixed, width, slice);
    });
    return this.merge.forward(mixed, batch.rows);
  }

  /** @param gradient of the output, 0 between sequences. */
  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { width } = this;
    const backend = this.#backend;
    const batch = this.#batch!;
    const [q, k, v] = this.#projected!;
    const toMixed = this.merge.backward(gradient, parameters);
    const [toQ, toK, toV] = this.#gradients.map((of) => of.take(batch.rows * width).fill(0, 0, batch.rows * width));
    const shares = this.#shares.array;
    this.#each((slice, length, at) => {
      const given = this.#take(0, toMixed, slice);
      const own = shares.subarray(at);
      // Values: sharesᵀ · given.
      const values = this.#small[5]!.take(length * slice.width).fill(0, 0, length * slice.width);
      backend.multiplyTransposed(own, length, given, values, length, slice.width, length);
      placeSlice(values, toV!, width, slice);
      // Shares: given · valuesᵀ, then back through the softmax and the scale.
      const columns = this.#small[3]!.take(length * slice.width);
      transpose(this.#take(1, v, slice), columns, length, slice.width);
      const scores = this.#small[6]!.take(length * length);
      backend.multiply(given, slice.width, columns, scores, length, length, slice.width, false);
      for (let row = 0; row < length; row++)
        softmaxRowGradient(own.subarray(row * length), scores.subarray(row * length), 0, length);
      const scale = 1 / Math.sqrt(slice.width);
      for (let i = 0; i < length * length; i++) scores[i]! *= scale;
      const query = this.#small[4]!.take(length * slice.width);
      backend.multiply(scores, length, this.#take(1, k, slice), query, length, slice.width, length, false);
      placeSlice(query, toQ!, width, slice);
      const keys = this.#small[5]!.take(length * slice.width).fill(0, 0, length * slice.width);
      backend.multiplyTransposed(scores, length, this.#take(1, q, slice), keys, length, slice.width, length);
      placeSlice(keys, toK!, width, slice);
    });
    const through = this.query.backward(toQ!, parameters);
    backend.addTo(through, this.key.backward(toK!, parameters), batch.rows * width);
    backend.addTo(through, this.value.backward(toV!, parameters), batch.rows * width);
    return through;
  }

  /** Visits each head of each sequence, with the place of its square of shares. */
  #each(visit: (slice: Slice, length: number, at: number) => void): void {
    const { size, starts, ends } = this.#batch!;
    const width = this.width / this.heads;
    let at = 0;
    for (let s = 0; s < size; s++) {
      const [start, end] = [starts[s]!, ends[s]!];
      const length = end - start;
      for (let head = 0; head < this.heads; head++) {
        if (length > 0) visit({ start, end, column: head * width, width }, length, at);
        at += length * length;
      }
    }
  }

  #cells({ size, starts, ends }: Batch): number {
    let cells = 0;
    for (let s = 0; s < size; s++) cells += this.heads * (ends[s]! - starts[s]!) ** 2;
    return cells;
  }

  #take(slot: number, from: Float32Array, slice: Slice): Float32Array {
    const to = this.#small[slot]!.take((slice.end - slice.start) * slice.width);
    takeSlice(from, this.width, slice, to);
    return to;
  }
}
