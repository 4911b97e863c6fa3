import { z } from '@hono/zod-openapi';
import { list } from './fields.ts';
import { modelSummarySchema } from './models.ts';
import { runSummarySchema } from './runs.ts';

export const projectSchema = z
  .object({
    name: z.string(),
    repository: z
      .object({
        tracks: z.boolean().openapi({ description: 'whether the workspace has a .dvc file or a dvc.yaml' }),
        branch: z.string().nullable(),
        head: z.string().nullable().openapi({ description: 'the commit that is checked out' }),
      })
      .nullable()
      .openapi({ description: 'the DVC repository; null where there is none' }),
    origin: z
      .string()
      .nullable()
      .openapi({ description: 'null, like `vkey` and `ledger`, where nothing was recorded yet' }),
    vkey: z.string().nullable(),
    ledger: z.object({ size: z.number(), checkpoint: z.string().nullable() }).nullable(),
    counts: list(z.object({ kind: z.string(), records: z.number() })).openapi({ description: 'most first' }),
    runs: list(runSummarySchema).openapi({ description: 'the newest five' }),
    models: list(modelSummarySchema),
  })
  .openapi('Project');

/** What `GET /api/events` sends as the data of each event. */
export const eventSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('ledger'), size: z.number() }),
    z.object({ type: z.literal('run'), id: z.string() }),
  ])
  .openapi('Event');

export type ProjectView = z.infer<typeof projectSchema>;
export type StudioEvent = z.infer<typeof eventSchema>;
