import { createRoute, z } from '@hono/zod-openapi';
import type { RepositoryReader } from '../repository-reader.ts';
import { createRoutes } from '../routes.ts';
import { changeKindSchema, dataPath, look, revision } from '../schemas/data.ts';
import { limit, offset } from '../schemas/fields.ts';
import {
  dataDiffSchema,
  dataHistorySchema,
  dataStatesSchema,
  dataTextSchema,
  remoteStatesSchema,
  revisionsSchema,
  trackedListSchema,
} from '../schemas/index.ts';
import {
  listTracked,
  readImage,
  showHistory,
  showRemoteStates,
  showRevisions,
  showStates,
  showText,
} from '../views/data.ts';
import { showDiff } from '../views/data-diff.ts';
import { badRequest, json, notFound, unusable } from './answers.ts';

const getRevisions = createRoute({
  method: 'get',
  path: '/api/revisions',
  summary: 'Branches, tags and the newest commits of the repository',
  responses: { 200: json(revisionsSchema, 'what a revision can be chosen from'), ...notFound, ...unusable },
});

const getData = createRoute({
  method: 'get',
  path: '/api/data',
  summary: 'What is tracked in the workspace: by .dvc files and by stages',
  responses: { 200: json(trackedListSchema, 'in order of their paths'), ...notFound, ...unusable },
});

const getStates = createRoute({
  method: 'get',
  path: '/api/data/states',
  summary: 'How tracked data stands in the workspace',
  description: 'Looks at all of it; files that have not changed since the last look are not read again.',
  responses: { 200: json(dataStatesSchema, 'what has changed'), ...notFound, ...unusable },
});

const getRemoteStates = createRoute({
  method: 'get',
  path: '/api/data/remote-states',
  summary: 'What is in the cache and not in the remote, or the other way round',
  description: 'Asks the remote, over the network where it is there.',
  responses: { 200: json(remoteStatesSchema, 'what differs'), ...notFound, ...unusable },
});

const getHistory = createRoute({
  method: 'get',
  path: '/api/data/history',
  summary: 'The commits in which tracked data changed',
  request: {
    query: z.object({
      path: dataPath,
      all: z.enum(['true', 'false']).default('false').openapi({ description: 'of all branches and tags' }),
      limit: limit(200, 50),
      offset,
    }),
  },
  responses: { 200: json(dataHistorySchema, 'a page of versions'), ...badRequest, ...notFound, ...unusable },
});

const getDiff = createRoute({
  method: 'get',
  path: '/api/data/diff',
  summary: 'Which tracked files differ between two revisions',
  request: {
    query: z.object({
      from: revision.default('HEAD'),
      to: revision.default('workspace'),
      look,
      text: z.string().min(1).max(400).optional().openapi({ description: 'a part of the path' }),
      kind: changeKindSchema.optional(),
      place: dataPath.optional(),
      limit: limit(500, 100),
      offset,
    }),
  },
  responses: { 200: json(dataDiffSchema, 'a page of changes'), ...badRequest, ...notFound, ...unusable },
});

const file = z.object({ rev: revision, path: dataPath });

const getText = createRoute({
  method: 'get',
  path: '/api/data/text',
  summary: 'A tracked file as a revision has it, where it is a text of at most 512 KiB',
  request: { query: file },
  responses: { 200: json(dataTextSchema, 'the text, or why there is none'), ...badRequest, ...notFound, ...unusable },
});

const getImage = createRoute({
  method: 'get',
  path: '/api/data/image',
  summary: 'A tracked image as a revision has it',
  request: { query: file },
  responses: {
    200: { description: 'the bytes', content: { 'image/*': { schema: z.string() } } },
    ...badRequest,
    ...notFound,
    ...unusable,
  },
});

/** Data of the DVC repository: only read. */
export function dataRoutes(repository: RepositoryReader) {
  return createRoutes()
    .openapi(getRevisions, async (c) => c.json(await showRevisions(repository), 200))
    .openapi(getData, async (c) => c.json(await listTracked(repository), 200))
    .openapi(getStates, async (c) => c.json(await showStates(repository), 200))
    .openapi(getRemoteStates, async (c) => c.json(await showRemoteStates(repository), 200))
    .openapi(getHistory, async (c) => {
      const { path, all, ...page } = c.req.valid('query');
      return c.json(await showHistory(repository, path, { ...page, all: all === 'true' }), 200);
    })
    .openapi(getDiff, async (c) => c.json(await showDiff(repository, c.req.valid('query')), 200))
    .openapi(getText, async (c) => {
      const { rev, path } = c.req.valid('query');
      return c.json(await showText(repository, rev, path), 200);
    })
    .openapi(getImage, async (c) => {
      const { rev, path } = c.req.valid('query');
      const { type, bytes } = await readImage(repository, rev, path);
      c.header('content-type', type);
      c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox");
      return c.body(new Uint8Array(bytes), 200);
    });
}
