import { z } from 'zod';
import { StoredFiles } from '../lineage/index.ts';
import { ModelRegistry, type ModelVersion, type ModelVersionBody, type Score } from '../models/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import type { Artifact, RecordStore, SealedRecord } from '../records/index.ts';
import { type Run, readStageRun, type StageRunBody } from '../runs/index.ts';

export interface Registered {
  readonly version: ModelVersion;
  /** False when the newest version is the same already. */
  readonly created: boolean;
}

/** The files of a trained text classifier that predictions depend on, and those that tell about it. */
const modelFiles = ['model.onnx', 'model.safetensors', 'config.json'];
const moreFiles = ['evaluation.json', 'examples.jsonl', 'report.html'];

/** What became of the outputs of role `model` of a run. */
export interface Registration {
  readonly registered: readonly Registered[];
  /** Outputs that are no model that can be served here, each with the reason. */
  readonly passedOver: readonly { readonly output: string; readonly reason: string }[];
}

/**
 * Registers each output of role `model` of a run that succeeded as a version of the model named after the pipeline, or
 * `<pipeline>-<stage>` where the pipeline makes several, `<pipeline>-<stage>-<port>` where the stage does.
 */
export async function registerModels(run: Run, records: RecordStore, objects: ObjectStore): Promise<Registration> {
  const registered: Registered[] = [];
  const passedOver: { output: string; reason: string }[] = [];
  if (run.state !== 'succeeded' || !run.record) return { registered, passedOver };
  const made: { stage: string; sealed: SealedRecord; output: StageRunBody['outputs'][number] }[] = [];
  for (const { stage, record } of run.stages) {
    const sealed = record ? await records.get(record) : undefined;
    if (!sealed) continue;
    const { outputs } = await readStageRun(records, sealed);
    for (const output of outputs) if (output.role === 'model') made.push({ stage, sealed, output });
  }
  const stored = new StoredFiles(objects);
  const registry = new ModelRegistry(records);
  for (const { stage, sealed, output } of made) {
    const artifacts: Artifact[] = [];
    for await (const file of stored.of(sealed)) {
      const name = [...modelFiles, ...moreFiles].find((one) => file.name === `${output.path}/${one}`);
      if (name !== undefined) artifacts.push({ ...file, name });
    }
    const missing = modelFiles.filter((name) => !artifacts.some((artifact) => artifact.name === name));
    if (missing.length > 0) {
      passedOver.push({ output: output.path, reason: `it has no ${missing.join(', ')}` });
      continue;
    }
    const read = async <T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> => {
      const file = artifacts.find((artifact) => artifact.name === name);
      return file && schema.safeParse(await stored.json(file)).data;
    };
    const config = await read('config.json', configSchema);
    if (config === undefined) {
      passedOver.push({ output: output.path, reason: 'its config.json lists no labels' });
      continue;
    }
    const several = made.some((other) => other.stage === stage && other.output !== output);
    registered.push(
      await registry.register({
        name: [run.pipeline, ...(made.length > 1 ? [stage] : []), ...(several ? [output.port] : [])].join('-'),
        ...(run.detail.description === undefined ? {} : { description: run.detail.description }),
        signature: signatureOf(config.labels),
        artifacts,
        files: modelFiles,
        scores: scoresOf(await read('evaluation.json', evaluationSchema)),
        run: `record:${run.record}`,
        stageRun: `record:${sealed.hash}`,
      }),
    );
  }
  return { registered, passedOver };
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

const configSchema = z.object({ labels: z.array(z.string()).min(2) });
const scoreSchema = z.object({ value: z.number(), low: z.number(), high: z.number(), level: z.number() });
const evaluationSchema = z.object({
  systems: z.array(z.object({ kind: z.string(), macro_f1: scoreSchema, accuracy: scoreSchema })),
});

function scoresOf(evaluation: z.infer<typeof evaluationSchema> | undefined): Readonly<Record<string, Score>> {
  const model = evaluation?.systems.find(({ kind }) => kind === 'model');
  return model ? { macro_f1: model.macro_f1, accuracy: model.accuracy } : {};
}
