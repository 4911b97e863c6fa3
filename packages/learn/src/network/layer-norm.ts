import type { Backend } from '../backend/index.ts';
import type { Weighted } from './layer.ts';
import { Parameter } from './parameter.ts';
import { Scratch } from './scratch.ts';

/** Added to the variance, as PyTorch and ONNX do by default. */
export const LAYER_NORM_EPSILON = 1e-5;

/** y = scale · (x − mean) / √(variance + ε) + shift over each row (Ba, Kiros and Hinton 2016). */
export class LayerNorm implements Weighted {
  readonly width: number;
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #output: Scratch;
  readonly #normal: Scratch;
  readonly #inputGradient: Scratch;
  #deviations = new Float64Array(0);
  #rows = 0;

  constructor(backend: Backend, name: string, width: number) {
    this.width = width;
    this.scale = new Parameter(backend, `${name}.scale`, [width]);
    this.shift = new Parameter(backend, `${name}.shift`, [width]);
    this.parameters = [this.scale, this.shift];
    this.#output = new Scratch(backend);
    this.#normal = new Scratch(backend);
    this.#inputGradient = new Scratch(backend);
  }

  initialise(): void {
    this.scale.value.fill(1);
  }

  forward(x: Float32Array, rows: number): Float32Array {
    const { width } = this;
    const [scale, shift] = [this.scale.value, this.shift.value];
    this.#rows = rows;
    if (this.#deviations.length < rows) this.#deviations = new Float64Array(rows * 2);
    const normal = this.#normal.take(rows * width);
    const y = this.#output.take(rows * width);
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      let mean = 0;
      for (let j = 0; j < width; j++) mean += x[start + j]!;
      mean /= width;
      let variance = 0;
      for (let j = 0; j < width; j++) variance += (x[start + j]! - mean) ** 2;
      const inverse = 1 / Math.sqrt(variance / width + LAYER_NORM_EPSILON);
      this.#deviations[row] = inverse;
      for (let j = 0; j < width; j++) {
        const value = (x[start + j]! - mean) * inverse;
        normal[start + j] = value;
        y[start + j] = value * scale[j]! + shift[j]!;
      }
    }
    return y;
  }

  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { width } = this;
    const normal = this.#normal.array;
    const scale = this.scale.value;
    const through = this.#inputGradient.take(this.#rows * width);
    const toScale = parameters ? this.scale.gradient : undefined;
    const toShift = parameters ? this.shift.gradient : undefined;
    for (let row = 0; row < this.#rows; row++) {
      const start = row * width;
      let mean = 0;
      let slope = 0;
      for (let j = 0; j < width; j++) {
        const g = gradient[start + j]! * scale[j]!;
        mean += g;
        slope += g * normal[start + j]!;
        if (toScale !== undefined) toScale[j]! += gradient[start + j]! * normal[start + j]!;
        if (toShift !== undefined) toShift[j]! += gradient[start + j]!;
      }
      mean /= width;
      slope /= width;
      for (let j = 0; j < width; j++) {
        const g = gradient[start + j]! * scale[j]!;
        through[start + j] = this.#deviations[row]! * (g - mean - normal[start + j]! * slope);
      }
    }
    return through;
  }
}
