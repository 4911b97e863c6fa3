import { readFile } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { LearnError } from '../errors.ts';
import {
  type EncodedText,
  encodeText,
  type Prediction,
  type PredictionOptions,
  type TextClassifier,
  toPrediction,
} from '../models/index.ts';
import { PADDING } from '../tokens/index.ts';
import { predictionBatches } from '../training/index.ts';
import { invalid } from './protobuf-reader.ts';
import { digestOf, importOnnx, type OnnxDescription, readDescription } from './read-onnx.ts';

/** What computes: ONNX Runtime, this library's own kernels, or (`auto`) the first of them that is installed. */
export type OnnxEngine = 'auto' | 'onnxruntime' | 'own';

interface Runtime {
  readonly session: InferenceSession;
  readonly Tensor: typeof Tensor;
}

/** A text classifier from the ONNX file that `exportOnnx` wrote. */
export class OnnxTextClassifier {
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string;
  readonly engine: 'onnxruntime' | 'own';
  readonly #description: OnnxDescription;
  readonly #computer: Runtime | TextClassifier;

  private constructor(digest: string, description: OnnxDescription, computer: Runtime | TextClassifier) {
    this.digest = digest;
    this.engine = 'session' in computer ? 'onnxruntime' : 'own';
    this.#description = description;
    this.#computer = computer;
  }

  /**
   * @param source the file's bytes or its path.
   * @throws LearnError `ASSAY_LEARN_MODEL_MISSING` when the path cannot be read, `ASSAY_LEARN_ONNX_INVALID` when the file
   * is broken or is not such a classifier, `ASSAY_LEARN_ONNXRUNTIME_MISSING` when ONNX Runtime is asked for and not installed.
   */
  static async open(
    source: Uint8Array | string,
    { engine = 'auto' }: { readonly engine?: OnnxEngine } = {},
  ): Promise<OnnxTextClassifier> {
    const bytes = typeof source === 'string' ? await readModel(source) : source;
    const description = readDescription(bytes);
    const digest = digestOf(bytes);
    const runtime = engine === 'own' ? undefined : await startRuntime(bytes, engine);
    return new OnnxTextClassifier(digest, description, runtime ?? importOnnx(bytes));
  }

  get labels(): readonly string[] {
    return this.#description.labels;
  }

