import type { AdamArrays, AdamStep, AttentionGradients, AttentionTensors, Backend } from './backend.ts';
import { multiply, multiplyTransposed } from './js-products.ts';
import * as recurrent from './js-recurrent.ts';

/** The kernels in plain JS, for hosts without WASM or its SIMD. Sums are taken in double precision. */
export class JsBackend implements Backend {
  readonly kind = 'js';
  readonly multiply = multiply;
  readonly multiplyTransposed = multiplyTransposed;
  readonly gruGates = recurrent.gruGates;
  readonly gruOutput = recurrent.gruOutput;
  readonly gruOutputGradient = recurrent.gruOutputGradient;
  readonly gruResetGradient = recurrent.gruResetGradient;
  readonly lstmStep = recurrent.lstmStep;
  readonly lstmStepGradient = recurrent.lstmStepGradient;

  floats(length: number): Float32Array {
    return new Float32Array(length);
  }

  integers(length: number): Int32Array {
    return new Int32Array(length);
  }

  biasTanh(x: Float32Array, bias: Float32Array, rows: number, width: number): void {
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++, at++) x[at] = Math.tanh(x[at]! + bias[j]!);
  }

  biasAdd(x: Float32Array, bias: Float32Array, rows: number, width: number): void {
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++, at++) x[at]! += bias[j]!;
  }

  biasRelu(x: Float32Array, bias: Float32Array, rows: number, width: number): void {
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++, at++) x[at] = Math.max(x[at]! + bias[j]!, 0);
  }

  reluGradient(gradient: Float32Array, output: Float32Array, length: number): void {
    for (let i = 0; i < length; i++) if (!(output[i]! > 0)) gradient[i] = 0;
  }

  addTo(target: Float32Array, source: Float32Array, length: number): void {
    for (let i = 0; i < length; i++) target[i]! += source[i]!;
  }

  blend(target: Float32Array, source: Float32Array, share: number, length: number): void {
    for (let i = 0; i < length; i++) target[i]! += share * (source[i]! - target[i]!);
  }

  columnSums(x: Float32Array, sums: Float32Array, rows: number, width: number): void {
    for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < width; j++, at++) sums[j]! += x[at]!;
  }

  gatherRows(table: Float32Array, ids: Int32Array, out: Float32Array, rows: number, width: number): void {
    for (let i = 0; i < rows; i++) out.set(table.subarray(ids[i]! * width, (ids[i]! + 1) * width), i * width);
  }

  takeRows(
    source: Float32Array,
    sourceStride: number,
    ids: Int32Array,
    out: Float32Array,
    rows: number,
    width: number,
  ): void {
    for (let i = 0; i < rows; i++) {
      const from = ids[i]! * sourceStride;
      for (let j = 0; j < width; j++) out[i * width + j] = source[from + j]!;
    }
  }

  placeRows(
    source: Float32Array,
    ids: Int32Array,
    out: Float32Array,
    outStride: number,
    rows: number,
    width: number,
    accumulate: boolean,
  ): void {
    for (let i = 0; i < rows; i++) {
      const to = ids[i]! * outStride;
      for (let j = 0; j < width; j++) out[to + j] = (accumulate ? out[to + j]! : 0) + source[i * width + j]!;
    }
  }

  scatterAddRows(table: Float32Array, ids: Int32Array, source: Float32Array, rows: number, width: number): void {
    for (let i = 0; i < rows; i++) {
      if (ids[i] === 0) continue;
      const to = ids[i]! * width;
      const from = i * width;
      for (let j = 0; j < width; j++) table[to + j]! += source[from + j]!;
    }
  }

  attentionPool(tensors: AttentionTensors, size: number, keyWidth: number, valueWidth: number): void {
    const { keys, context, values, weights, pooled, starts, ends } = tensors;
    for (let s = 0; s < size; s++) {
      const start = starts[s]!;
      const end = ends[s]!;
      let largest = Number.NEGATIVE_INFINITY;
      for (let i = start; i < end; i++) {
        const score = dot(keys, i * keyWidth, context, 0, keyWidth);
        weights[i] = score;
        largest = Math.max(largest, score);
      }
      let sum = 0;
      for (let i = start; i < end; i++) {
        weights[i] = Math.exp(weights[i]! - largest);
        sum += weights[i]!;
      }
      const out = s * valueWidth;
      pooled.fill(0, out, out + valueWidth);
      for (let i = start; i < end; i++) {
        weights[i]! /= sum;
        addScaled(pooled, out, values, i * valueWidth, weights[i]!, valueWidth);
      }
    }
  }

  attentionPoolGradient(
    tensors: AttentionTensors,
    gradients: AttentionGradients,
    size: number,
    keyWidth: number,
    valueWidth: number,
  ): void {
    const { keys, context, values, weights, pooled, starts, ends } = tensors;
    for (let s = 0; s < size; s++) {
      const given = s * valueWidth;
      const mean = dot(pooled, given, gradients.pooled, given, valueWidth);
      for (let i = starts[s]!; i < ends[s]!; i++) {
        const value = i * valueWidth;
        const score = weights[i]! * (dot(values, value, gradients.pooled, given, valueWidth) - mean);
        gradients.values.fill(0, value, value + valueWidth);
        addScaled(gradients.values, value, gradients.pooled, given, weights[i]!, valueWidth);
        const key = i * keyWidth;
        addScaled(gradients.context, 0, keys, key, score, keyWidth);
        for (let j = 0; j < keyWidth; j++) {
          gradients.keys[key + j] = score * context[j]! * (1 - keys[key + j]! ** 2);
        }
      }
    }
  }

  adam(state: AdamArrays, length: number, step: AdamStep): void {
    adamRange(state, 0, length, step);
  }

  adamRows(state: AdamArrays, rows: Int32Array, count: number, width: number, step: AdamStep): void {
    for (let i = 0; i < count; i++) adamRange(state, rows[i]! * width, (rows[i]! + 1) * width, step);
  }
}

function adamRange({ value, gradient, mean, square }: AdamArrays, from: number, to: number, step: AdamStep): void {
  const { rate, beta1, beta2, epsilon, decay } = step;
  for (let i = from; i < to; i++) {
    const g = gradient[i]!;
    const m = mean[i]! * beta1 + g * (1 - beta1);
    const v = square[i]! * beta2 + g * g * (1 - beta2);
    mean[i] = m;
    square[i] = v;
    value[i] = value[i]! * (1 - decay) - (rate * m) / (Math.sqrt(v) + epsilon);
    gradient[i] = 0;
  }
}

function dot(x: Float32Array, xStart: number, y: Float32Array, yStart: number, length: number): number {
  let sum = 0;
  for (let j = 0; j < length; j++) sum += x[xStart + j]! * y[yStart + j]!;
  return sum;
}

function addScaled(
  target: Float32Array,
  targetStart: number,
  source: Float32Array,
  sourceStart: number,
  scale: number,
  length: number,
): void {
  for (let j = 0; j < length; j++) target[targetStart + j]! += scale * source[sourceStart + j]!;
}
