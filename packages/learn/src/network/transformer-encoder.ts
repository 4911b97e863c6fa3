import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { type Batch, clearGaps } from './batch.ts';
import type { Encoder } from './layer.ts';
import { LayerNorm } from './layer-norm.ts';
import { Linear } from './linear.ts';
import type { Parameter } from './parameter.ts';
import { Scratch } from './scratch.ts';
import { SelfAttention } from './self-attention.ts';

interface TransformerOptions {
  readonly name: string;
  readonly inputWidth: number;
  readonly width: number;
  readonly heads: number;
  readonly hidden: number;
  /** Whether it adds the position of each row in its sequence: the first of a stack does. */
  readonly positions: boolean;
}

/**
 * Encode: a transformer layer with the norms before its parts (Vaswani et al. 2017; Xiong et al. 2020):
 * x ← x + attention(norm(x)), then x ← x + W₂ · max(0, W₁ · norm(x)). Where widths differ a projection comes first.
 */
export class TransformerEncoder implements Encoder {
  readonly inputWidth: number;
  readonly width: number;
  readonly positions: boolean;
  readonly project: Linear | undefined;
  readonly firstNorm: LayerNorm;
  readonly attention: SelfAttention;
  readonly secondNorm: LayerNorm;
  readonly expandWeight: Parameter;
  readonly expandBias: Parameter;
  readonly contract: Linear;
  readonly hidden: number;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #expand: Linear;
  readonly #sums: readonly [Scratch, Scratch, Scratch];
  #batch: Batch | undefined;
  #zeros: Float32Array;

  constructor(backend: Backend, { name, inputWidth, width, heads, hidden, positions }: TransformerOptions) {
    this.#backend = backend;
    this.inputWidth = inputWidth;
    this.width = width;
    this.hidden = hidden;
    this.positions = positions;
    this.project = inputWidth === width ? undefined : new Linear(backend, `${name}.project`, inputWidth, width);
    this.firstNorm = new LayerNorm(backend, `${name}.first_norm`, width);
    this.attention = new SelfAttention(backend, `${name}.attention`, width, heads);
    this.secondNorm = new LayerNorm(backend, `${name}.second_norm`, width);
    this.#expand = new Linear(backend, `${name}.expand`, width, hidden);
    this.expandWeight = this.#expand.weight;
    this.expandBias = this.#expand.bias;
    this.contract = new Linear(backend, `${name}.contract`, hidden, width);
    this.parameters = this.#parts().flatMap(({ parameters }) => parameters);
    this.#sums = [new Scratch(backend), new Scratch(backend), new Scratch(backend)];
    this.#zeros = backend.floats(hidden);
  }

  initialise(random: Random): void {
    for (const part of this.#parts()) part.initialise(random);
  }

  forward(x: Float32Array, batch: Batch): Float32Array {
    const { width } = this;
    const length = batch.rows * width;
    this.#batch = batch;
    const first = this.#sums[0].take(length);
    first.set((this.project === undefined ? x : this.project.forward(x, batch.rows)).subarray(0, length));
    if (this.positions) addPositions(first, batch, width);
    const attended = this.attention.forward(this.firstNorm.forward(first, batch.rows), batch);
    this.#backend.addTo(first, attended, length);
    const hidden = this.#expand.forward(this.secondNorm.forward(first, batch.rows), batch.rows);
    this.#backend.biasRelu(hidden, this.#zeros, batch.rows, this.hidden);
    this.#hidden = hidden;
    const output = this.#sums[1].take(length);
    output.set(first.subarray(0, length));
    this.#backend.addTo(output, this.contract.forward(hidden, batch.rows), length);
    clearGaps(output, batch, width);
    return output;
  }

  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const batch = this.#batch!;
    const length = batch.rows * this.width;
    const through = this.#sums[2].take(length);
    through.set(gradient.subarray(0, length));
    const toHidden = this.contract.backward(gradient, parameters);
    this.#backend.reluGradient(toHidden, this.#hidden!, batch.rows * this.hidden);
    const toNorm = this.#expand.backward(toHidden, parameters);
    this.#backend.addTo(through, this.secondNorm.backward(toNorm, parameters), length);
    const toAttention = this.attention.backward(through, parameters);
    this.#backend.addTo(through, this.firstNorm.backward(toAttention, parameters), length);
    if (this.project === undefined) return through;
    const projected = this.project.backward(through, parameters);
    clearGaps(projected, batch, this.inputWidth);
    return projected;
  }

  #hidden: Float32Array | undefined;

  #parts() {
    const { project, firstNorm, attention, secondNorm, contract } = this;
    return [...(project ? [project] : []), firstNorm, attention, secondNorm, this.#expand, contract];
  }
}

/** The frequencies of the sinusoids, in single precision: column 2i has the sine, column 2i + 1 the cosine. */
export function positionFrequencies(width: number): Float32Array {
  return Float32Array.from({ length: Math.ceil(width / 2) }, (_, i) => 10_000 ** ((-2 * i) / width));
}

function addPositions(x: Float32Array, batch: Batch, width: number): void {
  const frequencies = positionFrequencies(width);
  for (let s = 0; s < batch.size; s++) {
    for (let row = batch.starts[s]!; row < batch.ends[s]!; row++) {
      const position = row - batch.starts[s]!;
      for (let j = 0; j < width; j++) {
        // Rounded to single precision, so that other runtimes take the sine of the same number.
        const angle = Math.fround(position * frequencies[j >> 1]!);
        x[row * width + j]! += j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      }
    }
  }
}
