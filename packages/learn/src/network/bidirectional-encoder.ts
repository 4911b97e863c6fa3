import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { Batch } from './batch.ts';
import type { Encoder } from './layer.ts';
import { PackedSteps } from './packed-steps.ts';
import type { Parameter } from './parameter.ts';
import type { RecurrentCell } from './recurrent-cell.ts';
import { Scratch } from './scratch.ts';

/** Encode: two recurrent cells, of which one reads each sequence from its start and one from its end, side by side. */
export class BidirectionalEncoder<Cell extends RecurrentCell> implements Encoder {
  readonly inputWidth: number;
  readonly width: number;
  /** Forward, then backward. */
  readonly cells: readonly [Cell, Cell];
  readonly parameters: readonly Parameter[];
  readonly #backend: Backend;
  readonly #steps: readonly [PackedSteps, PackedSteps];
  readonly #packed: readonly [Scratch, Scratch];
  readonly #gradients: readonly [Scratch, Scratch];
  readonly #output: Scratch;
  readonly #inputGradient: Scratch;
  #batch: Batch | undefined;

  constructor(backend: Backend, cells: readonly [Cell, Cell]) {
    this.#backend = backend;
    this.cells = cells;
    this.inputWidth = cells[0].inputWidth;
    this.width = 2 * cells[0].width;
    this.parameters = cells.flatMap(({ parameters }) => parameters);
    this.#steps = [new PackedSteps(backend), new PackedSteps(backend)];
    this.#packed = [new Scratch(backend), new Scratch(backend)];
    this.#gradients = [new Scratch(backend), new Scratch(backend)];
    this.#output = new Scratch(backend);
    this.#inputGradient = new Scratch(backend);
  }

  initialise(random: Random): void {
    for (const cell of this.cells) cell.initialise(random);
  }

  forward(x: Float32Array, batch: Batch): Float32Array {
    const { inputWidth, width } = this;
    this.#batch = batch;
    const y = this.#output.take(batch.rows * width).fill(0, 0, batch.rows * width);
    this.cells.forEach((cell, direction) => {
      const steps = this.#steps[direction]!;
      steps.arrange(batch, direction === 1);
      const rows = steps.offsets.at(-1)!;
      const packed = this.#packed[direction]!.take(rows * inputWidth);
      this.#backend.takeRows(x, inputWidth, steps.rows, packed, rows, inputWidth);
      const states = cell.forward(packed, steps);
      const half = y.subarray(direction * cell.width);
      this.#backend.placeRows(states, steps.rows, half, width, rows, cell.width, false);
    });
    return y;
  }

  backward(gradient: Float32Array, parameters: boolean): Float32Array {
    const { inputWidth, width } = this;
    const { rows: batchRows } = this.#batch!;
    const through = this.#inputGradient.take(batchRows * inputWidth).fill(0, 0, batchRows * inputWidth);
    this.cells.forEach((cell, direction) => {
      const steps = this.#steps[direction]!;
      const rows = steps.offsets.at(-1)!;
      const packed = this.#gradients[direction]!.take(rows * cell.width);
      const half = gradient.subarray(direction * cell.width);
      this.#backend.takeRows(half, width, steps.rows, packed, rows, cell.width);
      const inputGradient = cell.backward(packed, parameters);
      this.#backend.placeRows(inputGradient, steps.rows, through, inputWidth, rows, inputWidth, true);
    });
    return through;
  }
}
