import { z } from '@hono/zod-openapi';
import { anyJson, list, time } from './fields.ts';

export const experimentsSchema = z
  .object({
    columns: list(
      z.object({
        kind: z.enum(['metrics', 'params']),
        file: z.string(),
        name: z.string().openapi({ description: 'dotted' }),
      }),
    ).openapi({ description: 'metrics first' }),
    rows: list(
      z.object({
        kind: z.enum(['workspace', 'baseline', 'experiment']),
        rev: z.string().openapi({ description: 'a commit id, or `workspace`' }),
        name: z.string().nullable().openapi({ description: 'of an experiment, or of the branch or tag of a commit' }),
        baseline: z.string().nullable().openapi({ description: 'the commit that an experiment was derived from' }),
        created: time.nullable(),
        state: z.enum(['done', 'success', 'queued', 'running', 'failed']),
        error: z.string().nullable(),
        values: list(anyJson).openapi({ description: 'one for each column; null where there is none' }),
      }),
    ).openapi({ description: 'the workspace, then each commit followed by its experiments' }),
  })
  .openapi('Experiments');

export const plotsSchema = z
  .object({
    plots: list(
      z.discriminatedUnion('type', [
        z.object({
          type: z.literal('vega'),
          id: z.string(),
          spec: z.record(z.string(), anyJson).openapi({ description: 'Vega-Lite 5 with its data, over all revisions' }),
        }),
        z.object({
          type: z.literal('image'),
          id: z.string(),
          images: list(z.object({ revision: z.string(), path: z.string(), url: z.string() })).openapi({
            description: '`url` is a data URL',
          }),
        }),
      ]),
    ),
    failures: list(z.object({ plot: z.string().nullable(), revision: z.string(), message: z.string() })),
  })
  .openapi('Plots');

export type ExperimentsView = z.infer<typeof experimentsSchema>;
export type ExperimentColumn = ExperimentsView['columns'][number];
export type ExperimentRow = ExperimentsView['rows'][number];
export type PlotsView = z.infer<typeof plotsSchema>;
