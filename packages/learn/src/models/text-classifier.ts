import type { BackendChoice } from '../backend/index.ts';
import type { Network } from '../network/index.ts';
import { type Token, tokenize, UNKNOWN, type Vocabulary } from '../tokens/index.ts';
import { type EpochSummary, type NetworkOutcome, predictionBatches, type TrainingConfig } from '../training/index.ts';
import { loadClassifier, type ModelFiles, saveClassifier, toFiles } from './model-files.ts';

/** One token with the share of attention that the model gave it; the shares of a text sum to 1. */
export interface AttendedToken extends Token {
  readonly attention: number;
}

export interface Prediction {
  /** The most probable label. */
  readonly label: string;
  /** By label, in the model's order of labels; they sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** The tokens that the model read, when they were asked for. Beyond `maxTokens` a text is not read. */
  readonly tokens?: readonly AttendedToken[];
}

export interface ClassifierParts {
  readonly networks: readonly Network[];
  readonly vocabulary: Vocabulary;
  readonly labels: readonly string[];
  readonly config: TrainingConfig;
  readonly seed: number;
  readonly outcomes: readonly NetworkOutcome[];
}

/** A text as a classifier reads it. */
export interface EncodedText {
  readonly tokens: readonly Token[];
  /** The tokens' ids; for a text without tokens, the unknown word alone. */
  readonly ids: Int32Array;
}

/** A trained classifier of texts: predicts, tells what it attended to, and is kept as two files. */
export class TextClassifier {
  readonly labels: readonly string[];
  readonly config: TrainingConfig;
  readonly vocabulary: Vocabulary;
  readonly seed: number;
  /** How each member's training went. */
  readonly outcomes: readonly NetworkOutcome[];
  /** The members, whose probabilities are averaged. */
  readonly networks: readonly Network[];

  constructor(parts: ClassifierParts) {
    this.labels = parts.labels;
    this.config = parts.config;
    this.vocabulary = parts.vocabulary;
    this.seed = parts.seed;
    this.outcomes = parts.outcomes;
    this.networks = parts.networks;
  }

  /** Which kernels it computes with. */
  get backend(): 'wasm' | 'js' {
    return this.networks[0]!.backend.kind;
  }

  /** The first member's epochs, for a loss curve. */
  get history(): readonly EpochSummary[] {
    return this.outcomes[0]?.history ?? [];
  }

  /** The text's tokens and their ids, cut to `maxTokens`. */
  encode(text: string): EncodedText {
    const tokens = tokenize(text).slice(0, this.config.maxTokens);
    return { tokens, ids: tokens.length === 0 ? Int32Array.of(UNKNOWN) : this.vocabulary.encode(tokens) };
  }

  /**
   * The labels of texts, in their order.
   *
   * @param options.attention also gives each text's tokens, with their offsets and shares of attention. Attention tells
   * where the model looked, not why it decided; for that see `integratedGradients`.
   */
  predict(texts: readonly string[], { attention = false }: { readonly attention?: boolean } = {}): Prediction[] {
    const encoded = texts.map((text) => this.encode(text));
    const sequences = encoded.map(({ ids }) => ids);
    const predictions: Prediction[] = [];
    for (const { from, to } of predictionBatches(sequences)) {
      const { probabilities, weights } = this.forward(sequences.slice(from, to));
      for (let i = from; i < to; i++) {
        const { tokens } = encoded[i]!;
        const row = probabilities[i - from]!;
        predictions.push({
          label: this.labels[row.indexOf(Math.max(...row))]!,
          probabilities: Object.fromEntries(this.labels.map((label, k) => [label, row[k]!])),
          ...(attention && { tokens: tokens.map((token, t) => ({ ...token, attention: weights[i - from]![t]! })) }),
        });
      }
    }
    return predictions;
  }

  /** The members' mean probabilities and attention for texts given as ids; each must have at least one. */
  forward(sequences: readonly Int32Array[]): { probabilities: Float64Array[]; weights: Float64Array[] } {
    const classes = this.labels.length;
    const probabilities = sequences.map(() => new Float64Array(classes));
    const weights = sequences.map(({ length }) => new Float64Array(length));
    const share = 1 / this.networks.length;
    for (const network of this.networks) {
      const batch = network.pack(sequences);
      const output = network.forward(batch);
      const attention = network.attentionWeights;
      for (let s = 0; s < batch.size; s++) {
        for (let k = 0; k < classes; k++) probabilities[s]![k]! += share * output[s * classes + k]!;
        const start = batch.starts[s]!;
        for (let t = 0; t < sequences[s]!.length; t++) weights[s]![t]! += share * attention[start + t]!;
      }
    }
    return { probabilities, weights };
  }

  /** The model as its two files: weights as safetensors, everything else as JSON. */
  toFiles(): ModelFiles {
    return toFiles(this);
  }

  /** Writes `model.safetensors` and `config.json` into a folder, made if need be; each file appears whole or not at all. */
  async save(folder: string): Promise<void> {
    await saveClassifier(this, folder);
  }

  /**
   * Reads what `save` wrote.
   *
   * @throws LearnError `ASSAY_LEARN_MODEL_MISSING` when a file is not there, `ASSAY_LEARN_MODEL_INVALID` when one is
   * broken or they do not belong together.
   */
  static async load(folder: string, options: { readonly backend?: BackendChoice } = {}): Promise<TextClassifier> {
    return new TextClassifier(await loadClassifier(folder, options.backend));
  }
}