  /** The text's tokens, and their ids as the model's input `tokens` takes them. */
  encode(text: string): EncodedText {
    return encodeText(text, this.#description.vocabulary, this.#description.config.maxTokens);
  }

  /** Predicts the texts' labels, in their order. */
  async predict(texts: readonly string[], options: PredictionOptions = {}): Promise<Prediction[]> {
    if (!('session' in this.#computer)) return this.#computer.predict(texts, options);
    const encoded = texts.map((text) => this.encode(text));
    const predictions: Prediction[] = [];
    for (const { from, to } of predictionBatches(encoded.map(({ ids }) => ids))) {
      predictions.push(...(await this.#run(this.#computer, encoded.slice(from, to), options)));
    }
    return predictions;
  }

  /**
   * The network alone, on ids as `encode` gives them: `batch` rows of `length`, padded with 0 at the end.
   *
   * @returns `probabilities`, [batch, labels], and `attention`, [batch, length], both row-major.
   * @throws LearnError `ASSAY_LEARN_TOKENS_INVALID` when a row has no ids, one is beyond the vocabulary, or one stands
   * after padding.
   */
  async infer(tokens: BigInt64Array, batch: number, length: number): Promise<NetworkOutputs> {
    const rows = readRows(tokens, batch, length, this.#description.vocabulary.size);
    if ('session' in this.#computer) {
      const { session, Tensor } = this.#computer;
      const outputs = await session.run({ tokens: new Tensor('int64', tokens, [batch, length]) });
      return { probabilities: floatsOf(outputs.probabilities), attention: floatsOf(outputs.attention) };
    }
    const { probabilities, weights } = this.#computer.forward(rows);
    const classes = this.labels.length;
    const out = { probabilities: new Float32Array(batch * classes), attention: new Float32Array(batch * length) };
    for (let row = 0; row < batch; row++) {
      out.probabilities.set(probabilities[row]!, row * classes);
      out.attention.set(weights[row]!, row * length);
    }
    return out;
  }

  /** Frees what ONNX Runtime holds; no prediction may follow. */
  async close(): Promise<void> {
    if ('session' in this.#computer) await this.#computer.session.release();
  }

  async #run(runtime: Runtime, texts: readonly EncodedText[], options: PredictionOptions): Promise<Prediction[]> {
    const length = Math.max(...texts.map(({ ids }) => ids.length));
    const tokens = new BigInt64Array(texts.length * length);
    texts.forEach(({ ids }, row) => {
      ids.forEach((id, t) => {
        tokens[row * length + t] = BigInt(id);
      });
    });
    const outputs = await runtime.session.run({ tokens: new runtime.Tensor('int64', tokens, [texts.length, length]) });
    const probabilities = floatsOf(outputs.probabilities);
    const attention = options.attention ? floatsOf(outputs.attention) : undefined;
    const classes = this.labels.length;
    return texts.map(({ tokens: read }, row) =>
      toPrediction(
        this.labels,
        read,
        probabilities.subarray(row * classes, (row + 1) * classes),
        attention?.subarray(row * length, (row + 1) * length),
        this.#description.config.predict.kind === 'multi-label',
      ),
    );
  }
}

/** What the network gives for a batch, row-major. */
export interface NetworkOutputs {
  readonly probabilities: Float32Array;
  readonly attention: Float32Array;
}

function readRows(tokens: BigInt64Array, batch: number, length: number, words: number): Int32Array[] {
  const rows: Int32Array[] = [];
  for (let row = 0; row < batch; row++) {
    const ids = Int32Array.from(tokens.subarray(row * length, (row + 1) * length), Number);
    const padding = ids.indexOf(PADDING);
    const used = padding < 0 ? ids : ids.subarray(0, padding);
    const wrong =
      used.length === 0
        ? 'has no ids'
        : ids.some((id, t) => t >= used.length && id !== PADDING)
          ? 'has ids after padding'
          : used.some((id) => id < 0 || id >= words)
            ? `has an id that is not from 0 to ${words - 1}`
            : undefined;
    if (wrong !== undefined) {
      throw new LearnError('ASSAY_LEARN_TOKENS_INVALID', `Row ${row} of the tokens ${wrong}.`, {
        hint: "Ids are those of the model's vocabulary, padded with 0 at the end of a row.",
      });
    }
    rows.push(used);
  }
  return rows;
}

async function readModel(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LearnError('ASSAY_LEARN_MODEL_MISSING', `There is no model at ${path}.`, {
      hint: 'Name the file that exportOnnx wrote.',
      cause,
    });
  }
}

async function startRuntime(bytes: Uint8Array, engine: 'auto' | 'onnxruntime'): Promise<Runtime | undefined> {
  let runtime: typeof import('onnxruntime-node');
  try {
    runtime = await import('onnxruntime-node');
  } catch (cause) {
    if (engine === 'auto') return undefined;
    throw new LearnError('ASSAY_LEARN_ONNXRUNTIME_MISSING', 'ONNX Runtime cannot be loaded on this host.', {
      hint: "Install onnxruntime-node, or choose the engine 'own'.",
      cause,
    });
  }
  try {
    // One thread is fastest at this size, and leaves the other cores to other requests.
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    return { session: await runtime.InferenceSession.create(bytes, options), Tensor: runtime.Tensor };
  } catch (cause) {
    throw invalid('ONNX Runtime refuses it', cause);
  }
}

function floatsOf(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw invalid('it has not the outputs of a text classifier');
  return tensor.data;
}
