import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import { AdditiveAttention } from './additive-attention.ts';
import type { Architecture } from './architecture.ts';
import { type Batch, BatchPacker } from './batch.ts';
import { Embedding } from './embedding.ts';
import type { Parameter } from './parameter.ts';
import { SoftmaxOutput } from './softmax-output.ts';
import { WindowEncoder } from './window-encoder.ts';

/** Dropout in training: of the embeddings' and of the pooled vector's values, from 0 to below 1. */
interface DropoutRates {
  readonly embed: number;
  readonly pooled: number;
}

/** What a forward pass in training needs besides the batch. */
export interface TrainingPass {
  readonly dropout: DropoutRates;
  readonly random: Random;
}

/** Class weights and soft labels: one row of class probabilities for each sequence, and how much each sequence counts. */
export interface Targets {
  /** [size, classes]; each row sums to 1. */
  readonly distribution: Float32Array;
  /** [size]. */
  readonly weights: Float32Array;
}

const NO_DROPOUT: DropoutRates = { embed: 0, pooled: 0 };

/**
 * Embed → encode → attend → predict, with its gradient. Arrays that it returns belong to it, and hold until its next pass.
 */
export class Network {
  readonly architecture: Architecture;
  readonly backend: Backend;
  readonly classes: number;
  readonly embedding: Embedding;
  readonly encoders: readonly WindowEncoder[];
  readonly attention: AdditiveAttention;
  readonly output: SoftmaxOutput;
  readonly parameters: readonly Parameter[];
  readonly #packer: BatchPacker;
  #batch: Batch | undefined;
  #probabilities: Float32Array | undefined;

  constructor(architecture: Architecture, vocabularySize: number, classes: number, backend: Backend) {
    const { embed, encode, attend } = architecture;
    this.architecture = architecture;
    this.backend = backend;
    this.classes = classes;
    this.embedding = new Embedding(backend, vocabularySize, embed.width);
    this.encoders = Array.from({ length: encode.depth }, (_, layer) => {
      const inputWidth = layer === 0 ? embed.width : encode.width;
      const residual = encode.residual && inputWidth === encode.width;
      const { width, radius } = encode;
      return new WindowEncoder(backend, { name: `encode.${layer}`, inputWidth, width, radius, residual });
    });
    this.attention = new AdditiveAttention(backend, encode.width, attend.width);
    this.output = new SoftmaxOutput(backend, encode.width, classes);
    this.parameters = [this.embedding, ...this.encoders, this.attention, this.output].flatMap(
      (layer) => layer.parameters,
    );
    this.#packer = new BatchPacker(backend, encode.radius);
  }

  /** Fills the weights; biases start at 0. */
  initialise(random: Random): void {
    for (const layer of [this.embedding, ...this.encoders, this.attention, this.output]) layer.initialise(random);
  }

  pack(sequences: readonly Int32Array[]): Batch {
    return this.#packer.pack(sequences);
  }

  /** @returns the words' vectors [rows, width], which may be changed before {@link forwardFrom}; 0 between sequences. */
  embed(batch: Batch): Float32Array {
    return this.embedding.forward(batch, 0, undefined);
  }

  /** @returns probabilities [size, classes]. */
  forward(batch: Batch, training?: TrainingPass): Float32Array {
    const { embed } = training?.dropout ?? NO_DROPOUT;
    return this.forwardFrom(this.embedding.forward(batch, embed, training?.random), batch, training);
  }

  /** As {@link forward}, from embedded words [rows, width] that need not be the batch's own; 0 between sequences. */
  forwardFrom(embedded: Float32Array, batch: Batch, training?: TrainingPass): Float32Array {
    const { pooled } = training?.dropout ?? NO_DROPOUT;
    let encoded = embedded;
    for (const encoder of this.encoders) encoded = encoder.forward(encoded, batch);
    const summary = this.attention.forward(encoded, batch);
    this.#batch = batch;
    this.#probabilities = this.output.forward(summary, batch.size, pooled, training?.random);
    return this.#probabilities;
  }

  /** The last pass's attention, one weight for each row; those of one sequence sum to 1. */
  get attentionWeights(): Float32Array {
    return this.attention.weights;
  }

  /**
   * Adds the gradient of the mean weighted cross-entropy of the last pass to the parameters'.
   *
   * @returns that loss.
   */
  backward({ distribution, weights }: Targets): number {
    const { size } = this.#batch!;
    const probabilities = this.#probabilities!;
    const gradient = this.output.logitsGradient(size);
    let total = 0;
    for (let s = 0; s < size; s++) total += weights[s]!;
    let loss = 0;
    for (let s = 0, at = 0; s < size; s++) {
      const share = weights[s]! / total;
      for (let k = 0; k < this.classes; k++, at++) {
        gradient[at] = share * (probabilities[at]! - distribution[at]!);
        if (distribution[at]! > 0) loss -= share * distribution[at]! * Math.log(Math.max(probabilities[at]!, 1e-12));
      }
    }
    this.embedding.backward(this.#backwardTo(gradient, true));
    return loss;
  }

  /**
   * The gradient of each sequence's probability of one class, with respect to the embedded words of the last pass.
   *
   * @returns [rows, width], 0 between sequences. The parameters' gradients stay as they were.
   */
  inputGradient(target: number): Float32Array {
    const { size } = this.#batch!;
    const probabilities = this.#probabilities!;
    const gradient = this.output.logitsGradient(size);
    for (let s = 0, at = 0; s < size; s++) {
      const p = probabilities[s * this.classes + target]!;
      for (let k = 0; k < this.classes; k++, at++) gradient[at] = p * ((k === target ? 1 : 0) - probabilities[at]!);
    }
    return this.#backwardTo(gradient, false);
  }

  #backwardTo(logitsGradient: Float32Array, parameters: boolean): Float32Array {
    let gradient = this.output.backward(logitsGradient, this.#batch!.size, parameters);
    gradient = this.attention.backward(gradient, parameters);
    for (const encoder of this.encoders.toReversed()) gradient = encoder.backward(gradient, parameters);
    return gradient;
  }
}
