import { createHash } from 'node:crypto';
import { type BackendChoice, createBackend } from '../backend/index.ts';
import { TextClassifier } from '../models/index.ts';
import { MultiWindowEncoder, Network, WindowEncoder } from '../network/index.ts';
import { TOKENIZER_VERSION, Vocabulary } from '../tokens/index.ts';
import { resolveConfig, type TrainingConfig } from '../training/index.ts';
import { METADATA } from './export-onnx.ts';
import { invalid, readFields, readString } from './protobuf-reader.ts';
import { fromFilter } from './window-filter.ts';

/** What an exported classifier's ONNX file says of itself. */
export interface OnnxDescription {
  readonly labels: readonly string[];
  readonly vocabulary: Vocabulary;
  readonly config: TrainingConfig;
  readonly seed: number;
}

/**
 * Reads the metadata that `exportOnnx` wrote.
 *
 * @throws LearnError `ASSAY_LEARN_ONNX_INVALID` when the file is broken, was not written by `exportOnnx`, needs another
 * tokenizer, or its vocabulary is not the one its digest names.
 */
export function readDescription(bytes: Uint8Array): OnnxDescription {
  const metadata = new Map<string, string>();
  for (const field of readFields(bytes)) {
    if (field.number !== 14) continue;
    let key = '';
    let value = '';
    for (const part of readFields(field.bytes)) {
      if (part.number === 1) key = readString(part);
      if (part.number === 2) value = readString(part);
    }
    metadata.set(key, value);
  }
  const json = (key: string): unknown => {
    const text = metadata.get(key);
    if (text === undefined) throw invalid(`its metadata lacks ${key}`);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw invalid(`its metadata's ${key} is not JSON`, cause);
    }
  };
  const tokenizer = metadata.get(METADATA.tokenizer);
  if (tokenizer !== TOKENIZER_VERSION) {
    throw invalid(`it needs the tokenizer ${JSON.stringify(tokenizer)}, and this is "${TOKENIZER_VERSION}"`);
  }
  const labels = json(METADATA.labels);
  const names = Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [];
  if (!Array.isArray(labels) || names.length !== labels.length || names.length < 2) {
    throw invalid(`its metadata's ${METADATA.labels} is no list of labels`);
  }
  const vocabulary = Vocabulary.fromJSON(json(METADATA.vocabulary));
  if (vocabulary.digest() !== metadata.get(METADATA.vocabularyDigest)) {
    throw invalid('its vocabulary is not the one that its digest names');
  }
  const seed = Number(metadata.get(METADATA.seed));
  return { labels: names, vocabulary, config: resolveConfig(Object(json(METADATA.config))), seed };
}

/**
 * The classifier from the file's weights, to be computed by this library's own kernels.
 *
 * @throws LearnError `ASSAY_LEARN_ONNX_INVALID` also when a weight is missing or has another size.
 */
export function importOnnx(bytes: Uint8Array, backendChoice: BackendChoice = 'auto'): TextClassifier {
  const { labels, vocabulary, config, seed } = readDescription(bytes);
  const constants = readConstants(bytes);
  const backend = createBackend(backendChoice);
  const networks = Array.from({ length: config.members }, (_, member) => {
    const network = new Network(config, vocabulary.size, labels.length, backend);
    const windows = network.encoders.flatMap((encoder) => {
      if (encoder instanceof MultiWindowEncoder) return encoder.windows;
      return encoder instanceof WindowEncoder ? [encoder] : [];
    });
    for (const parameter of network.parameters) {
      const name = `${member}.${parameter.name}`;
      const values = constants.get(name);
      if (values?.length !== parameter.value.length)
        throw invalid(`its constant ${name} is missing or of another size`);
      const window = windows.find(({ weight }) => weight === parameter);
      parameter.value.set(window === undefined ? values : fromFilter(values, window));
    }
    return network;
  });
  return new TextClassifier({ networks, vocabulary, labels, config, seed, outcomes: [] });
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readConstants(bytes: Uint8Array): Map<string, Float32Array> {
  const constants = new Map<string, Float32Array>();
  for (const model of readFields(bytes)) {
    if (model.number !== 7) continue;
    for (const graph of readFields(model.bytes)) {
      if (graph.number !== 5) continue;
      let name = '';
      let type = 0;
      let raw = new Uint8Array(0);
      for (const tensor of readFields(graph.bytes)) {
        if (tensor.number === 2) type = tensor.integer;
        if (tensor.number === 8) name = readString(tensor);
        if (tensor.number === 9) raw = tensor.bytes.slice();
      }
      if (type === 1 && raw.length % 4 === 0) constants.set(name, floats(raw, name));
    }
  }
  return constants;
}

function floats(raw: Uint8Array, name: string): Float32Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Float32Array.from({ length: raw.length / 4 }, (_, i) => {
    const value = view.getFloat32(i * 4, true);
    if (!Number.isFinite(value)) throw invalid(`its constant ${name} holds ${value} at position ${i}`);
    return value;
  });
}
