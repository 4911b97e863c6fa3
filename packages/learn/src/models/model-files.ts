import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackendChoice, createBackend } from '../backend/index.ts';
import { LearnError } from '../errors.ts';
import { Network } from '../network/index.ts';
import { TOKENIZER_VERSION, Vocabulary } from '../tokens/index.ts';
import { type NetworkOutcome, resolveConfig, type TrainingConfig } from '../training/index.ts';
import { decodeSafetensors, encodeSafetensors, type FloatTensor } from './safetensors.ts';
import type { ClassifierParts, TextClassifier } from './text-classifier.ts';

const FORMAT = 'assay-text-classifier-2';
/** The format before there were these settings, of which what was left out has a value that changes nothing. */
const FIRST_FORMAT = 'assay-text-classifier-1';
const SETTINGS_SINCE = ['schedule', 'clipping', 'calibration'];
const WEIGHTS = 'model.safetensors';
const CONFIG = 'config.json';

/** The two files of a model, by name. */
export interface ModelFiles {
  readonly 'model.safetensors': Uint8Array;
  readonly 'config.json': Uint8Array;
}

interface ConfigFile {
  readonly format: typeof FORMAT;
  readonly tokenizer: string;
  readonly labels: readonly string[];
  readonly seed: number;
  readonly config: TrainingConfig;
  readonly training: readonly NetworkOutcome[];
  /** SHA-256 of model.safetensors, in hexadecimal. */
  readonly weights: string;
  readonly vocabulary: readonly string[];
}

export function toFiles(classifier: TextClassifier): ModelFiles {
  const tensors = classifier.networks.flatMap(({ parameters }, member) =>
    parameters.map(({ name, shape, value }) => ({ name: `${member}.${name}`, shape, value })),
  );
  const weights = encodeSafetensors(tensors, { format: FORMAT });
  const file: ConfigFile = {
    format: FORMAT,
    tokenizer: TOKENIZER_VERSION,
    labels: classifier.labels,
    seed: classifier.seed,
    config: classifier.config,
    training: classifier.outcomes,
    weights: sha256(weights),
    vocabulary: classifier.vocabulary.toJSON(),
  };
  return { [WEIGHTS]: weights, [CONFIG]: new TextEncoder().encode(`${JSON.stringify(file, null, 1)}\n`) };
}

/**
 * A model from the bytes of its two files.
 *
 * @throws LearnError `ASSAY_LEARN_MODEL_INVALID` when they are broken or do not belong together.
 */
export function fromFiles(files: ModelFiles, backendChoice: BackendChoice = 'auto'): ClassifierParts {
  const file = parseConfig(files[CONFIG]);
  const digest = sha256(files[WEIGHTS]);
  if (file.weights !== digest) {
    throw invalid(`${WEIGHTS} has the SHA-256 ${digest}, and ${CONFIG} was written for ${file.weights}`);
  }
  const { tensors } = decodeSafetensors(files[WEIGHTS]);
  const config = resolveConfig(file.config);
  const vocabulary = Vocabulary.fromJSON(file.vocabulary);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const backend = createBackend(backendChoice);
  const networks = Array.from({ length: config.members }, (_, member) => {
    const network = new Network(config, vocabulary.size, file.labels.length, backend);
    for (const { name, shape, value } of network.parameters) value.set(take(byName, `${member}.${name}`, shape));
    return network;
  });
  if (byName.size > 0)
    throw invalid(`${WEIGHTS} holds ${JSON.stringify([...byName.keys()][0])}, which the model does not have`);
  return { networks, vocabulary, config, labels: file.labels, seed: file.seed, outcomes: file.training };
}

export async function saveClassifier(classifier: TextClassifier, folder: string): Promise<void> {
  const files = toFiles(classifier);
  await mkdir(folder, { recursive: true });
  // The configuration comes last: it names the digest of the weights, so that a half-written pair never loads.
  for (const name of [WEIGHTS, CONFIG] as const) {
    const temporary = join(folder, `${name}.${process.pid}.tmp`);
    try {
      await writeFile(temporary, files[name], { flush: true });
      await rename(temporary, join(folder, name));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

export async function loadClassifier(folder: string, backend?: BackendChoice): Promise<ClassifierParts> {
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(join(folder, name));
    } catch (cause) {
      throw new LearnError('ASSAY_LEARN_MODEL_MISSING', `There is no model in ${folder}: ${name} cannot be read.`, {
        hint: 'Name the folder that a training wrote.',
        cause,
      });
    }
  };
  return fromFiles({ [WEIGHTS]: await read(WEIGHTS), [CONFIG]: await read(CONFIG) }, backend);
}

function take(tensors: Map<string, FloatTensor>, name: string, shape: readonly number[]): Float32Array {
  const tensor = tensors.get(name);
  tensors.delete(name);
  if (tensor === undefined) throw invalid(`${WEIGHTS} lacks ${JSON.stringify(name)}`);
  if (tensor.shape.join() !== shape.join()) {
    throw invalid(`${JSON.stringify(name)} has the shape [${tensor.shape}] and should have [${shape}]`);
  }
  return tensor.value;
}

function parseConfig(bytes: Uint8Array): ConfigFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid(`${CONFIG} is not JSON in UTF-8`, cause);
  }
  const file: Partial<Record<keyof ConfigFile, unknown>> = Object(parsed);
  if (file.format !== FORMAT && file.format !== FIRST_FORMAT)
    throw invalid(`${CONFIG} has the format ${JSON.stringify(file.format)}, not "${FORMAT}"`);
  if (file.tokenizer !== TOKENIZER_VERSION) {
    throw invalid(
      `it was trained with the tokenizer ${JSON.stringify(file.tokenizer)}, and this is "${TOKENIZER_VERSION}"`,
    );
  }
  const { labels, seed, weights, training, config, vocabulary } = file;
  const strings = Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [];
  if (
    !Array.isArray(labels) ||
    strings.length !== labels.length ||
    new Set(strings).size < Math.max(2, strings.length)
  ) {
    throw invalid(`${CONFIG} has no list of two or more different labels`);
  }
  if (
    typeof seed !== 'number' ||
    typeof weights !== 'string' ||
    !Array.isArray(training) ||
    !Array.isArray(vocabulary)
  ) {
    throw invalid(`${CONFIG} lacks its seed, the digest of its weights, the course of its training or its vocabulary`);
  }
  // resolveConfig checks every setting; one that is left out would silently be today's default.
  const resolved = resolveConfig(Object(config));
  const expected =
    file.format === FORMAT
      ? resolved
      : Object.fromEntries(Object.entries(resolved).filter(([setting]) => !SETTINGS_SINCE.includes(setting)));
  if (JSON.stringify(expected) !== JSON.stringify(config)) throw invalid(`${CONFIG} leaves settings out`);
  return {
    format: FORMAT,
    tokenizer: TOKENIZER_VERSION,
    labels: strings,
    seed,
    weights,
    training,
    config: resolved,
    vocabulary,
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function invalid(why: string, cause?: unknown): LearnError {
  return new LearnError('ASSAY_LEARN_MODEL_INVALID', `The model cannot be loaded: ${why}.`, {
    hint: 'Take both files from where the model was saved, again and together.',
    cause,
  });
}
