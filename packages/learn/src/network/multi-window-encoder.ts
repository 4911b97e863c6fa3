import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { Batch } from './batch.ts';
import type { Encoder } from './layer.ts';
import type { Parameter } from './parameter.ts';
import { Scratch } from './scratch.ts';
import { WindowEncoder } from './window-encoder.ts';

/** Encode: window encoders of several radii over the same rows, their outputs side by side (Kim 2014). */
export class MultiWindowEncoder implements Encoder {
  readonly inputWidth: number;
  readonly width: number;
  readonly residual: boolean;
  readonly windows: readonly WindowEncoder[];
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #output: Scratch;
  readonly #inputGradient: Scratch;
  readonly #parts: readonly Scratch[];
  #ids: Int32Array;
  #batch: Batch | undefined;

  constructor(
    backend: Backend,
    options: {
      readonly name: string;
      readonly inputWidth: number;
      readonly width: number;
      readonly radii: readonly number[];
      readonly residual: boolean;
    },
  ) {
    const { name, inputWidth, width, radii, residual } = options;
    this.#backend = backend;
    this.inputWidth = inputWidth;
    this.width = width;
    this.residual = residual;
    const share = width / radii.length;
    this.windows = radii.map(
      (radius) =>
        new WindowEncoder(backend, {
          name: `${name}.radius${radius}`,
          inputWidth,
          width: share,
          radius,
          residual: false,
        }),
    );
    this.parameters = this.windows.flatMap(({ parameters }) => parameters);
    this.#output = new Scratch(backend);
    this.#inputGradient = new Scratch(backend);
    this.#parts = radii.map(() => new Scratch(backend));
    this.#ids = backend.integers(0);
  }

  initialise(random: Random): void {
    for (const window of this.windows) window.initialise(random);
  }

  forward(x: Float32Array, batch: Batch): Float32Array {
    this.#batch = batch;
    const y = this.#output.take(batch.rows * this.width);
    const ids = this.#rows(batch.rows);
    this.windows.forEach((window, i) => {
      const part = window.forward(x, batch);
      const columns = y.subarray(i * window.width);
      this.#backend.placeRows(part, ids, columns, this.width, batch.rows, window.width, false);
    });
    if (this.residual) this.#backend.addTo(y, x, batch.rows * this.width);
    return y;
  }

  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { rows } = this.#batch!;
    const through = this.#inputGradient.take(rows * this.inputWidth);
    if (this.residual) through.set(gradient.subarray(0, rows * this.width));
    else through.fill(0, 0, rows * this.inputWidth);
    const ids = this.#rows(rows);
    this.windows.forEach((window, i) => {
      const part = this.#parts[i]!.take(rows * window.width);
      this.#backend.takeRows(gradient.subarray(i * window.width), this.width, ids, part, rows, window.width);
      this.#backend.addTo(through, window.backward(part, parameters), rows * this.inputWidth);
    });
    return through;
  }

  #rows(count: number): Int32Array {
    if (this.#ids.length < count) {
      this.#ids = this.#backend.integers(Math.ceil(count * 1.5));
      for (let i = 0; i < this.#ids.length; i++) this.#ids[i] = i;
    }
    return this.#ids;
  }
}
