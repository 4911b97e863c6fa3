import type { Backend } from '../backend/index.ts';
import type { Random } from '../random/index.ts';
import type { Architecture } from './architecture.ts';
import { type Batch, BatchPacker } from './batch.ts';
import { createEncoders, createOutput, createPooling, gapOf } from './create-layers.ts';
import { Embedding } from './embedding.ts';
import type { Encoder, Output, Pooling, Targets } from './layer.ts';
import type { Parameter } from './parameter.ts';

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

const NO_DROPOUT: DropoutRates = { embed: 0, pooled: 0 };

/**
 * Embed → encode → attend → predict, with its gradient. Arrays that it returns belong to it, and hold until its next pass.
 */
export class Network {
  readonly architecture: Architecture;
  readonly backend: Backend;
  readonly classes: number;
  readonly embedding: Embedding;
  readonly encoders: readonly Encoder[];
  readonly attention: Pooling;
  readonly output: Output;
  readonly parameters: readonly Parameter[];
  readonly #packer: BatchPacker;

  constructor(architecture: Architecture, vocabularySize: number, classes: number, backend: Backend) {
    const { embed, encode, attend } = architecture;
    this.architecture = architecture;
    this.backend = backend;
    this.classes = classes;
    this.embedding = new Embedding(backend, vocabularySize, {
      width: embed.width,
      frozen: embed.kind === 'vectors' && !embed.tuned,
    });
    this.encoders = createEncoders(backend, encode, embed.width);
    const width = this.encoders.at(-1)?.width ?? embed.width;
    this.attention = createPooling(backend, attend, width);
    this.output = createOutput(backend, architecture.predict, this.attention.outputWidth, classes);
    this.parameters = [this.embedding, ...this.encoders, this.attention, this.output].flatMap(
      (layer) => layer.parameters,
    );
    this.#packer = new BatchPacker(backend, gapOf(encode));
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
    return this.output.forward(summary, batch.size, pooled, training?.random);
  }

  /** The last pass's attention, one weight for each row; those of one sequence sum to 1. */
  get attentionWeights(): Float32Array {
    return this.attention.weights;
  }

  /**
   * Adds the gradient of the mean weighted loss of the last pass to the parameters'.
   *
   * @returns that loss.
   */
  backward(targets: Targets): number {
    const loss = this.output.loss(targets);
    this.embedding.backward(this.#backwardTo(true));
    return loss;
  }

  /**
   * The gradient of each sequence's probability of one class, with respect to the embedded words of the last pass.
   *
   * @returns [rows, width], 0 between sequences. The parameters' gradients stay as they were.
   */
  inputGradient(target: number): Float32Array {
    this.output.aimAt(target);
    return this.#backwardTo(false);
  }

  #backwardTo(parameters: boolean): Float32Array {
    let gradient = this.attention.backward(this.output.backward(parameters), parameters);
    for (const encoder of this.encoders.toReversed()) gradient = encoder.backward(gradient, parameters);
    return gradient;
  }
}
