import { LearnError } from '../errors.ts';
import type {
  AdamArrays,
  AdamStep,
  AttentionGradients,
  AttentionTensors,
  Backend,
  GruGradients,
  GruTensors,
  LstmGradients,
  LstmTensors,
} from './backend.ts';
import { FUSED_KERNEL_BASE64, KERNEL_BASE64, MAXIMUM_PAGES } from './kernel.generated.ts';

const PAGE = 65_536;
const ALIGNMENT = 64;

type Kernel = (...values: number[]) => void;

let compiled: WebAssembly.Module | undefined;

/** The kernels with fused products and sums where the host has relaxed SIMD; without it, the same with two roundings. */
function compile(): WebAssembly.Module {
  const fused = Buffer.from(FUSED_KERNEL_BASE64, 'base64');
  return new WebAssembly.Module(WebAssembly.validate(fused) ? fused : Buffer.from(KERNEL_BASE64, 'base64'));
}

/** The kernels of kernel.asm.ts. Their memory is shared, because views of a shared memory outlive its growth. */
export class WasmBackend implements Backend {
  readonly kind = 'wasm';
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Readonly<Record<string, Kernel>>;
  /** The first addresses are left alone, so that no array starts at 0. */
  #top = ALIGNMENT;

  constructor() {
    compiled ??= compile();
    this.#memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared: true });
    const abort = (): never => {
      throw new Error('The kernel aborted.');
    };
    const instance = new WebAssembly.Instance(compiled, { env: { memory: this.#memory, abort } });
    this.#kernels = instance.exports as Record<string, Kernel>;
  }

  floats(length: number): Float32Array {
    const start = this.#reserve(length * 4);
    return new Float32Array(this.#memory.buffer, start, length);
  }

  integers(length: number): Int32Array {
    const start = this.#reserve(length * 4);
    return new Int32Array(this.#memory.buffer, start, length);
  }

  multiply(
    a: Float32Array,
    aStride: number,
    b: Float32Array,
    c: Float32Array,
    m: number,
    n: number,
    k: number,
    accumulate: boolean,
  ): void {
    this.#kernels.multiply!(a.byteOffset, aStride, b.byteOffset, c.byteOffset, m, n, k, accumulate ? 1 : 0);
  }

  multiplyTransposed(
    a: Float32Array,
    aStride: number,
    b: Float32Array,
    c: Float32Array,
    m: number,
    n: number,
    k: number,
  ): void {
    this.#kernels.multiplyTransposed!(a.byteOffset, aStride, b.byteOffset, c.byteOffset, m, n, k);
  }

  biasTanh(x: Float32Array, bias: Float32Array, rows: number, width: number): void {
    this.#kernels.biasTanh!(x.byteOffset, bias.byteOffset, rows, width);
  }

  biasAdd(x: Float32Array, bias: Float32Array, rows: number, width: number): void {
    this.#kernels.biasAdd!(x.byteOffset, bias.byteOffset, rows, width);
  }

  biasRelu(x: Float32Array, bias: Float32Array, rows: number, width: number): void {
    this.#kernels.biasRelu!(x.byteOffset, bias.byteOffset, rows, width);
  }

  reluGradient(gradient: Float32Array, output: Float32Array, length: number): void {
    this.#kernels.reluGradient!(gradient.byteOffset, output.byteOffset, length);
  }

  addTo(target: Float32Array, source: Float32Array, length: number): void {
    this.#kernels.addTo!(target.byteOffset, source.byteOffset, length);
  }

  blend(target: Float32Array, source: Float32Array, share: number, length: number): void {
    this.#kernels.blend!(target.byteOffset, source.byteOffset, share, length);
  }

  columnSums(x: Float32Array, sums: Float32Array, rows: number, width: number): void {
    this.#kernels.columnSums!(x.byteOffset, sums.byteOffset, rows, width);
  }

  gatherRows(table: Float32Array, ids: Int32Array, out: Float32Array, rows: number, width: number): void {
    this.#kernels.gatherRows!(table.byteOffset, ids.byteOffset, out.byteOffset, rows, width);
  }

  takeRows(
    source: Float32Array,
    sourceStride: number,
    ids: Int32Array,
    out: Float32Array,
    rows: number,
    width: number,
  ): void {
    this.#kernels.takeRows!(source.byteOffset, sourceStride, ids.byteOffset, out.byteOffset, rows, width);
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
    const add = accumulate ? 1 : 0;
    this.#kernels.placeRows!(source.byteOffset, ids.byteOffset, out.byteOffset, outStride, rows, width, add);
  }

  scatterAddRows(table: Float32Array, ids: Int32Array, source: Float32Array, rows: number, width: number): void {
    this.#kernels.scatterAddRows!(table.byteOffset, ids.byteOffset, source.byteOffset, rows, width);
  }

  attentionPool(tensors: AttentionTensors, size: number, keyWidth: number, valueWidth: number): void {
    this.#kernels.attentionPool!(
      tensors.keys.byteOffset,
      tensors.context.byteOffset,
      tensors.values.byteOffset,
      tensors.weights.byteOffset,
      tensors.pooled.byteOffset,
      tensors.starts.byteOffset,
      tensors.ends.byteOffset,
      size,
      keyWidth,
      valueWidth,
    );
  }

  attentionPoolGradient(
    tensors: AttentionTensors,
    gradients: AttentionGradients,
    size: number,
    keyWidth: number,
    valueWidth: number,
  ): void {
    this.#kernels.attentionPoolGradient!(
      tensors.keys.byteOffset,
      tensors.context.byteOffset,
      tensors.values.byteOffset,
      tensors.weights.byteOffset,
      tensors.pooled.byteOffset,
      gradients.pooled.byteOffset,
      gradients.keys.byteOffset,
      gradients.context.byteOffset,
      gradients.values.byteOffset,
      tensors.starts.byteOffset,
      tensors.ends.byteOffset,
      size,
      keyWidth,
      valueWidth,
    );
  }

  adam({ value, gradient, mean, square }: AdamArrays, length: number, step: AdamStep): void {
    this.#kernels.adam!(
      value.byteOffset,
      gradient.byteOffset,
      mean.byteOffset,
      square.byteOffset,
      length,
      step.rate,
      step.beta1,
      step.beta2,
      step.epsilon,
      step.decay,
    );
  }

  adamRows(state: AdamArrays, rows: Int32Array, count: number, width: number, step: AdamStep): void {
    this.#kernels.adamRows!(
      state.value.byteOffset,
      state.gradient.byteOffset,
      state.mean.byteOffset,
      state.square.byteOffset,
      rows.byteOffset,
      count,
      width,
      step.rate,
      step.beta1,
      step.beta2,
      step.epsilon,
      step.decay,
    );
  }

  gruGates(t: GruTensors, rows: number, width: number): void {
    const { gates, gatesBias, previous, reset } = t;
    this.#call('gruGates', [gates, gatesBias, previous, reset], rows, width);
  }

  gruOutput(t: GruTensors, rows: number, width: number): void {
    const { candidate, candidateBias, gates, previous, output } = t;
    this.#call('gruOutput', [candidate, candidateBias, gates, previous, output], rows, width);
  }

  gruOutputGradient(t: GruTensors, g: GruGradients, rows: number, width: number): void {
    const arrays = [g.output, t.gates, t.candidate, t.previous, g.gates, g.candidate, g.previous];
    this.#call('gruOutputGradient', arrays, rows, width);
  }

  gruResetGradient(t: GruTensors, g: GruGradients, rows: number, width: number): void {
    this.#call('gruResetGradient', [g.reset, t.gates, t.previous, g.gates, g.previous], rows, width);
  }

  lstmStep(t: LstmTensors, rows: number, width: number): void {
    this.#call('lstmStep', [t.gates, t.bias, t.previousCell, t.cell, t.output], rows, width);
  }

  lstmStepGradient(t: LstmTensors, g: LstmGradients, rows: number, width: number): void {
    const arrays = [g.output, g.cell, t.gates, t.previousCell, t.cell, g.gates, g.previousCell];
    this.#call('lstmStepGradient', arrays, rows, width);
  }

  #call(kernel: string, arrays: readonly Float32Array[], rows: number, width: number): void {
    this.#kernels[kernel]!(...arrays.map(({ byteOffset }) => byteOffset), rows, width);
  }

  #reserve(bytes: number): number {
    const start = this.#top;
    const end = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil(end / PAGE) - this.#memory.buffer.byteLength / PAGE;
    if (missing > 0) {
      try {
        this.#memory.grow(missing);
      } catch (cause) {
        throw new LearnError(
          'ASSAY_LEARN_MEMORY',
          `The kernels' memory cannot grow to ${Math.ceil(end / 2 ** 20)} MiB.`,
          {
            hint: 'Lower the vocabulary, the widths or the batch size; the limit is 2 GiB for each model.',
            cause,
          },
        );
      }
    }
    this.#top = end;
    return start;
  }
}
