import type { Backend } from '../backend/index.ts';
import type { Batch } from './batch.ts';
import type { Pooling } from './layer.ts';
import { Scratch } from './scratch.ts';

/**
 * Attend without weights of its own: each column's largest value over the sequence, or its mean. As attention, the
 * largest count for the rows they come from, the mean for all rows alike.
 */
export class PlainPooling implements Pooling {
  readonly kind: 'max' | 'mean';
  readonly outputWidth: number;
  readonly parameters = [];
  readonly #output: Scratch;
  readonly #weights: Scratch;
  readonly #inputGradient: Scratch;
  #chosen = new Int32Array(0);
  #batch: Batch | undefined;

  constructor(backend: Backend, kind: 'max' | 'mean', width: number) {
    this.kind = kind;
    this.outputWidth = width;
    this.#output = new Scratch(backend);
    this.#weights = new Scratch(backend);
    this.#inputGradient = new Scratch(backend);
  }

  initialise(): void {}

  get weights(): Float32Array {
    return this.#weights.array;
  }

  forward(values: Float32Array, batch: Batch): Float32Array {
    const width = this.outputWidth;
    this.#batch = batch;
    const output = this.#output.take(batch.size * width).fill(0, 0, batch.size * width);
    const weights = this.#weights.take(batch.rows).fill(0, 0, batch.rows);
    if (this.#chosen.length < batch.size * width) this.#chosen = new Int32Array(batch.size * width * 2);
    for (let s = 0; s < batch.size; s++) {
      const [start, end] = [batch.starts[s]!, batch.ends[s]!];
      if (start === end) continue;
      if (this.kind === 'mean') {
        weights.fill(1 / (end - start), start, end);
        for (let row = start; row < end; row++) {
          for (let j = 0; j < width; j++) output[s * width + j]! += values[row * width + j]! / (end - start);
        }
        continue;
      }
      for (let j = 0; j < width; j++) {
        let best = start;
        for (let row = start + 1; row < end; row++)
          if (values[row * width + j]! > values[best * width + j]!) best = row;
        this.#chosen[s * width + j] = best;
        output[s * width + j] = values[best * width + j]!;
        weights[best]! += 1 / width;
      }
    }
    return output;
  }

  backward(gradient: Float32Array): Float32Array {
    const batch = this.#batch!;
    const width = this.outputWidth;
    const through = this.#inputGradient.take(batch.rows * width).fill(0, 0, batch.rows * width);
    for (let s = 0; s < batch.size; s++) {
      const [start, end] = [batch.starts[s]!, batch.ends[s]!];
      if (start === end) continue;
      for (let j = 0; j < width; j++) {
        const given = gradient[s * width + j]!;
        if (this.kind === 'max') through[this.#chosen[s * width + j]! * width + j] = given;
        else for (let row = start; row < end; row++) through[row * width + j] = given / (end - start);
      }
    }
    return through;
  }
}
