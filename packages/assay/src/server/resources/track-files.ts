import { createRoute, z } from '@hono/zod-openapi';
import { inspectModelFile } from '../../track/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { RequestError } from '../errors.ts';
import { createRoutes } from '../routes.ts';
import { sha256 } from '../schemas/fields.ts';
import { modelFileSchema, uploadedSchema } from '../schemas/index.ts';
import type { Uploads } from '../uploads.ts';
import { badRequest, json, notFound } from './answers.ts';

const postFile = createRoute({
  method: 'post',
  path: '/api/track-files',
  summary: 'Takes a file, whose bytes are the body, for a record that is to name it',
  description:
    'The body is `application/octet-stream` with a content-length. Send a file over 16 GiB by the command line.',
  responses: { 200: json(uploadedSchema, 'its hashes'), ...badRequest },
});

const getModel = createRoute({
  method: 'get',
  path: '/api/track-files/{sha256}/model',
  summary: 'What the bytes of a model file say of it; it is never loaded',
  description: 'Of a file that some record names, or that was sent to this server.',
  request: {
    params: z.object({ sha256 }),
    query: z.object({ name: z.string().min(1).max(900).default('file').openapi({ description: 'for messages' }) }),
  },
  responses: { 200: json(modelFileSchema, 'the description'), ...badRequest, ...notFound },
});

type Dependencies = Pick<ApiDependencies, 'lineage' | 'objects'>;

export function trackFileRoutes({ lineage: { records }, objects }: Dependencies, uploads: Uploads) {
  return createRoutes()
    .openapi(postFile, async (c) =>
      c.json(await uploads.take(c.req.raw.body, Number(c.req.header('content-length'))), 200),
    )
    .openapi(getModel, async (c) => {
      const { sha256: digest } = c.req.valid('param');
      const isKnown = uploads.has(digest) || (await records.children(`sha256:${digest}`)).length > 0;
      if (!isKnown || !(await objects.has(digest))) {
        throw new RequestError(404, 'ASSAY_API_NO_OBJECT', `no record names the object ${digest}`);
      }
      const found = inspectModelFile(objects.pathOf(digest), c.req.valid('query').name);
      return c.json({ recognised: found !== undefined, model: found ? described(found) : null }, 200);
    });
}

/** A copy that the answer may own. */
function described({
  format,
  executable,
  summary,
  inputs,
  outputs,
  details,
}: ReturnType<typeof inspectModelFile> & {}) {
  const port = ({ name, type, shape }: { name: string; type: string; shape?: readonly (number | string)[] }) => ({
    name,
    type,
    shape: shape ? [...shape] : null,
  });
  return {
    format,
    executable,
    summary,
    inputs: (inputs ?? []).map(port),
    outputs: (outputs ?? []).map(port),
    details: { ...details },
  };
}
