import type { Random } from '../random/index.ts';
import type { Batch } from './batch.ts';
import type { Parameter } from './parameter.ts';

/** What every part of a network is: weights that can be filled, named and moved. */
export interface Weighted {
  readonly parameters: readonly Parameter[];
  initialise(random: Random): void;
}

/** Encode: rows in, rows out. Arrays that it returns belong to it, and hold until its next pass. */
export interface Encoder extends Weighted {
  readonly inputWidth: number;
  readonly width: number;
  /** @param x [rows, inputWidth], 0 between sequences. @returns [rows, width], 0 between sequences. */
  forward(x: Float32Array, batch: Batch): Float32Array;
  /**
   * @param gradient of the output [rows, width], 0 between sequences; it may be changed.
   * @param parameters whether to add to the parameters' gradients too.
   * @returns the gradient of the input [rows, inputWidth], 0 between sequences.
   */
  backward(gradient: Float32Array, parameters: boolean): Float32Array;
}

/** Attend: rows in, one row for each sequence out. */
export interface Pooling extends Weighted {
  /** The width of a row that stands for a sequence. */
  readonly outputWidth: number;
  /** The last batch's weights, one for each row, which sum to 1 in each sequence; those between sequences mean nothing. */
  readonly weights: Float32Array;
  /** @param values [rows, inputWidth]. @returns one row for each sequence [size, outputWidth]. */
  forward(values: Float32Array, batch: Batch): Float32Array;
  /** From the gradient of the output to that of the values [rows, inputWidth], 0 between sequences. */
  backward(gradient: Float32Array, parameters: boolean): Float32Array;
}

/** Class weights and soft labels: one row of class probabilities for each sequence, and how much each sequence counts. */
export interface Targets {
  /** [size, classes]. Of single classes each row sums to 1; of several at once each value is from 0 to 1. */
  readonly distribution: Float32Array;
  /** [size]. */
  readonly weights: Float32Array;
}

/** Predict: one row for each sequence in, probabilities out. */
export interface Output extends Weighted {
  readonly classes: number;
  /** @param x [size, inputWidth]. @returns probabilities [size, classes]. */
  forward(x: Float32Array, size: number, dropout: number, random: Random | undefined): Float32Array;
  /** The mean weighted loss of the last pass; its gradient is what {@link backward} starts from. */
  loss(targets: Targets): number;
  /** Makes {@link backward} start from the gradient of the sum over sequences of one class's probability. */
  aimAt(target: number): void;
  /** From what {@link loss} or {@link aimAt} left to the gradient of the input [size, inputWidth]. */
  backward(parameters: boolean): Float32Array;
  /** Divides what goes into the probabilities by a temperature, by changing the weights. */
  temper(temperature: number): void;
}
