import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  asTextModel,
  endpointModel,
  importOnnx,
  OnnxTextClassifier,
  type TextClassifier,
  type TextModel,
} from '@assay/learn';
import { AssayError } from '../errors.ts';
import { ModelRegistry } from '../models/index.ts';
import { loadClassifier } from '../serving/index.ts';
import type { Context } from './context.ts';

/** A model to be explained, wherever it is. */
export interface ExplainedModel {
  readonly name: string;
  /** Of the registry; null for a file or an endpoint. */
  readonly version: string | null;
  /** What every method but integrated gradients asks. */
  readonly model: TextModel;
  /** The network itself, which integrated gradients need. Throws where it cannot be had. */
  network(): TextClassifier;
}

/**
 * Opens a registered model, an ONNX file (`*.onnx`), or an endpoint (`http://…`).
 *
 * @param labels names of an endpoint's labels, in the order of its probabilities.
 * @throws AssayError, LearnError as what opens them.
 */
export async function openExplainedModel(
  reference: string,
  context: Context,
  labels: readonly string[] | undefined,
): Promise<ExplainedModel> {
  if (/^https?:\/\//.test(reference)) {
    const model = await endpointModel(reference, labels === undefined ? {} : { labels });
    const network = () => {
      throw new AssayError('ASSAY_EXPLAIN_METHOD', `an endpoint only answers: ${reference} gives no gradients`, {
        hint: '--method lime, kernel-shap, partition-shap or occlusion.',
      });
    };
    return { name: reference, version: null, model, network };
  }
  if (reference.endsWith('.onnx')) {
    const path = resolve(context.directory, reference);
    const classifier = await OnnxTextClassifier.open(path);
    const bytes = await readFile(path);
    return { name: reference, version: null, model: asTextModel(classifier), network: () => importOnnx(bytes) };
  }
  const version = await new ModelRegistry(await context.records()).find(reference);
  const classifier = await loadClassifier(version, context.objects());
  const { name, version: number } = version.body;
  return { name, version: number, model: asTextModel(classifier), network: () => classifier };
}
