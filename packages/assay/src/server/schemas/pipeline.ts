import { z } from '@hono/zod-openapi';
import { anyJson, list, runId, time } from './fields.ts';
import { stageStateSchema } from './runs.ts';

const content = {
  hash: z.string().nullable().openapi({ description: 'as locked; null where it never was' }),
  size: z.number().nullable(),
  files: z.number().nullable(),
};

export const pipelineStageSchema = z
  .object({
    id: z.string().openapi({ description: "DVC's address: `train`, `sub/dvc.yaml:train`, `data.dvc`" }),
    file: z.string(),
    kind: z.enum(['stage', 'data', 'import']).openapi({ description: 'data and imports are those that stages need' }),
    group: z.string().nullable().openapi({ description: 'of a foreach or matrix: what its stages have in common' }),
    description: z.string().nullable(),
    commands: list(z.string()),
    directory: z.string(),
    isFrozen: z.boolean(),
    isAlwaysChanged: z.boolean(),
    isLocked: z.boolean().openapi({ description: 'false: it was never run' }),
    needs: list(z.string()),
    dependencies: list(z.object({ path: z.string(), from: z.string().nullable(), ...content })),
    outputs: list(
      z.object({
        path: z.string(),
        role: z.enum(['output', 'metrics', 'plot']),
        inCache: z.boolean(),
        isKept: z.boolean().openapi({ description: '`persist`: not removed before the stage runs' }),
        ...content,
      }),
    ),
    parameters: list(
      z.object({
        file: z.string(),
        name: z.string(),
        value: anyJson.optional().openapi({ description: 'in the workspace; absent where it is not there' }),
        locked: anyJson.optional().openapi({ description: 'when the stage was last run; absent where it was not' }),
      }),
    ),
    metrics: list(z.object({ file: z.string(), name: z.string(), value: anyJson })),
    lastRun: z
      .object({ run: runId, state: stageStateSchema, started: time.nullable(), ended: time.nullable() })
      .nullable()
      .openapi({ description: 'in the newest runs of this ledger' }),
  })
  .openapi('PipelineStage');

export const pipelineSchema = z
  .object({
    stages: list(pipelineStageSchema).openapi({ description: 'each after those it needs' }),
    unused: z.number().openapi({ description: '.dvc files that no stage needs' }),
  })
  .openapi('Pipeline');

export const pipelineStatesSchema = z
  .object({
    at: time,
    changed: list(
      z.object({
        id: z.string(),
        reasons: list(
          z.object({
            what: z.enum(['dependency', 'parameter', 'output', 'command', 'always', 'checksum']),
            path: z.string().nullable(),
            name: z.string().nullable().openapi({ description: 'of a parameter' }),
            state: z.string().nullable().openapi({ description: 'modified, new, deleted, not in cache' }),
          }),
        ),
      }),
    ).openapi({ description: 'stages that are not as their lock says; all others are' }),
  })
  .openapi('PipelineStates');

export type PipelineView = z.infer<typeof pipelineSchema>;
export type PipelineStageView = z.infer<typeof pipelineStageSchema>;
export type PipelineStates = z.infer<typeof pipelineStatesSchema>;
export type StageReason = PipelineStates['changed'][number]['reasons'][number];
