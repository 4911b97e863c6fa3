import { createRoute, z } from '@hono/zod-openapi';
import { makeReceipt, resolveReference } from '../../records/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { kind, limit, reference } from '../schemas/fields.ts';
import { recordListSchema, recordSchema } from '../schemas/index.ts';
import { listRecords, showRecord } from '../views/records.ts';
import { badRequest, download, json, notFound } from './answers.ts';

const record = z.object({ ref: reference });

const getRecords = createRoute({
  method: 'get',
  path: '/api/records',
  summary: 'Records, newest first',
  request: {
    query: z.object({
      kind: kind.optional(),
      before: z.coerce
        .number()
        .int({ error: 'must be a whole number' })
        .min(0, { error: 'must not be negative' })
        .optional()
        .openapi({ type: 'integer', description: 'only records with a lower index' }),
      limit: limit(500, 50),
    }),
  },
  responses: { 200: json(recordListSchema, 'a page of records'), ...badRequest },
});

const getRecord = createRoute({
  method: 'get',
  path: '/api/records/{ref}',
  summary: 'One record, with its body and the proof of its place',
  description: "`ref` is a record's hash or the beginning of it, or `kind/id@M:m:p` with its `/` as `%2F`.",
  request: { params: record },
  responses: { 200: json(recordSchema, 'the record'), ...badRequest, ...notFound },
});

const getReceipt = createRoute({
  method: 'get',
  path: '/api/records/{ref}/receipt',
  summary: 'A receipt, to be checked offline with `assay verify --receipt`',
  request: { params: record },
  responses: {
    200: { description: 'the receipt, as a download', content: { 'application/json': { schema: z.unknown() } } },
    ...badRequest,
    ...notFound,
  },
});

export function recordRoutes({ lineage: { records }, cosigned }: Pick<ApiDependencies, 'lineage' | 'cosigned'>) {
  return createRoutes()
    .openapi(getRecords, async (c) => c.json(await listRecords(records, c.req.valid('query')), 200))
    .openapi(getRecord, async (c) => c.json(await showRecord(records, c.req.valid('param').ref), 200))
    .openapi(getReceipt, async (c) => {
      const sealed = await resolveReference(records, c.req.valid('param').ref);
      const { kind: kindOf, id } = sealed.record;
      c.header('content-disposition', download(`${kindOf}-${id}-${sealed.hash.slice(0, 12)}.receipt.json`));
      return c.json(await makeReceipt(records, sealed, cosigned()), 200);
    });
}
