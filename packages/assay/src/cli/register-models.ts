import { basename } from 'node:path';
import { StoredFiles } from '../lineage/index.ts';
import { ModelRegistry, type ModelVersion, type ModelVersionBody, type Score } from '../models/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import type { Artifact, RecordStore, SealedRecord } from '../records/index.ts';
import { type Run, readStageRun } from '../runs/index.ts';

export interface Registered {
  readonly version: ModelVersion;
  /** False when the newest version is the same already. */
  readonly created: boolean;
}

/** The files of a trained text classifier that predictions depend on, and those that tell about it. */
const modelFiles = ['model.onnx', 'model.safetensors', 'config.json'];
const moreFiles = ['evaluation.json', 'examples.jsonl', 'report.html'];

/**
 * Registers each output of role `model` of a run that succeeded as a version of the model named after the pipeline, or
 * `<pipeline>-<stage>` where the pipeline makes several.
 */
export async function registerModels(
  run: Run,
  records: RecordStore,
  objects: ObjectStore,
): Promise<readonly Registered[]> {
  if (run.state !== 'succeeded' || !run.record) return [];
  const found: { stage: string; sealed: SealedRecord; files: readonly Artifact[] }[] = [];
  const stored = new StoredFiles(objects);
  for (const { stage, record } of run.stages) {
    const sealed = record ? await records.get(record) : undefined;
    if (!sealed) continue;
    const { outputs } = await readStageRun(records, sealed);
    for (const output of outputs.filter(({ role }) => role === 'model')) {
      const files: Artifact[] = [];
      for await (const file of stored.of(sealed)) if (file.name.startsWith(`${output.path}/`)) files.push(file);
      found.push({ stage, sealed, files });
    }
  }
  const registry = new ModelRegistry(records);
  const registered: Registered[] = [];
  for (const { stage, sealed, files } of found) {
    const artifacts = [...modelFiles, ...moreFiles].flatMap((name) =>
      files.filter((file) => basename(file.name) === name).map((file) => ({ ...file, name })),
    );
    if (!modelFiles.every((name) => artifacts.some((artifact) => artifact.name === name))) continue;
    const bytesOf = (name: string) => artifacts.find((artifact) => artifact.name === name);
    const config = await objects.read(bytesOf('config.json')!.sha256);
    const evaluation = bytesOf('evaluation.json');
    registered.push(
      await registry.register({
        name: found.length === 1 ? run.pipeline : `${run.pipeline}-${stage}`,
        ...(run.detail.description === undefined ? {} : { description: run.detail.description }),
        signature: signatureOf(labelsOf(config)),
        artifacts,
        files: modelFiles,
        scores: evaluation ? scoresOf(await objects.read(evaluation.sha256)) : {},
        run: `record:${run.record}`,
        stageRun: `record:${sealed.hash}`,
      }),
    );
  }
  return registered;
}

/** What `exportOnnx` writes: see its docstring. */
function signatureOf(labels: readonly string[]): ModelVersionBody['signature'] {
  return {
    inputs: [{ name: 'tokens', datatype: 'INT64', shape: [-1, -1] }],
    outputs: [
      { name: 'probabilities', datatype: 'FP32', shape: [-1, labels.length] },
      { name: 'attention', datatype: 'FP32', shape: [-1, -1] },
    ],
    labels,
  };
}

function labelsOf(config: Uint8Array): readonly string[] {
  const { labels }: { labels: readonly string[] } = JSON.parse(Buffer.from(config).toString('utf8'));
  return labels;
}

function scoresOf(evaluation: Uint8Array): Readonly<Record<string, Score>> {
  const { systems }: { systems: readonly { kind: string; macro_f1: Score; accuracy: Score }[] } = JSON.parse(
    Buffer.from(evaluation).toString('utf8'),
  );
  const model = systems.find(({ kind }) => kind === 'model');
  return model ? { macro_f1: model.macro_f1, accuracy: model.accuracy } : {};
}
