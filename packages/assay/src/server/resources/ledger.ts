import { createRoute, z } from '@hono/zod-openapi';
import { limit, offset } from '../schemas/fields.ts';
import { entriesSchema, ledgerSchema } from '../schemas/index.ts';
import { badRequest, json } from './answers.ts';

export const getLedger = createRoute({
  method: 'get',
  path: '/api/ledger',
  summary: 'The ledger: its key, size and newest checkpoint',
  responses: { 200: json(ledgerSchema, 'the ledger') },
});

export const getEntries = createRoute({
  method: 'get',
  path: '/api/ledger/entries',
  summary: 'Entries as sealed, for computing the tree again',
  request: { query: z.object({ start: offset, limit: limit(1000, 1000) }) },
  responses: { 200: json(entriesSchema, 'a page of entries'), ...badRequest },
});
