import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { type Batch, clearGaps } from './batch.ts';
import { softmaxRow, softmaxRowGradient } from './head-slices.ts';
import type { Pooling } from './layer.ts';
import { Linear } from './linear.ts';
import { glorotLimit, Parameter } from './parameter.ts';
import { Scratch } from './scratch.ts';

interface HeadAttentionOptions {
  readonly kind: 'multi-head' | 'self';
  readonly inputWidth: number;
  readonly width: number;
  readonly heads: number;
}

/**
 * Attend in several heads, each of which weighs the sequence's rows by a softmax of scores of its own; what they give
 * stands side by side.
 *
 * - `multi-head`: keys K = y·W and values V = y·W' are projections, of which head h has its share of columns; scores are
 *   K·q / √d with a learned query q for each head (pooling by multi-head attention; Lee et al. 2019).
 * - `self`: keys are tanh(y·W + b), each head scores all of their columns and weighs y itself (Lin et al. 2017).
 */
export class HeadAttention implements Pooling {
  readonly kind: 'multi-head' | 'self';
  readonly heads: number;
  readonly outputWidth: number;
  readonly key: Linear;
  readonly value: Linear | undefined;
  /** [width / heads, heads] of `multi-head`, by column of the head's share; [width, heads] of `self`. */
  readonly query: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #scores: Scratch;
  readonly #scoresGradient: Scratch;
  readonly #weights: Scratch;
  readonly #output: Scratch;
  readonly #keysGradient: Scratch;
  readonly #valuesGradient: Scratch;
  readonly #zeros: Float32Array;
  #keys: Float32Array | undefined;
  #values: Float32Array | undefined;
  #batch: Batch | undefined;

  constructor(backend: Backend, { kind, inputWidth, width, heads }: HeadAttentionOptions) {
    this.#backend = backend;
    this.kind = kind;
    this.heads = heads;
    this.outputWidth = kind === 'self' ? heads * inputWidth : width;
    this.key = new Linear(backend, 'attend.key', inputWidth, width);
    this.value = kind === 'self' ? undefined : new Linear(backend, 'attend.value', inputWidth, width);
    this.query = new Parameter(backend, 'attend.query', [kind === 'self' ? width : width / heads, heads]);
    this.parameters = [...this.key.parameters, ...(this.value?.parameters ?? []), this.query];
    this.#scores = new Scratch(backend);
    this.#scoresGradient = new Scratch(backend);
    this.#weights = new Scratch(backend);
    this.#output = new Scratch(backend);
    this.#keysGradient = new Scratch(backend);
    this.#valuesGradient = new Scratch(backend);
    this.#zeros = backend.floats(width);
  }

  initialise(random: Random): void {
    this.key.initialise(random);
    this.value?.initialise(random);
    // Queries of `multi-head` are scaled down by √d as they are used: they start that much wider.
    const [from = 1] = this.query.shape;
    this.query.fillUniform(random, glorotLimit(from, 1) * (this.kind === 'self' ? 1 : Math.sqrt(from)));
  }

  get weights(): Float32Array {
    return this.#weights.array;
  }

  forward(values: Float32Array, batch: Batch): Float32Array {
    const { heads } = this;
    const keys = this.key.forward(values, batch.rows);
    if (this.kind === 'self') this.#backend.biasTanh(keys, this.#zeros, batch.rows, this.key.width);
    const pooled = this.value === undefined ? values : this.value.forward(values, batch.rows);
    this.#keys = keys;
    this.#values = pooled;
    this.#batch = batch;
    const scores = this.#scores.take(batch.rows * heads);
    const weights = this.#weights.take(batch.rows).fill(0, 0, batch.rows);
    const output = this.#output.take(batch.size * this.outputWidth).fill(0, 0, batch.size * this.outputWidth);
    for (let head = 0; head < heads; head++) {
      const { keyColumn, keys: keyWidth, valueColumn, values: valueWidth, scale } = this.#share(head);
      for (let s = 0; s < batch.size; s++) {
        const [start, end] = [batch.starts[s]!, batch.ends[s]!];
        // A head's scores lie together: [heads, rows].
        const at = head * batch.rows;
        for (let row = start; row < end; row++) {
          let score = 0;
          const from = row * this.key.width + keyColumn;
          for (let j = 0; j < keyWidth; j++) score += keys[from + j]! * this.query.value[j * heads + head]!;
          scores[at + row] = score * scale;
        }
        if (end > start) softmaxRow(scores, at + start, end - start);
        const to = s * this.outputWidth + head * valueWidth;
        for (let row = start; row < end; row++) {
          const share = scores[at + row]!;
          weights[row]! += share / heads;
          const from = row * this.#valueStride + valueColumn;
          for (let j = 0; j < valueWidth; j++) output[to + j]! += share * pooled[from + j]!;
        }
      }
    }
    return output;
  }

  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { heads } = this;
    const batch = this.#batch!;
    const [keys, pooled, scores] = [this.#keys!, this.#values!, this.#scores.array];
    const stride = this.#valueStride;
    const toScores = this.#scoresGradient.take(batch.rows * heads);
    const toKeys = this.#keysGradient.take(batch.rows * this.key.width).fill(0, 0, batch.rows * this.key.width);
    const toValues = this.#valuesGradient.take(batch.rows * stride).fill(0, 0, batch.rows * stride);
    const toQuery = parameters ? this.query.gradient : undefined;
    for (let head = 0; head < heads; head++) {
      const { keyColumn, keys: keyWidth, valueColumn, values: valueWidth, scale } = this.#share(head);
      const at = head * batch.rows;
      for (let s = 0; s < batch.size; s++) {
        const [start, end] = [batch.starts[s]!, batch.ends[s]!];
        const given = s * this.outputWidth + head * valueWidth;
        for (let row = start; row < end; row++) {
          const from = row * stride + valueColumn;
          let sum = 0;
          for (let j = 0; j < valueWidth; j++) {
            sum += gradient[given + j]! * pooled[from + j]!;
            toValues[from + j]! += scores[at + row]! * gradient[given + j]!;
          }
          toScores[at + row] = sum;
        }
        softmaxRowGradient(scores, toScores, at + start, end - start);
        for (let row = start; row < end; row++) {
          const slope = toScores[at + row]! * scale;
          const from = row * this.key.width + keyColumn;
          for (let j = 0; j < keyWidth; j++) {
            toKeys[from + j]! += slope * this.query.value[j * heads + head]!;
            if (toQuery !== undefined) toQuery[j * heads + head]! += slope * keys[from + j]!;
          }
        }
      }
    }
    if (this.kind === 'self') {
      for (let i = 0; i < batch.rows * this.key.width; i++) toKeys[i]! *= 1 - keys[i]! ** 2;
    }
    const through = this.key.backward(toKeys, parameters);
    const direct = this.value === undefined ? toValues : this.value.backward(toValues, parameters);
    this.#backend.addTo(through, direct, batch.rows * this.key.inputWidth);
    clearGaps(through, batch, this.key.inputWidth);
    return through;
  }

  get #valueStride(): number {
    return this.value?.width ?? this.key.inputWidth;
  }

  /** A head's columns of keys and of values. */
  #share(head: number) {
    const { heads, key } = this;
    if (this.kind === 'self') {
      return { keyColumn: 0, keys: key.width, valueColumn: 0, values: key.inputWidth, scale: 1 };
    }
    const width = key.width / heads;
    return {
      keyColumn: head * width,
      keys: width,
      valueColumn: head * width,
      values: width,
      scale: 1 / Math.sqrt(width),
    };
  }
}
