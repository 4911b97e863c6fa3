import type { BackendChoice } from '../backend/index.ts';
import type { Network } from '../network/index.ts';
import type { Vocabulary } from '../tokens/index.ts';
import { type EpochSummary, type NetworkOutcome, predictionBatches, type TrainingConfig } from '../training/index.ts';
import { loadClassifier, type ModelFiles, saveClassifier, toFiles } from './model-files.ts';
import { type EncodedText, encodeText, type Prediction, type PredictionOptions, toPrediction } from './prediction.ts';

export interface ClassifierParts {
  readonly networks: readonly Network[];
  readonly vocabulary: Vocabulary;
  readonly labels: readonly string[];
  readonly config: TrainingConfig;
  readonly seed: number;
  readonly outcomes: readonly NetworkOutcome[];
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
    return encodeText(text, this.vocabulary, this.config.maxTokens);
  }

  /** Predicts the texts' labels, in their order. */
  predict(texts: readonly string[], { attention = false }: PredictionOptions = {}): Prediction[] {
    const encoded = texts.map((text) => this.encode(text));
    const sequences = encoded.map(({ ids }) => ids);
    const several = this.config.predict.kind === 'multi-label';
    const predictions: Prediction[] = [];
    for (const { from, to } of predictionBatches(sequences)) {
      const { probabilities, weights } = this.forward(sequences.slice(from, to));
      for (let i = from; i < to; i++) {
        const row = i - from;
        const shares = attention ? weights[row]! : undefined;
        predictions.push(toPrediction(this.labels, encoded[i]!.tokens, probabilities[row]!, shares, several));
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
