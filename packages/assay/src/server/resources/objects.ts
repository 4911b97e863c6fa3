import { createRoute, z } from '@hono/zod-openapi';
import { sha256 } from '../schemas/fields.ts';
import { errorSchema } from '../schemas/index.ts';
import { badRequest, json, notFound } from './answers.ts';

export const getObject = createRoute({
  method: 'get',
  path: '/api/objects/{sha256}',
  summary: 'The bytes of an object that some record names, as a download',
  request: {
    params: z.object({ sha256 }),
    query: z.object({ name: z.string().min(1).max(200).optional().openapi({ description: 'for the saved file' }) }),
  },
  responses: {
    200: { description: 'the bytes', content: { 'application/octet-stream': { schema: z.string() } } },
    ...badRequest,
    ...notFound,
    410: json(errorSchema, 'a record names it, but its bytes are not here'),
  },
});
