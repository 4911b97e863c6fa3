import { createRoute, z } from '@hono/zod-openapi';
import { findReference, walk } from '../../lineage/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { limit, reference } from '../schemas/fields.ts';
import { lineageSchema } from '../schemas/index.ts';
import { showLineage } from '../views/lineage.ts';
import { badRequest, json, notFound } from './answers.ts';

const getLineage = createRoute({
  method: 'get',
  path: '/api/lineage',
  summary: 'What something came from, or what came of it',
  request: {
    query: z.object({ ref: reference, direction: z.enum(['up', 'down']).default('up'), depth: limit(50, 20) }),
  },
  responses: { 200: json(lineageSchema, 'a graph of records and objects'), ...badRequest, ...notFound },
});

export function lineageRoutes({ lineage: { records } }: Pick<ApiDependencies, 'lineage'>) {
  return createRoutes().openapi(getLineage, async (c) => {
    const { ref, direction, depth } = c.req.valid('query');
    return c.json(showLineage(await walk(records, await findReference(records, ref), { direction, depth })), 200);
  });
}
