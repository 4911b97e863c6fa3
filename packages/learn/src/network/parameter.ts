import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';

/** A named array of weights, with its gradient once something is trained. */
export class Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Float32Array;
  /** Whether weight decay applies: to matrices, not to biases. */
  readonly decays: boolean;
  /** For a table of which few rows are used at a time: those with a gradient. The optimiser then leaves the rest alone. */
  readonly touched: Set<number> | undefined;
  /** Whether training leaves it as it is. */
  readonly frozen: boolean;
  readonly #backend: Backend;
  #gradient: Float32Array | undefined;

  constructor(
    backend: Backend,
    name: string,
    shape: readonly number[],
    options: { readonly decays?: boolean; readonly sparse?: boolean; readonly frozen?: boolean } = {},
  ) {
    this.#backend = backend;
    this.name = name;
    this.shape = shape;
    this.value = backend.floats(shape.reduce((product, size) => product * size, 1));
    this.decays = options.decays ?? shape.length > 1;
    this.frozen = options.frozen ?? false;
    this.touched = options.sparse ? new Set() : undefined;
  }

  /** Made at its first use, so that a model that only predicts holds no gradients. */
  get gradient(): Float32Array {
    this.#gradient ??= this.#backend.floats(this.value.length);
    return this.#gradient;
  }

  /** Fills the weights evenly from −limit to limit. */
  fillUniform(random: Random, limit: number): void {
    for (let i = 0; i < this.value.length; i++) this.value[i] = (2 * random.next() - 1) * limit;
  }
}

/** The limit of Glorot and Bengio's (2010) uniform initialisation. */
export function glorotLimit(fanIn: number, fanOut: number): number {
  return Math.sqrt(6 / (fanIn + fanOut));
}

/** to[columns,rows] = from[rows,columns]ᵀ, where `from` may start within an array. */
export function transpose(from: Float32Array, to: Float32Array, rows: number, columns: number): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j]!;
}
