import { createRoute, z } from '@hono/zod-openapi';
import { AssayError } from '../../errors.ts';
import { schemaOf, setSchema } from '../../track/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { kind } from '../schemas/fields.ts';
import { errorSchema, recordSummarySchema, trackSchemaSchema } from '../schemas/index.ts';
import { summarize } from '../views/records.ts';
import { badRequest, json, notFound } from './answers.ts';

const part = z.enum(['metadata', 'data']).default('metadata');

const getSchema = createRoute({
  method: 'get',
  path: '/api/track-schemas/{kind}',
  summary: 'The JSON Schema that records of a kind are checked against',
  request: { params: z.object({ kind }), query: z.object({ part }) },
  responses: { 200: json(trackSchemaSchema, 'the schema, as it was written'), ...badRequest, ...notFound },
});

const postSchema = createRoute({
  method: 'post',
  path: '/api/track-schemas/{kind}',
  summary: 'Attaches a JSON Schema (2020-12) to a kind; each change is a revision of a record',
  request: {
    params: z.object({ kind }),
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ part, text: z.string().max(1_000_000) }) } },
    },
  },
  responses: {
    200: json(recordSummarySchema, 'the revision, sealed'),
    ...badRequest,
    409: json(errorSchema, 'schemas are guarded, or somebody was first'),
  },
});

export function trackSchemaRoutes({ lineage: { records } }: Pick<ApiDependencies, 'lineage'>) {
  return createRoutes()
    .openapi(getSchema, async (c) => {
      const { kind: kindOf } = c.req.valid('param');
      const { part: which } = c.req.valid('query');
      const found = await schemaOf(records, kindOf, which);
      if (found === undefined) {
        throw new AssayError('ASSAY_REF_UNKNOWN', `the kind ${kindOf} has no schema for its ${which}`, {
          hint: 'Attach one by `POST /api/track-schemas/{kind}`.',
        });
      }
      const text = Buffer.from(found.bytes).toString('utf8');
      return c.json({ part: which, record: summarize(found.sealed), text }, 200);
    })
    .openapi(postSchema, async (c) => {
      const { part: which, text } = c.req.valid('json');
      const document = { name: 'schema', format: 'json' as const, bytes: Buffer.from(text) };
      return c.json(summarize(await setSchema(records, c.req.valid('param').kind, which, document)), 200);
    });
}
