import { z } from '@hono/zod-openapi';
import { kind, list, md5, sha256, time, version } from './fields.ts';
import { artifactSchema, recordSummarySchema } from './records.ts';

const format = z.enum(['json', 'ion', 'yaml', 'jdf']);

/** A document as it was written: as text, or, where it is none, as base64. */
export const documentSchema = z
  .object({
    format,
    text: z.string().max(4_000_000).optional(),
    base64: z.base64({ error: 'must be base64' }).max(6_000_000).optional(),
  })
  .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), {
    error: 'must have `text` or `base64`',
  })
  .openapi('TrackedDocument');

const fileName = z.string().min(1).max(900);
export const recordId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{Cc}@]+$/u, { error: 'must have no spaces and no @' });
const note = z.string().max(10_000).optional();
const base = z
  .string()
  .max(64)
  .optional()
  .openapi({ description: 'the revision that this builds on; refused when somebody was first' });

export const submissionSchema = z
  .object({
    metadata: documentSchema.optional(),
    data: documentSchema.optional(),
    files: list(z.object({ name: fileName, sha256 }))
      .optional()
      .openapi({ description: 'of `POST /api/track-files`' }),
    note,
    version: version.optional().openapi({ description: 'in place of the proposed one' }),
    base,
    removeFiles: list(fileName).optional(),
    revive: z.boolean().optional().openapi({ description: 'take a retired record into use again' }),
  })
  .openapi('TrackSubmission');

export const changeSchema = z.object({ note, base }).openapi('TrackChange');
export const redactSchema = changeSchema
  .omit({ note: true })
  .extend({
    revisions: z.array(z.string().min(1).max(64)).min(1).max(100),
    reason: z
      .string()
      .min(1)
      .max(10_000)
      .openapi({ description: 'kept with the record: say it without what it hides' }),
  })
  .openapi('TrackRedaction');
export const rollbackSchema = changeSchema.extend({ to: z.string().min(1).max(64) }).openapi('TrackRollback');

const fieldChangeSchema = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'retyped', 'changed']),
  before: z.string().nullable(),
  after: z.string().nullable(),
  numeric: z.boolean(),
});

export const planSchema = z
  .object({
    version: z.string(),
    because: z.string(),
    changes: list(fieldChangeSchema),
    files: list(z.object({ name: z.string(), change: z.enum(['added', 'removed', 'changed']) })),
  })
  .openapi('TrackPlan');

export const sealedTrackSchema = planSchema.extend({ record: recordSummarySchema }).openapi('Tracked');

export const trackListSchema = z.object({ items: list(recordSummarySchema) }).openapi('TrackList');

const shownDocument = z.object({
  format,
  size: z.number(),
  text: z.string().nullable().openapi({ description: 'null when it is not text, too large to show, or redacted' }),
});

export const trackedRecordSchema = z
  .object({
    record: recordSummarySchema,
    note: z.string().nullable(),
    redacted: z
      .object({ revision: z.number(), at: time, by: z.string(), reason: z.string().nullable() })
      .nullable()
      .openapi({ description: 'by whom the content of this revision was taken away, and why' }),
    metadata: shownDocument,
    data: shownDocument.extend({ sha256, md5 }).nullable(),
    files: list(artifactSchema),
    revisions: list(recordSummarySchema).openapi({ description: 'oldest first' }),
    metrics: list(z.object({ path: z.string(), values: list(z.string().nullable()) })).openapi({
      description: 'numbers of the metadata over the revisions, in all their digits',
    }),
  })
  .openapi('TrackedRecord');

const hashed = z.object({ size: z.number(), md5, sha256 }).nullable();

export const trackDiffSchema = z
  .object({
    before: recordSummarySchema,
    after: recordSummarySchema,
    changes: list(fieldChangeSchema),
    files: list(z.object({ name: z.string(), before: hashed, after: hashed })),
    metrics: list(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  })
  .openapi('TrackDiff');

export const trackStatisticsSchema = z
  .object({
    records: z.number(),
    revisions: z.number(),
    byKind: list(z.object({ kind, records: z.number(), revisions: z.number() })),
    byPerson: list(z.object({ by: z.string(), revisions: z.number(), last: time })),
    byDay: list(z.object({ day: z.string(), revisions: z.number() })),
    byEvent: list(z.object({ event: z.string(), revisions: z.number() })),
    mostChanged: list(
      z.object({
        kind,
        id: z.string(),
        revisions: z.number(),
        versions: list(z.object({ version: z.string(), at: time, event: z.string() })),
      }),
    ),
  })
  .openapi('TrackStatistics');

export const redactedSchema = z
  .object({
    record: recordSummarySchema,
    revisions: list(z.number()),
    isNew: z.boolean().openapi({ description: 'false when all of it was redacted before' }),
    kept: list(z.object({ name: z.string(), record: z.string(), revision: z.number() })).openapi({
      description: 'what other revisions and records still hold of it',
    }),
  })
  .openapi('TrackRedacted');

export const uploadedSchema = z.object({ md5, sha256, size: z.number() }).openapi('UploadedFile');

const port = z.object({
  name: z.string(),
  type: z.string(),
  shape: list(z.union([z.number(), z.string()]))
    .nullable()
    .openapi({ description: 'null where the file says nothing' }),
});

export const modelFileSchema = z
  .object({
    recognised: z.boolean(),
    model: z
      .object({
        format: z.enum(['onnx', 'coreml', 'mlflow', 'pickle', 'torch', 'safetensors', 'pmml']),
        executable: z.boolean().openapi({ description: 'loading it by its own library can run any program' }),
        summary: z.string(),
        inputs: list(port),
        outputs: list(port),
        details: z.record(z.string(), z.unknown()).openapi({ description: 'what else the format tells' }),
      })
      .nullable(),
  })
  .openapi('ModelFile');

export const trackSchemaSchema = z
  .object({ part: z.enum(['metadata', 'data']), record: recordSummarySchema, text: z.string() })
  .openapi('TrackSchema');

export type ModelFile = z.infer<typeof modelFileSchema>;
export type TrackSchema = z.infer<typeof trackSchemaSchema>;
export type TrackedRecordView = z.infer<typeof trackedRecordSchema>;
export type TrackDiff = z.infer<typeof trackDiffSchema>;
export type TrackStatisticsView = z.infer<typeof trackStatisticsSchema>;
export type TrackPlan = z.infer<typeof planSchema>;
export type SealedTrack = z.infer<typeof sealedTrackSchema>;
export type TrackSubmission = z.infer<typeof submissionSchema>;
export type TrackedDocument = z.infer<typeof documentSchema>;
export type UploadedFile = z.infer<typeof uploadedSchema>;
