import { z } from '@hono/zod-openapi';
import { anyJson, list, runId, sha256, time } from './fields.ts';
import { artifactSchema } from './records.ts';

export const runStateSchema = z.enum(['running', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export const stageStateSchema = z.enum([
  'waiting',
  'running',
  'succeeded',
  'cached',
  'failed',
  'cancelled',
  'interrupted',
  'skipped',
  'blocked',
]);

export const runSummarySchema = z
  .object({
    id: runId,
    pipeline: z.string(),
    version: z.string().openapi({ description: "the pipeline's, M:m:p" }),
    state: runStateSchema,
    started: time,
    ended: time.nullable(),
    seconds: z.number().nullable().openapi({ description: 'null while it runs' }),
    record: sha256.nullable().openapi({ description: 'hash of the run record; null until it is sealed' }),
    stages: list(z.object({ id: z.string(), group: z.string(), state: stageStateSchema })),
  })
  .openapi('RunSummary');

const pathKind = z.enum(['file', 'directory']);

const inputSchema = z.object({
  port: z.string(),
  path: z.string(),
  from: z
    .object({ stage: z.string(), port: z.string() })
    .nullable()
    .openapi({ description: 'the output it is connected to; null for data from outside' }),
  object: z
    .object({ kind: pathKind, sha256 })
    .nullable()
    .openapi({ description: 'what was read, a folder by the digest of its manifest; null until known' }),
});

const outputSchema = z.object({
  port: z.string(),
  path: z.string(),
  role: z.enum(['artifact', 'metrics', 'plot', 'model', 'report']),
  object: z
    .object({
      kind: pathKind,
      sha256,
      md5: z.string(),
      size: z.number().openapi({ description: 'bytes in all' }),
      files: z.number(),
    })
    .nullable()
    .openapi({ description: 'what was made, a folder by the digest of its manifest; null until known' }),
});

export const stageSchema = z
  .object({
    id: z.string(),
    group: z.string(),
    description: z.string().nullable(),
    needs: list(z.string()),
    commands: list(list(z.string())),
    state: stageStateSchema,
    because: z.string().nullable().openapi({ description: 'why it ran, or why not, in words' }),
    started: time.nullable(),
    ended: time.nullable(),
    seconds: z.number().nullable(),
    exitCode: z.number().nullable(),
    message: z.string().nullable().openapi({ description: 'what went wrong' }),
    hasLog: z.boolean(),
    key: z.string().nullable().openapi({ description: 'the cache key' }),
    record: sha256.nullable().openapi({ description: 'hash of the stage-run record that it stands for' }),
    source: runId.nullable().openapi({ description: 'the run that executed it: another one where it is cached' }),
    parameters: z.record(z.string(), anyJson),
    inputs: list(inputSchema),
    outputs: list(outputSchema),
  })
  .openapi('Stage');

export const runSchema = runSummarySchema
  .extend({
    file: z.string(),
    description: z.string().nullable(),
    pipelineRecord: sha256,
    parameters: z.record(z.string(), anyJson),
    code: z
      .object({
        commit: z.string().nullable(),
        branch: z.string().nullable(),
        dirty: z.boolean(),
        patch: sha256.nullable().openapi({ description: 'object with what was not committed' }),
      })
      .nullable(),
    environment: z.object({
      os: z.string(),
      arch: z.string(),
      node: z.string(),
      assay: z.string(),
      cpus: z.number(),
      cpu: z.string(),
      memoryBytes: z.number(),
    }),
    stages: list(stageSchema),
  })
  .openapi('Run');

export const runListSchema = z
  .object({
    items: list(runSummarySchema).openapi({ description: 'newest first' }),
    next: runId.nullable().openapi({ description: '`before` of the next page; null at the end' }),
  })
  .openapi('RunList');

export const logSchema = z
  .object({
    run: runId.openapi({ description: 'whose log it is: of a cached stage, the run that executed it' }),
    text: z.string(),
    offset: z.number().openapi({ description: 'byte at which the text begins' }),
    next: z.number().openapi({ description: 'byte to ask for next' }),
    ended: z.boolean().openapi({ description: 'there is no more, and nothing will follow' }),
  })
  .openapi('Log');

export const comparisonSchema = z
  .object({
    stage: z.string(),
    object: artifactSchema,
    comparison: anyJson.openapi({ description: 'the content of comparison.json' }),
  })
  .openapi('Comparison');

export type RunState = z.infer<typeof runStateSchema>;
export type StageState = z.infer<typeof stageStateSchema>;
export type RunSummary = z.infer<typeof runSummarySchema>;
export type StageView = z.infer<typeof stageSchema>;
export type RunView = z.infer<typeof runSchema>;
export type RunList = z.infer<typeof runListSchema>;
export type LogPart = z.infer<typeof logSchema>;
export type ComparisonView = z.infer<typeof comparisonSchema>;
