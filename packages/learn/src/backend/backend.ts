/**
 * The arithmetic that training and prediction spend their time in. There are two implementations, WASM-SIMD and plain
 * JS; they agree within 1e-5, and each repeats itself bit by bit.
 *
 * Matrices are row-major `Float32Array`s. Every array handed to a kernel must come from the same backend's `floats` or
 * `integers` (or be a subarray of one): the WASM kernels see only their own memory. Kernels do not check bounds.
 */
export interface Backend {
  readonly kind: 'wasm' | 'js';

  /** A zeroed array that lives as long as the backend does. Throws `ASSAY_LEARN_MEMORY` when there is no room. */
  floats(length: number): Float32Array;
  integers(length: number): Int32Array;

  /**
   * C[m,n] = A[m,k] · B[k,n], added to C when `accumulate`. Row i of A starts at `i * aStride`, so that overlapping
   * windows of a sequence are rows without being copied.
   */
  multiply(
    a: Float32Array,
    aStride: number,
    b: Float32Array,
    c: Float32Array,
    m: number,
    n: number,
    k: number,
    accumulate: boolean,
  ): void;

  /** C[k,n] += A[m,k]ᵀ · B[m,n]; row i of A starts at `i * aStride`. */
  multiplyTransposed(
    a: Float32Array,
    aStride: number,
    b: Float32Array,
    c: Float32Array,
    m: number,
    n: number,
    k: number,
  ): void;

  /** x[rows,width] = tanh(x + bias), in place. */
  biasTanh(x: Float32Array, bias: Float32Array, rows: number, width: number): void;

  /** x[rows,width] += bias. */
  biasAdd(x: Float32Array, bias: Float32Array, rows: number, width: number): void;

  /** x[rows,width] = max(0, x + bias), in place. */
  biasRelu(x: Float32Array, bias: Float32Array, rows: number, width: number): void;

  /** Sets the gradient to 0 wherever the rectifier's output is not above 0. */
  reluGradient(gradient: Float32Array, output: Float32Array, length: number): void;

  /** target += source. */
  addTo(target: Float32Array, source: Float32Array, length: number): void;

  /** target += share · (source − target). */
  blend(target: Float32Array, source: Float32Array, share: number, length: number): void;

  /** sums[width] += the sums of x's columns. */
  columnSums(x: Float32Array, sums: Float32Array, rows: number, width: number): void;

  /** out[i] = table[ids[i]], row by row. */
  gatherRows(table: Float32Array, ids: Int32Array, out: Float32Array, rows: number, width: number): void;

  /** out[i] = the first `width` values of row ids[i] of the source, whose rows start every `sourceStride`. */
  takeRows(
    source: Float32Array,
    sourceStride: number,
    ids: Int32Array,
    out: Float32Array,
    rows: number,
    width: number,
  ): void;

  /** The reverse of {@link takeRows}: the first `width` values of row ids[i] of `out` = source[i], or += it. */
  placeRows(
    source: Float32Array,
    ids: Int32Array,
    out: Float32Array,
    outStride: number,
    rows: number,
    width: number,
    accumulate: boolean,
  ): void;

  /** table[ids[i]] += source[i], row by row, in order; rows with id 0 (padding) are left out. */
  scatterAddRows(table: Float32Array, ids: Int32Array, source: Float32Array, rows: number, width: number): void;

  /**
   * For each sequence s with rows starts[s] ≤ i < ends[s]: weights[i] = softmax over i of keys[i] · context, and
   * pooled[s] = Σ weights[i] · values[i]. A sequence without rows pools to 0.
   */
  attentionPool(tensors: AttentionTensors, size: number, keyWidth: number, valueWidth: number): void;

  /**
   * The gradient of {@link attentionPool}, keys being outputs of tanh: writes the gradient before that tanh to
   * keysGradient and the direct part of valuesGradient, for rows of sequences only; adds to contextGradient.
   */
  attentionPoolGradient(
    tensors: AttentionTensors,
    gradients: AttentionGradients,
    size: number,
    keyWidth: number,
    valueWidth: number,
  ): void;

  /**
   * One step of Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019) over the first
   * `length` values: w ← w·(1 − decay) − rate·m/(√v + ε). `rate` has the bias correction in it. The gradient is zeroed.
   */
  adam(state: AdamArrays, length: number, step: AdamStep): void;

  /** {@link adam} on the first `count` of the given rows, each of `width` values. */
  adamRows(state: AdamArrays, rows: Int32Array, count: number, width: number, step: AdamStep): void;

  /**
   * The gates of a step of a gated recurrent unit: gates[rows, 2·width] = σ(gates + bias), the update gate first, then the
   * reset gate r; reset = r · previous.
   */
  gruGates(tensors: GruTensors, rows: number, width: number): void;

  /** candidate = tanh(candidate + bias), and output = z · previous + (1 − z) · candidate, z being the update gate. */
  gruOutput(tensors: GruTensors, rows: number, width: number): void;

  /**
   * From the gradient of the output to those before σ of the update gate (the first half of `gates`) and before tanh of
   * the candidate; adds the direct part to the gradient of `previous`.
   */
  gruOutputGradient(tensors: GruTensors, gradients: GruGradients, rows: number, width: number): void;

  /** From the gradient of `reset` to that before σ of the reset gate (the second half), and adds to that of `previous`. */
  gruResetGradient(tensors: GruTensors, gradients: GruGradients, rows: number, width: number): void;

  /**
   * A step of a long short-term memory: gates[rows, 4·width] = input, output, forget (σ) and candidate (tanh), each of
   * gates + bias; cell = forget · previousCell + input · candidate; output = outputGate · tanh(cell).
   */
  lstmStep(tensors: LstmTensors, rows: number, width: number): void;

  /** The gradient of {@link lstmStep}: writes those before the gates' functions, and that of the previous cell. */
  lstmStepGradient(tensors: LstmTensors, gradients: LstmGradients, rows: number, width: number): void;
}

export interface GruTensors {
  readonly gates: Float32Array;
  readonly gatesBias: Float32Array;
  readonly candidate: Float32Array;
  readonly candidateBias: Float32Array;
  readonly previous: Float32Array;
  readonly reset: Float32Array;
  readonly output: Float32Array;
}

export interface GruGradients {
  readonly output: Float32Array;
  readonly gates: Float32Array;
  readonly candidate: Float32Array;
  readonly reset: Float32Array;
  readonly previous: Float32Array;
}

export interface LstmTensors {
  readonly gates: Float32Array;
  readonly bias: Float32Array;
  readonly previousCell: Float32Array;
  readonly cell: Float32Array;
  readonly output: Float32Array;
}

export interface LstmGradients {
  readonly output: Float32Array;
  readonly cell: Float32Array;
  readonly gates: Float32Array;
  readonly previousCell: Float32Array;
}

export interface AttentionTensors {
  readonly keys: Float32Array;
  readonly context: Float32Array;
  readonly values: Float32Array;
  readonly weights: Float32Array;
  readonly pooled: Float32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface AttentionGradients {
  readonly pooled: Float32Array;
  readonly keys: Float32Array;
  readonly context: Float32Array;
  readonly values: Float32Array;
}

export interface AdamArrays {
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

export interface AdamStep {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
}
