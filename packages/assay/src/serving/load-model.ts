import { fromFiles, OnnxTextClassifier, TextClassifier } from '@assay/learn';
import { AssayError } from '../errors.ts';
import type { ModelVersion } from '../models/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import type { Prediction, ServedModel } from './served-model.ts';
import type { Tensor } from './tensor.ts';

/**
 * Loads a version's ONNX file to predict with; its bytes are hashed before they are used.
 * @throws AssayError `ASSAY_MODEL_FILE_MISSING`, `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED`; LearnError when the file is no such model.
 */
export async function loadServedModel(version: ModelVersion, objects: ObjectStore): Promise<ServedModel> {
  const classifier = await OnnxTextClassifier.open(await readFile(version, objects, 'model.onnx'));
  const { labels, inputs, outputs } = version.body.signature;
  return {
    name: version.body.name,
    version: version.body.version,
    ref: `record:${version.sealed.hash}`,
    labels,
    inputs,
    outputs,
    async predict(texts) {
      const predictions = await classifier.predict(texts);
      return predictions.map(
        ({ label, probabilities }): Prediction => ({
          label,
          probabilities: labels.map((name) => probabilities[name] ?? 0),
        }),
      );
    },
    infer: (tensors) => infer(classifier, tensors),
  };
}

/** Loads a version's own network: what integrated gradients need. Throws as {@link loadServedModel}. */
export async function loadClassifier(version: ModelVersion, objects: ObjectStore): Promise<TextClassifier> {
  return new TextClassifier(
    fromFiles({
      'model.safetensors': await readFile(version, objects, 'model.safetensors'),
      'config.json': await readFile(version, objects, 'config.json'),
    }),
  );
}

async function readFile(version: ModelVersion, objects: ObjectStore, name: string): Promise<Uint8Array> {
  const artifact = version.sealed.record.artifacts.find((file) => file.name === name);
  if (!artifact) {
    throw new AssayError(
      'ASSAY_MODEL_FILE_MISSING',
      `${version.body.name}@${version.body.version} has no file ${name}`,
      {
        hint: 'Only models that `assay learn train` wrote can be loaded here.',
      },
    );
  }
  return objects.read(artifact.sha256);
}

async function infer(classifier: OnnxTextClassifier, tensors: readonly Tensor[]): Promise<readonly Tensor[]> {
  const [tokens] = tensors;
  if (
    tensors.length !== 1 ||
    tokens?.name !== 'tokens' ||
    !(tokens.data instanceof BigInt64Array) ||
    tokens.shape.length !== 2
  ) {
    throw new AssayError('ASSAY_SERVE_REQUEST', 'the model takes one input: tokens, INT64, [batch, length]');
  }
  const [batch = 0, length = 0] = tokens.shape;
  if (batch === 0 || length === 0) throw new AssayError('ASSAY_SERVE_REQUEST', 'tokens has no elements');
  try {
    const { probabilities, attention } = await classifier.infer(tokens.data, batch, length);
    return [
      { name: 'probabilities', datatype: 'FP32', shape: [batch, classifier.labels.length], data: probabilities },
      { name: 'attention', datatype: 'FP32', shape: [batch, length], data: attention },
    ];
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ASSAY_LEARN_TOKENS_INVALID')) throw error;
    throw new AssayError('ASSAY_SERVE_REQUEST', error.message, { cause: error });
  }
}
