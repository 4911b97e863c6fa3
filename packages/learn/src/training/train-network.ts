import { LearnError } from '../errors.ts';
import type { Network } from '../network/index.ts';
import type { Random } from '../random/index.ts';
import { UNKNOWN } from '../tokens/index.ts';
import { AdamOptimizer } from './adam-optimizer.ts';
import { arrangeBatches } from './batches.ts';
import { calibrate } from './calibration.ts';
import { clipGradients } from './clipping.ts';
import type { TrainingConfig } from './config.ts';
import { evaluateNetwork } from './evaluate-network.ts';
import { learningRateShare } from './schedule.ts';
import { WeightAverage } from './weight-average.ts';

/** Texts as ids, each with what is to be predicted. */
export interface EncodedSet {
  readonly sequences: readonly Int32Array[];
  /** [texts, classes]: the probability of each class, 1 and 0 where labels are sure. */
  readonly targets: Float32Array;
}

/** How one epoch went: the same each time, so that a model's files are. Losses are mean cross-entropies; the development set's are of the weights that would be kept. */
export interface EpochSummary {
  /** Counted from 1. */
  readonly epoch: number;
  readonly trainLoss: number;
  readonly devLoss?: number;
  readonly devAccuracy?: number;
  readonly devMacroF1?: number;
}

/** Where the training of one network is, told after each batch. */
export interface NetworkProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly batch: number;
  readonly batches: number;
  /** The mean training loss of the epoch so far. */
  readonly loss: number;
  /** Texts per second in the epoch so far. */
  readonly rate: number;
  /** Until the last epoch, if training does not stop early. */
  readonly secondsLeft: number;
  /** The last finished epoch. */
  readonly last: EpochSummary | undefined;
}

export interface NetworkTraining {
  readonly config: TrainingConfig;
  readonly train: EncodedSet;
  readonly dev: EncodedSet | undefined;
  /** How much a text of each class counts. */
  readonly classWeights: readonly number[];
  readonly random: Random;
  readonly onProgress?: ((progress: NetworkProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface NetworkOutcome {
  readonly history: readonly EpochSummary[];
  /** The epoch whose weights were kept, counted from 1. */
  readonly bestEpoch: number;
  /** What calibration divided the scores by; the weights have it in them. */
  readonly temperature?: number;
}

/** The work between two chances for the rest of the process to run, in milliseconds. */
const SLICE = 30;

/**
 * Trains a network in place by mini-batches with Adam; see {@link TrainingConfig} for what is done. The network ends
 * with the kept weights.
 *
 * @throws LearnError `ASSAY_LEARN_DIVERGED` when the loss is no longer a number; the signal's reason when aborted.
 */
export async function trainNetwork(network: Network, training: NetworkTraining): Promise<NetworkOutcome> {
  const { config, train, dev, random, onProgress, signal } = training;
  const { backend, parameters } = network;
  const trained = parameters.filter(({ frozen }) => !frozen);
  const optimizer = new AdamOptimizer(backend, trained, config);
  const average = config.averaging > 0 ? new WeightAverage(backend, trained, config.averaging) : undefined;
  const order = Array.from(train.sequences.keys());
  const batches = Math.ceil(order.length / config.batchSize);
  const history: EpochSummary[] = [];
  const kept = trained.map(({ value }) => new Float32Array(value.length));
  let bestEpoch = 0;
  let improvedAt = 0;
  let bestScore = Number.NEGATIVE_INFINITY;
  const started = performance.now();
  let rested = started;

  for (let epoch = 1; epoch <= config.epochs; epoch++) {
    const epochStarted = performance.now();
    random.shuffle(order);
    const arranged = arrangeBatches(order, train.sequences, config, random);
    let lossSum = 0;
    let done = 0;
    for (let batch = 0; batch < batches; batch++) {
      signal?.throwIfAborted();
      const picked = arranged[batch]!;
      const loss = trainBatch(network, training, picked);
      if (!Number.isFinite(loss)) {
        throw new LearnError('ASSAY_LEARN_DIVERGED', `The loss became ${loss} in epoch ${epoch}, batch ${batch + 1}.`, {
          hint: `Lower the learning rate; it is ${config.learningRate}.`,
        });
      }
      lossSum += loss * picked.length;
      if (config.clipping > 0) clipGradients(trained, config.clipping);
      optimizer.step(learningRateShare(config.schedule, (epoch - 1) * batches + batch, config.epochs * batches));
      average?.update();
      done += picked.length;
      const now = performance.now();
      onProgress?.({
        epoch,
        epochs: config.epochs,
        batch: batch + 1,
        batches,
        loss: lossSum / done,
        rate: done / ((now - epochStarted) / 1000),
        secondsLeft: ((now - started) / 1000) * ((config.epochs * batches) / ((epoch - 1) * batches + batch + 1) - 1),
        last: history.at(-1),
      });
      if (now - rested > SLICE) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        rested = performance.now();
      }
    }
    average?.swap();
    const scores = dev === undefined ? undefined : evaluateNetwork(network, dev);
    history.push({
      epoch,
      trainLoss: lossSum / order.length,
      ...(scores && { devLoss: scores.loss, devAccuracy: scores.accuracy, devMacroF1: scores.macroF1 }),
    });
    const eligible = epoch >= Math.min(config.earlyStopping.minEpochs, config.epochs);
    // Without a development set the last epoch is the best.
    let score = epoch;
    if (scores !== undefined) score = config.earlyStopping.metric === 'loss' ? -scores.loss : scores.macroF1;
    // Of equally good epochs the last is kept: on a small development set many are equal, and later ones are surer.
    if (eligible && score >= bestScore) {
      if (score > bestScore) improvedAt = epoch;
      bestScore = score;
      bestEpoch = epoch;
      trained.forEach(({ value }, i) => {
        kept[i]!.set(value);
      });
    }
    average?.swap();
    if (eligible && epoch - improvedAt >= config.earlyStopping.patience) break;
  }
  trained.forEach(({ value }, i) => {
    value.set(kept[i]!);
  });
  const temperature = config.calibration === 'temperature' && dev !== undefined ? calibrate(network, dev) : undefined;
  return { history, bestEpoch, ...(temperature !== undefined && { temperature }) };
}

function trainBatch(network: Network, training: NetworkTraining, picked: readonly number[]): number {
  const { config, train, classWeights, random } = training;
  const { classes } = network;
  const sequences = picked.map((i) => dropWords(train.sequences[i]!, config.dropout.words, random));
  network.forward(network.pack(sequences), { dropout: config.dropout, random });
  const distribution = new Float32Array(picked.length * classes);
  const weights = new Float32Array(picked.length);
  // Smoothing draws towards even odds: of all classes together, or of each by itself.
  const even = config.predict.kind === 'multi-label' ? 1 / 2 : 1 / classes;
  picked.forEach((i, row) => {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const target = train.targets[i * classes + k]!;
      distribution[row * classes + k] = target * (1 - config.labelSmoothing) + config.labelSmoothing * even;
      sum += target;
      weights[row]! += target * classWeights[k]!;
    }
    // Several labels count as their mean, and none as 1.
    weights[row] = sum === 0 ? 1 : weights[row]! / sum;
  });
  return network.backward({ distribution, weights });
}

function dropWords(sequence: Int32Array, rate: number, random: Random): Int32Array {
  return rate === 0 ? sequence : sequence.map((id) => (random.next() < rate ? UNKNOWN : id));
}
