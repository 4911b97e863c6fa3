import { createRoute, z } from '@hono/zod-openapi';
import { limit, reference } from '../schemas/fields.ts';
import { lineageSchema } from '../schemas/index.ts';
import { badRequest, json, notFound } from './answers.ts';

export const getLineage = createRoute({
  method: 'get',
  path: '/api/lineage',
  summary: 'What something came from, or what came of it',
  request: {
    query: z.object({ ref: reference, direction: z.enum(['up', 'down']).default('up'), depth: limit(50, 20) }),
  },
  responses: { 200: json(lineageSchema, 'a graph of records and objects'), ...badRequest, ...notFound },
});
