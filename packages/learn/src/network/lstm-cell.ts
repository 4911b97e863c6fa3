import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { PackedSteps } from './packed-steps.ts';
import { glorotLimit, Parameter, transpose } from './parameter.ts';
import type { RecurrentCell } from './recurrent-cell.ts';
import { Scratch } from './scratch.ts';

/**
 * A long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), without
 * peepholes. Gates stand in ONNX's order: input, output, forget, candidate. Forget gates start open (bias 1).
 */
export class LstmCell implements RecurrentCell {
  readonly inputWidth: number;
  readonly width: number;
  readonly input: Parameter;
  readonly state: Parameter;
  readonly bias: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #gates: Scratch;
  readonly #previous: Scratch;
  readonly #previousCell: Scratch;
  readonly #cell: Scratch;
  readonly #output: Scratch;
  readonly #gatesGradient: Scratch;
  readonly #cellGradients: readonly [Scratch, Scratch];
  readonly #inputGradient: Scratch;
  readonly #transposed: readonly [Scratch, Scratch];
  #packed: Float32Array | undefined;
  #steps: PackedSteps | undefined;

  constructor(backend: Backend, name: string, inputWidth: number, width: number) {
    this.#backend = backend;
    this.inputWidth = inputWidth;
    this.width = width;
    this.input = new Parameter(backend, `${name}.input`, [inputWidth, 4 * width]);
    this.state = new Parameter(backend, `${name}.state`, [width, 4 * width]);
    this.bias = new Parameter(backend, `${name}.bias`, [4 * width]);
    this.parameters = [this.input, this.state, this.bias];
    const scratch = () => new Scratch(backend);
    this.#gates = scratch();
    this.#previous = scratch();
    this.#previousCell = scratch();
    this.#cell = scratch();
    this.#output = scratch();
    this.#gatesGradient = scratch();
    this.#cellGradients = [scratch(), scratch()];
    this.#inputGradient = scratch();
    this.#transposed = [scratch(), scratch()];
  }

  initialise(random: Random): void {
    this.input.fillUniform(random, glorotLimit(this.inputWidth, this.width));
    this.state.fillUniform(random, glorotLimit(this.width, this.width));
    this.bias.value.fill(1, 2 * this.width, 3 * this.width);
  }

  forward(x: Float32Array, steps: PackedSteps): Float32Array {
    const { inputWidth, width } = this;
    const backend = this.#backend;
    const { counts, offsets } = steps;
    const rows = offsets.at(-1)!;
    this.#packed = x;
    this.#steps = steps;
    const gates = this.#gates.take(rows * 4 * width);
    const previous = this.#previous.take(rows * width);
    const previousCell = this.#previousCell.take(rows * width);
    const cell = this.#cell.take(rows * width);
    const output = this.#output.take(rows * width);
    previous.fill(0, 0, (counts[0] ?? 0) * width);
    previousCell.fill(0, 0, (counts[0] ?? 0) * width);
    backend.multiply(x, inputWidth, this.input.value, gates, rows, 4 * width, inputWidth, false);
    counts.forEach((count, step) => {
      const at = offsets[step]! * width;
      const part = this.#part(at);
      if (step > 0) {
        const before = offsets[step - 1]! * width;
        previous.set(output.subarray(before, before + count * width), at);
        previousCell.set(cell.subarray(before, before + count * width), at);
        const state = previous.subarray(at);
        backend.multiply(state, width, this.state.value, part.gates, count, 4 * width, width, true);
      }
      backend.lstmStep(part, count, width);
    });
    return output;
  }

  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { inputWidth, width } = this;
    const backend = this.#backend;
    const { counts, offsets } = this.#steps!;
    const rows = offsets.at(-1)!;
    const gatesGradient = this.#gatesGradient.take(rows * 4 * width);
    const [first, second] = this.#cellGradients.map((of) => of.take((counts[0] ?? 0) * width));
    let [cell, previousCell] = [first!, second!];
    cell.fill(0);
    previousCell.fill(0);
    const state = this.#transpose(0, this.state, width, 4 * width);
    for (let step = counts.length - 1; step >= 0; step--) {
      const count = counts[step]!;
      const at = offsets[step]! * width;
      const gates = gatesGradient.subarray(4 * at);
      // Sequences that end at this step have no gradient of their cell yet: their rows in `cell` are still 0.
      const gradients = { output: gradient.subarray(at), cell, gates, previousCell };
      backend.lstmStepGradient(this.#part(at), gradients, count, width);
      if (step > 0) {
        const before = gradient.subarray(offsets[step - 1]! * width);
        backend.multiply(gates, 4 * width, state, before, count, width, 4 * width, true);
      }
      [cell, previousCell] = [previousCell, cell];
    }
    if (parameters) {
      const packed = this.#packed!;
      backend.multiplyTransposed(packed, inputWidth, gatesGradient, this.input.gradient, rows, 4 * width, inputWidth);
      const previous = this.#previous.array;
      backend.multiplyTransposed(previous, width, gatesGradient, this.state.gradient, rows, 4 * width, width);
      backend.columnSums(gatesGradient, this.bias.gradient, rows, 4 * width);
    }
    const input = this.#transpose(1, this.input, inputWidth, 4 * width);
    const inputGradient = this.#inputGradient.take(rows * inputWidth);
    backend.multiply(gatesGradient, 4 * width, input, inputGradient, rows, inputWidth, 4 * width, false);
    return inputGradient;
  }

  #part(at: number) {
    return {
      gates: this.#gates.array.subarray(4 * at),
      bias: this.bias.value,
      previousCell: this.#previousCell.array.subarray(at),
      cell: this.#cell.array.subarray(at),
      output: this.#output.array.subarray(at),
    };
  }

  #transpose(slot: 0 | 1, { value }: Parameter, rows: number, columns: number): Float32Array {
    const transposed = this.#transposed[slot].take(rows * columns);
    transpose(value, transposed, rows, columns);
    return transposed;
  }
}
