import { z } from '@hono/zod-openapi';
import { kind, list, sha256, time, version } from './fields.ts';
import { artifactSchema } from './records.ts';

const format = z.enum(['json', 'ion', 'yaml', 'jdf']);
const change = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'retyped', 'changed']),
  before: z.string().nullable().openapi({ description: 'numbers in all their digits' }),
  after: z.string().nullable(),
  numeric: z.boolean(),
});
const fileChange = z.object({ name: z.string(), change: z.enum(['added', 'removed', 'changed']) });

export const trackedRevisionSchema = z
  .object({
    kind: z.string(),
    id: z.string(),
    revision: z.number(),
    version: z.string(),
    event: z.enum(['created', 'updated', 'rolled-back', 'retired', 'redacted']),
    at: time,
    by: z.string(),
    hash: sha256,
    index: z.number(),
    metadataFormat: format,
    data: artifactSchema.extend({ format }).nullable(),
    files: list(artifactSchema),
  })
  .openapi('TrackedRevision');
export const trackedRecordSchema = trackedRevisionSchema
  .extend({
    note: z.string().nullable(),
    metadata: z
      .object({ text: z.string().nullable(), base64: z.string() })
      .nullable()
      .openapi({ description: 'byte for byte; `text` is null for binary Ion; null when redacted' }),
  })
  .openapi('TrackedRecord');
export const trackPlanSchema = z
  .object({ version: z.string(), because: z.string(), changes: list(change), files: list(fileChange) })
  .openapi('TrackPlan');
export const trackSealedSchema = trackPlanSchema
  .extend({
    sealed: trackedRevisionSchema,
    receipt: z.unknown().openapi({ description: 'checked offline with `assay verify --receipt`' }),
  })
  .openapi('TrackSealed');
const side = z.object({ size: z.number(), md5: z.string(), sha256 }).nullable();
export const trackDiffSchema = z
  .object({
    changes: list(change),
    files: list(z.object({ name: z.string(), before: side, after: side })),
    metrics: list(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  })
  .openapi('TrackDiff');
export const trackStatisticsSchema = z
  .object({
    records: z.number(),
    revisions: z.number(),
    byKind: list(z.object({ kind: z.string(), records: z.number(), revisions: z.number() })),
    byPerson: list(z.object({ by: z.string(), revisions: z.number(), last: time })),
    byDay: list(z.object({ day: z.string(), revisions: z.number() })),
    byEvent: list(z.object({ event: z.string(), revisions: z.number() })),
    mostChanged: list(
      z.object({
        kind: z.string(),
        id: z.string(),
        revisions: z.number(),
        versions: list(z.object({ version: z.string(), at: time, event: z.string() })),
      }),
    ),
  })
  .openapi('TrackStatistics');

const document = z.object({
  format,
  text: z.string().optional().openapi({ description: 'one of `text` and `base64`' }),
  base64: z.base64().optional(),
});
export const trackRequestSchema = z
  .object({
    kind,
    id: z.string().min(1).max(200),
    metadata: document.optional(),
    data: document.optional(),
    note: z.string().max(10_000).optional(),
    version: version.optional(),
    base: z.string().max(64).optional().openapi({ description: 'the revision that it builds on' }),
    removeFiles: list(z.string()).optional(),
    revive: z.boolean().optional(),
  })
  .openapi('TrackRequest');
export const trackEventRequestSchema = z
  .object({
    kind,
    id: z.string().min(1).max(200),
    to: z.string().max(64).optional().openapi({ description: 'of a rollback: the revision to go back to' }),
    note: z.string().max(10_000).optional(),
    base: z.string().max(64).optional(),
  })
  .openapi('TrackEventRequest');
