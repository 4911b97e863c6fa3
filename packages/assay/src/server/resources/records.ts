import { createRoute, z } from '@hono/zod-openapi';
import { kind, limit, offset, reference } from '../schemas/fields.ts';
import { recordListSchema, recordSchema } from '../schemas/index.ts';
import { badRequest, json, notFound } from './answers.ts';

const record = z.object({ ref: reference });

export const listRecords = createRoute({
  method: 'get',
  path: '/api/records',
  summary: 'Records, newest first',
  request: {
    query: z.object({
      kind: kind.optional(),
      before: offset.removeDefault().optional().openapi({ description: 'only records with a lower index' }),
      limit: limit(500, 50),
    }),
  },
  responses: { 200: json(recordListSchema, 'a page of records'), ...badRequest },
});

export const getRecord = createRoute({
  method: 'get',
  path: '/api/records/{ref}',
  summary: 'One record, with its body and the proof of its place',
  description: "`ref` is a record's hash or the beginning of it, or `kind/id@M:m:p` with its `/` as `%2F`.",
  request: { params: record },
  responses: { 200: json(recordSchema, 'the record'), ...badRequest, ...notFound },
});

export const getReceipt = createRoute({
  method: 'get',
  path: '/api/records/{ref}/receipt',
  summary: 'A receipt, to be checked offline with `assay verify --receipt`',
  request: { params: record },
  responses: {
    200: { description: 'the receipt, as a download', content: { 'application/octet-stream': { schema: z.string() } } },
    ...badRequest,
    ...notFound,
  },
});
