import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { Batch } from './batch.ts';
import { Dropout } from './dropout.ts';
import { Parameter } from './parameter.ts';
import { Scratch } from './scratch.ts';

/** Embed: one vector for each word of the vocabulary. Row 0, the padding, is 0 and stays so. */
export class Embedding {
  readonly width: number;
  readonly table: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #output: Scratch;
  readonly #dropout: Dropout;
  #batch: Batch | undefined;

  constructor(
    backend: Backend,
    vocabularySize: number,
    { width, frozen }: { readonly width: number; readonly frozen: boolean },
  ) {
    this.#backend = backend;
    this.width = width;
    this.table = new Parameter(backend, 'embed.table', [vocabularySize, width], { sparse: true, frozen });
    this.parameters = [this.table];
    this.#output = new Scratch(backend);
    this.#dropout = new Dropout(backend);
  }

  initialise(random: Random): void {
    this.table.fillUniform(random, 0.1);
    this.table.value.fill(0, 0, this.width);
  }

  /** Puts vectors that are known into the table; of a table that stays, words without one have 0. */
  fill(vectors: Iterable<readonly [id: number, vector: Float32Array | undefined]>): void {
    for (const [id, vector] of vectors) {
      if (vector !== undefined) this.table.value.set(vector, id * this.width);
      else if (this.table.frozen) this.table.value.fill(0, id * this.width, (id + 1) * this.width);
    }
  }

  /** @returns the words' vectors [rows, width], rows of padding 0. */
  forward(batch: Batch, dropout: number, random: Random | undefined): Float32Array {
    this.#batch = batch;
    const output = this.#output.take(batch.rows * this.width);
    this.#backend.gatherRows(this.table.value, batch.ids, output, batch.rows, this.width);
    this.#dropout.forward(output, batch.rows * this.width, dropout, random);
    return output;
  }

  /** Adds the gradient of the output, which it may change, to the table's. */
  backward(gradient: Float32Array): void {
    if (this.table.frozen) return;
    const batch = this.#batch!;
    this.#dropout.backward(gradient, batch.rows * this.width);
    this.#backend.scatterAddRows(this.table.gradient, batch.ids, gradient, batch.rows, this.width);
    const touched = this.table.touched!;
    for (let row = 0; row < batch.rows; row++) if (batch.ids[row] !== 0) touched.add(batch.ids[row]!);
  }
}
