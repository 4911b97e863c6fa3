import { z } from '@hono/zod-openapi';
import { anyJson, list, md5, sha256, time } from './fields.ts';

export const recordSummarySchema = z
  .object({
    ref: z.string().openapi({ description: '`record:<hash>`' }),
    hash: sha256.openapi({ description: 'RFC 6962 leaf hash: the name of the record' }),
    index: z.number().openapi({ description: 'place in the ledger, from 0' }),
    kind: z.string(),
    id: z.string(),
    revision: z.number(),
    version: z.string().openapi({ description: 'M:m:p' }),
    event: z.enum(['created', 'updated', 'rolled-back', 'retired', 'redacted']),
    at: time,
    by: z.string(),
  })
  .openapi('RecordSummary');

export const artifactSchema = z
  .object({ name: z.string(), md5, sha256, size: z.number() })
  .openapi('Artifact', { description: 'bytes that a record vouches for' });

const linkSchema = z.object({
  role: z.string(),
  ref: z.string(),
  record: recordSummarySchema.nullable().openapi({ description: 'null where the ref is an object' }),
});

export const recordSchema = recordSummarySchema
  .extend({
    note: z.string().nullable(),
    body: z.object({
      mediaType: z.string(),
      digest: sha256.openapi({ description: 'SHA-256 over salt ‖ bytes' }),
      size: z.number(),
      state: z.enum(['present', 'redacted']),
      json: anyJson.openapi({ description: 'the body of a JSON record; null else' }),
      text: z.string().nullable().openapi({ description: 'the body of a record in text that is not JSON' }),
    }),
    artifacts: list(artifactSchema),
    parents: list(linkSchema),
    children: list(linkSchema).openapi({ description: 'records that name this one, with the role they give it' }),
    revisions: list(z.object({ revision: z.number(), hash: sha256, version: z.string(), at: time })),
    proof: z
      .object({
        size: z.number().openapi({ description: 'of the tree that the checkpoint signs' }),
        path: list(z.string()).openapi({ description: 'RFC 6962 audit path, base64' }),
        checkpoint: z.string(),
        entry: z.string().openapi({ description: 'the record as sealed, base64' }),
      })
      .nullable()
      .openapi({ description: 'inclusion under the newest checkpoint; null when none covers it yet' }),
  })
  .openapi('Record');

export const recordListSchema = z
  .object({
    items: list(recordSummarySchema).openapi({ description: 'newest first' }),
    next: z.number().nullable().openapi({ description: '`before` of the next page; null at the end' }),
  })
  .openapi('RecordList');

export type RecordSummary = z.infer<typeof recordSummarySchema>;
export type ArtifactView = z.infer<typeof artifactSchema>;
export type RecordView = z.infer<typeof recordSchema>;
export type RecordList = z.infer<typeof recordListSchema>;
