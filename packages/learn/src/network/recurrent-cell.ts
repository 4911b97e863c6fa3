import type { Weighted } from './layer.ts';
import type { PackedSteps } from './packed-steps.ts';

/** A recurrent layer in one direction, over packed rows. */
export interface RecurrentCell extends Weighted {
  readonly inputWidth: number;
  readonly width: number;
  /** @param x packed rows [n, inputWidth]. @returns packed states [n, width]. */
  forward(x: Float32Array, steps: PackedSteps): Float32Array;
  /** @param gradient of the states, which is changed. @returns the gradient of the packed input [n, inputWidth]. */
  backward(gradient: Float32Array, parameters: boolean): Float32Array;
}
