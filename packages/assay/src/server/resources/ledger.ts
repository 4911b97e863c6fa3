import { createRoute, z } from '@hono/zod-openapi';
import { readKeyRecords } from '../../records/index.ts';
import { toBase64 } from '../../records/proof/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { limit, offset } from '../schemas/fields.ts';
import { entriesSchema, ledgerSchema } from '../schemas/index.ts';
import { badRequest, json } from './answers.ts';

const getLedger = createRoute({
  method: 'get',
  path: '/api/ledger',
  summary: 'The ledger: its key, size and newest checkpoint',
  responses: { 200: json(ledgerSchema, 'the ledger') },
});

const getEntries = createRoute({
  method: 'get',
  path: '/api/ledger/entries',
  summary: 'Entries as sealed, for computing the tree again',
  request: { query: z.object({ start: offset, limit: limit(1000, 1000) }) },
  responses: { 200: json(entriesSchema, 'a page of entries'), ...badRequest },
});

export function ledgerRoutes({ project, lineage: { records } }: Pick<ApiDependencies, 'project' | 'lineage'>) {
  return createRoutes()
    .openapi(getLedger, async (c) => {
      const { origin, vkey } = project;
      const checkpoint = (await records.checkpoint()) ?? null;
      const keys = (await readKeyRecords(records)).map(({ index, salt, note }) => ({
        index,
        salt: toBase64(salt),
        note,
      }));
      return c.json({ origin, vkey, size: await records.size(), checkpoint, keys }, 200);
    })
    .openapi(getEntries, async (c) => {
      const { start, limit: count } = c.req.valid('query');
      const size = await records.size();
      const entries: string[] = [];
      for await (const { entry } of records.entries(start, Math.min(size, start + count)))
        entries.push(toBase64(entry));
      return c.json({ start, entries, size }, 200);
    });
}
