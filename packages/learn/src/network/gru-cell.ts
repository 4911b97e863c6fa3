import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { PackedSteps } from './packed-steps.ts';
import { glorotLimit, Parameter, transpose } from './parameter.ts';
import type { RecurrentCell } from './recurrent-cell.ts';
import { Scratch } from './scratch.ts';

/**
 * A gated recurrent unit (Cho et al. 2014) whose reset gate applies before the recurrent product, as Core ML has it and
 * ONNX with `linear_before_reset` 0: z, r = σ(x·W + h·U + b); c = tanh(x·W' + (r∘h)·U' + b'); h ← z∘h + (1 − z)∘c.
 */
export class GruCell implements RecurrentCell {
  readonly inputWidth: number;
  readonly width: number;
  /** Of the update gate and the reset gate, side by side. */
  readonly inputGates: Parameter;
  readonly inputCandidate: Parameter;
  readonly stateGates: Parameter;
  readonly stateCandidate: Parameter;
  readonly gatesBias: Parameter;
  readonly candidateBias: Parameter;
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #gates: Scratch;
  readonly #candidate: Scratch;
  readonly #previous: Scratch;
  readonly #reset: Scratch;
  readonly #output: Scratch;
  readonly #gatesGradient: Scratch;
  readonly #candidateGradient: Scratch;
  readonly #resetGradient: Scratch;
  readonly #firstGradient: Scratch;
  readonly #inputGradient: Scratch;
  readonly #transposed: readonly [Scratch, Scratch, Scratch, Scratch];
  #input: Float32Array | undefined;
  #steps: PackedSteps | undefined;

  constructor(backend: Backend, name: string, inputWidth: number, width: number) {
    this.#backend = backend;
    this.inputWidth = inputWidth;
    this.width = width;
    const parameter = (part: string, shape: readonly number[]) => new Parameter(backend, `${name}.${part}`, shape);
    this.inputGates = parameter('input_gates', [inputWidth, 2 * width]);
    this.inputCandidate = parameter('input_candidate', [inputWidth, width]);
    this.stateGates = parameter('state_gates', [width, 2 * width]);
    this.stateCandidate = parameter('state_candidate', [width, width]);
    this.gatesBias = parameter('gates_bias', [2 * width]);
    this.candidateBias = parameter('candidate_bias', [width]);
    const { inputGates, inputCandidate, stateGates, stateCandidate, gatesBias, candidateBias } = this;
    this.parameters = [inputGates, inputCandidate, stateGates, stateCandidate, gatesBias, candidateBias];
    const scratch = () => new Scratch(backend);
    this.#gates = scratch();
    this.#candidate = scratch();
    this.#previous = scratch();
    this.#reset = scratch();
    this.#output = scratch();
    this.#gatesGradient = scratch();
    this.#candidateGradient = scratch();
    this.#resetGradient = scratch();
    this.#firstGradient = scratch();
    this.#inputGradient = scratch();
    this.#transposed = [scratch(), scratch(), scratch(), scratch()];
  }

  initialise(random: Random): void {
    const { inputWidth, width } = this;
    for (const weights of [this.inputGates, this.inputCandidate]) {
      weights.fillUniform(random, glorotLimit(inputWidth, width));
    }
    for (const weights of [this.stateGates, this.stateCandidate]) {
      weights.fillUniform(random, glorotLimit(width, width));
    }
  }

