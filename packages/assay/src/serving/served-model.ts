import type { TensorSpec } from '../models/index.ts';
import type { Tensor } from './tensor.ts';

export interface Prediction {
  readonly label: string;
  /** One for each label, in the model's order; they add up to 1. */
  readonly probabilities: readonly number[];
}

/** A model in memory, its files checked against their digests. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  /** Ref of its `model-version` record. */
  readonly ref: string;
  readonly labels: readonly string[];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  predict(texts: readonly string[]): Promise<readonly Prediction[]>;
  /** @throws AssayError `ASSAY_SERVE_REQUEST` when the tensors are not what the model takes. */
  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
}
