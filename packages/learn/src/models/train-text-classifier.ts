import { type BackendChoice, createBackend } from '../backend/index.ts';
import { LearnError } from '../errors.ts';
import { Network } from '../network/index.ts';
import { Random } from '../random/index.ts';
import { Vocabulary, type WordVectors } from '../tokens/index.ts';
import {
  type EncodedSet,
  type LabelledText,
  labelsOf,
  type NetworkOutcome,
  type NetworkProgress,
  type PreparedExample,
  prepareExamples,
  resolveConfig,
  type TrainingConfig,
  type TrainingOptions,
  trainNetwork,
} from '../training/index.ts';
import { TextClassifier } from './text-classifier.ts';

/** Where training is, told after each batch. `secondsLeft` is until the last member's last epoch, if none stops early. */
export interface TrainingProgress extends NetworkProgress {
  /** The member being trained, counted from 1. */
  readonly member: number;
  readonly members: number;
}

export interface TrainTextClassifier {
  readonly train: readonly LabelledText[];
  /** For early stopping. Without it the networks are trained for all epochs. It must share nothing with a test set. */
  readonly dev?: readonly LabelledText[];
  /** The classes in the order of the probabilities; by default those of the training examples, sorted. */
  readonly labels?: readonly string[];
  readonly config?: TrainingOptions;
  /** The vectors that an embedding of kind `vectors` begins with; see `readWordVectors`. */
  readonly vectors?: WordVectors;
  /** 1 by default. The same seed, data, configuration and backend give the same weights, bit by bit. */
  readonly seed?: number;
  readonly backend?: BackendChoice;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Trains a text classifier. The vocabulary is made of the training texts alone.
 *
 * @throws LearnError with the example's number when an example is empty or has an unknown label, and
 * `ASSAY_LEARN_NO_EXAMPLES`, `ASSAY_LEARN_ONE_CLASS`, `ASSAY_LEARN_CONFIG_INVALID`, `ASSAY_LEARN_DIVERGED`;
 * the signal's reason when aborted.
 */
export async function trainTextClassifier(request: TrainTextClassifier): Promise<TextClassifier> {
  const { seed = 1, signal } = request;
  const config = withVectors(resolveConfig(request.config), request.vectors);
  const several = config.predict.kind === 'multi-label';
  const labels = labelsOf(request.train, request.labels, several);
  const train = prepareExamples(request.train, labels, 'training', several);
  const dev = request.dev && prepareExamples(request.dev, labels, 'development', several);
  if (dev?.length === 0) {
    throw new LearnError('ASSAY_LEARN_NO_EXAMPLES', 'The development set is empty.', {
      hint: 'Give development examples, or leave the set out to train for all epochs.',
    });
  }
  if (config.calibration !== 'none' && dev === undefined) {
    throw new LearnError('ASSAY_LEARN_NO_EXAMPLES', 'Calibration needs a development set, and there is none.', {
      hint: 'Give development examples, or leave calibration out.',
    });
  }
  const vocabulary = Vocabulary.build(
    train.map(({ tokens }) => tokens),
    {
      ...config.vocabulary,
      extra: config.embed.kind === 'vectors' ? request.vectors!.words.slice(0, config.embed.extra) : [],
    },
  );
  const backend = createBackend(request.backend);
  const random = new Random(seed);
  const trainSet = encode(train, vocabulary, config);
  const devSet = dev && encode(dev, vocabulary, config);
  const classWeights = weighClasses(train, labels, config);
  const networks: Network[] = [];
  const outcomes: NetworkOutcome[] = [];
  for (let member = 1; member <= config.members; member++) {
    const source = random.fork();
    const network = new Network(config, vocabulary.size, labels.length, backend);
    network.initialise(source);
    const { vectors } = request;
    if (vectors !== undefined) {
      const words = vocabulary.toJSON().slice(2);
      network.embedding.fill(words.map((word, i) => [i + 2, vectors.vector(word)] as const));
    }
    const outcome = await trainNetwork(network, {
      config,
      train: trainSet,
      dev: devSet,
      classWeights,
      random: source,
      signal,
      onProgress: request.onProgress && report(request.onProgress, member, config.members),
    });
    networks.push(network);
    outcomes.push(outcome);
  }
  return new TextClassifier({ networks, vocabulary, labels, config, seed, outcomes });
}

/** The configuration with the vectors' width. */
function withVectors(config: TrainingConfig, vectors: WordVectors | undefined): TrainingConfig {
  const { embed } = config;
  if ((embed.kind === 'vectors') !== (vectors !== undefined)) {
    throw new LearnError(
      'ASSAY_LEARN_VECTORS_MISSING',
      vectors === undefined
        ? 'The embedding is of kind "vectors", and no vectors are given.'
        : `Vectors are given, and the embedding is of kind ${JSON.stringify(embed.kind)}.`,
      { hint: 'Give vectors together with embed: {"kind": "vectors"}, or neither.' },
    );
  }
  if (embed.kind !== 'vectors' || vectors === undefined) return config;
  if (embed.width !== 0 && embed.width !== vectors.width) {
    throw new LearnError(
      'ASSAY_LEARN_CONFIG_INVALID',
      `embed.width is ${embed.width}, and the vectors have ${vectors.width} values.`,
      { hint: 'Leave embed.width out: it is that of the vectors.' },
    );
  }
  return { ...config, embed: { ...embed, width: vectors.width } };
}

function report(onProgress: (progress: TrainingProgress) => void, member: number, members: number) {
  const started = performance.now();
  return (progress: NetworkProgress): void => {
    const elapsed = (performance.now() - started) / 1000;
    const secondsLeft = progress.secondsLeft + (members - member) * (elapsed + progress.secondsLeft);
    onProgress({ ...progress, secondsLeft, member, members });
  };
}

function encode(examples: readonly PreparedExample[], vocabulary: Vocabulary, config: TrainingConfig): EncodedSet {
  return {
    sequences: examples.map(({ tokens }) => vocabulary.encode(tokens.slice(0, config.maxTokens))),
    targets: Float32Array.from(examples.flatMap(({ target }) => [...target])),
  };
}

function weighClasses(
  examples: readonly PreparedExample[],
  labels: readonly string[],
  { classWeights }: TrainingConfig,
): number[] {
  if (classWeights === 'none') return labels.map(() => 1);
  if (classWeights === 'balanced') {
    const counts = labels.map((_, k) => examples.filter(({ label }) => label === k).length);
    return counts.map((count) => examples.length / (labels.length * count));
  }
  const unknown = Object.keys(classWeights).find((label) => !labels.includes(label));
  if (unknown !== undefined) {
    throw new LearnError(
      'ASSAY_LEARN_LABEL_UNKNOWN',
      `A class weight is given for ${JSON.stringify(unknown)}, which is no label.`,
      {
        hint: `The labels are ${JSON.stringify(labels)}.`,
      },
    );
  }
  return labels.map((label) => (Object.hasOwn(classWeights, label) ? classWeights[label]! : 1));
}