  forward(x: Float32Array, steps: PackedSteps): Float32Array {
    const { inputWidth, width } = this;
    const backend = this.#backend;
    const { counts, offsets } = steps;
    const rows = offsets.at(-1)!;
    this.#input = x;
    this.#steps = steps;
    const gates = this.#gates.take(rows * 2 * width);
    const candidate = this.#candidate.take(rows * width);
    const previous = this.#previous.take(rows * width);
    const reset = this.#reset.take(rows * width);
    const output = this.#output.take(rows * width);
    previous.fill(0, 0, (counts[0] ?? 0) * width);
    backend.multiply(x, inputWidth, this.inputGates.value, gates, rows, 2 * width, inputWidth, false);
    backend.multiply(x, inputWidth, this.inputCandidate.value, candidate, rows, width, inputWidth, false);
    counts.forEach((count, step) => {
      const at = offsets[step]! * width;
      const part = {
        gates: gates.subarray(2 * at),
        gatesBias: this.gatesBias.value,
        candidate: candidate.subarray(at),
        candidateBias: this.candidateBias.value,
        previous: previous.subarray(at),
        reset: reset.subarray(at),
        output: output.subarray(at),
      };
      if (step > 0) {
        const before = offsets[step - 1]! * width;
        previous.set(output.subarray(before, before + count * width), at);
        backend.multiply(part.previous, width, this.stateGates.value, part.gates, count, 2 * width, width, true);
      }
      backend.gruGates(part, count, width);
      if (step > 0) {
        backend.multiply(part.reset, width, this.stateCandidate.value, part.candidate, count, width, width, true);
      }
      backend.gruOutput(part, count, width);
    });
    return output;
  }

  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { inputWidth, width } = this;
    const backend = this.#backend;
    const { counts, offsets } = this.#steps!;
    const rows = offsets.at(-1)!;
    const gatesGradient = this.#gatesGradient.take(rows * 2 * width);
    const candidateGradient = this.#candidateGradient.take(rows * width);
    const resetGradient = this.#resetGradient.take((counts[0] ?? 0) * width);
    const firstGradient = this.#firstGradient.take((counts[0] ?? 0) * width).fill(0);
    const stateGates = this.#transpose(0, this.stateGates, width, 2 * width);
    const stateCandidate = this.#transpose(1, this.stateCandidate, width, width);
    for (let step = counts.length - 1; step >= 0; step--) {
      const count = counts[step]!;
      const at = offsets[step]! * width;
      const tensors = {
        gates: this.#gates.array.subarray(2 * at),
        gatesBias: this.gatesBias.value,
        candidate: this.#candidate.array.subarray(at),
        candidateBias: this.candidateBias.value,
        previous: this.#previous.array.subarray(at),
        reset: this.#reset.array.subarray(at),
        output: this.#output.array.subarray(at),
      };
      // What flows to the state before step 0, which is constant, ends in an array that nothing reads.
      const gradients = {
        output: gradient.subarray(at),
        gates: gatesGradient.subarray(2 * at),
        candidate: candidateGradient.subarray(at),
        reset: resetGradient,
        previous: step > 0 ? gradient.subarray(offsets[step - 1]! * width) : firstGradient,
      };
      backend.gruOutputGradient(tensors, gradients, count, width);
      backend.multiply(gradients.candidate, width, stateCandidate, resetGradient, count, width, width, false);
      backend.gruResetGradient(tensors, gradients, count, width);
      if (step > 0) {
        backend.multiply(gradients.gates, 2 * width, stateGates, gradients.previous, count, width, 2 * width, true);
      }
    }
    if (parameters) {
      const x = this.#input!;
      const add = (a: Float32Array, aWidth: number, b: Float32Array, { gradient: to }: Parameter, bWidth: number) =>
        backend.multiplyTransposed(a, aWidth, b, to, rows, bWidth, aWidth);
      add(x, inputWidth, gatesGradient, this.inputGates, 2 * width);
      add(x, inputWidth, candidateGradient, this.inputCandidate, width);
      add(this.#previous.array, width, gatesGradient, this.stateGates, 2 * width);
      add(this.#reset.array, width, candidateGradient, this.stateCandidate, width);
      backend.columnSums(gatesGradient, this.gatesBias.gradient, rows, 2 * width);
      backend.columnSums(candidateGradient, this.candidateBias.gradient, rows, width);
    }
    const inputGates = this.#transpose(2, this.inputGates, inputWidth, 2 * width);
    const inputCandidate = this.#transpose(3, this.inputCandidate, inputWidth, width);
    const inputGradient = this.#inputGradient.take(rows * inputWidth);
    backend.multiply(gatesGradient, 2 * width, inputGates, inputGradient, rows, inputWidth, 2 * width, false);
    backend.multiply(candidateGradient, width, inputCandidate, inputGradient, rows, inputWidth, width, true);
    return inputGradient;
  }

  #transpose(slot: 0 | 1 | 2 | 3, { value }: Parameter, rows: number, columns: number): Float32Array {
    const transposed = this.#transposed[slot].take(rows * columns);
    transpose(value, transposed, rows, columns);
    return transposed;
  }
}
