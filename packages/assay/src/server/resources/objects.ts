import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import { AssayError } from '../../errors.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { RequestError } from '../errors.ts';
import { createRoutes } from '../routes.ts';
import { sha256 } from '../schemas/fields.ts';
import { errorSchema } from '../schemas/index.ts';
import { badRequest, download, json, notFound } from './answers.ts';

const getObject = createRoute({
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

export function objectRoutes({ objects, lineage: { records } }: Pick<ApiDependencies, 'objects' | 'lineage'>) {
  return createRoutes().openapi(getObject, async (c) => {
    const { sha256: digest } = c.req.valid('param');
    const named = await records.children(`sha256:${digest}`);
    if (named.length === 0) {
      throw new RequestError(404, 'ASSAY_API_NO_OBJECT', `no record names the object ${digest}`);
    }
    const size = await objects.size(digest);
    if (size === undefined) {
      throw new AssayError('ASSAY_OBJECT_MISSING', `the object ${digest} is not in this project's store`, {
        hint: 'Data from outside is known by its digest alone; what a stage made comes back when the stage is run again.',
      });
    }
    const artifact = named.flatMap(({ record }) => record.artifacts).find((one) => one.sha256 === digest);
    const name = c.req.valid('query').name ?? artifact?.name.split('/').findLast((part) => part !== '') ?? digest;
    c.header('content-type', 'application/octet-stream');
    c.header('content-length', `${size}`);
    c.header('content-disposition', download(name));
    c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox");
    c.header('cache-control', 'private, max-age=31536000, immutable');
    return c.body(Readable.toWeb(objects.stream(digest)) as ReadableStream, 200);
  });
}
