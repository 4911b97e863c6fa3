import { createRoute, z } from '@hono/zod-openapi';
import { compareRevisions, parseQuery, searchRecords, Tracker, trackStatistics } from '../../track/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { RequestError } from '../errors.ts';
import { createRoutes } from '../routes.ts';
import { kind, limit, list } from '../schemas/fields.ts';
import {
  errorSchema,
  trackDiffSchema,
  trackEventRequestSchema,
  trackedRecordSchema,
  trackedRevisionSchema,
  trackPlanSchema,
  trackRequestSchema,
  trackSealedSchema,
  trackStatisticsSchema,
} from '../schemas/index.ts';
import { showRevision, showSealed, showTracked, submission, timeOf } from '../views/track.ts';
import { badRequest, json, notFound } from './answers.ts';

const one = z.object({ kind, id: z.string().min(1).max(200) });
const at = one.extend({ revision: z.string().max(64).optional(), asOf: z.string().max(40).optional() });
const refused = { ...badRequest, ...notFound, 409: json(errorSchema, 'someone was first, or it is retired') };
const takes = <T extends z.ZodType>(schema: T) => ({
  body: { required: true, content: { 'application/json': { schema } } },
});

const getSearch = createRoute({
  method: 'get',
  path: '/api/track',
  summary: 'Tracked records that fit a query, newest first',
  request: {
    query: z.object({
      query: z.string().max(2000).optional().openapi({ description: 'as `assay track search` takes it' }),
      asOf: z.string().max(40).optional(),
      limit: limit(500, 50),
    }),
  },
  responses: { 200: json(list(trackedRevisionSchema), 'their newest revisions'), ...badRequest },
});
const getOne = createRoute({
  method: 'get',
  path: '/api/track/record',
  summary: 'One revision with its metadata; the newest, or as of a time',
  request: { query: at },
  responses: { 200: json(trackedRecordSchema, 'the revision'), ...badRequest, ...notFound },
});
const getHistory = createRoute({
  method: 'get',
  path: '/api/track/history',
  summary: 'All revisions, oldest first',
  request: { query: one },
  responses: { 200: json(list(trackedRevisionSchema), 'the revisions'), ...badRequest, ...notFound },
});
const getDiff = createRoute({
  method: 'get',
  path: '/api/track/diff',
  summary: 'What differs between two revisions',
  request: { query: one.extend({ a: z.string().max(64), b: z.string().max(64).optional() }) },
  responses: { 200: json(trackDiffSchema, 'values, files, numbers'), ...badRequest, ...notFound },
});
const getStatistics = createRoute({
  method: 'get',
  path: '/api/track/statistics',
  summary: 'By kind, person and time, and what changed most',
  responses: { 200: json(trackStatisticsSchema, 'counts') },
});
const postProposal = createRoute({
  method: 'post',
  path: '/api/track/proposal',
  summary: 'The version that would be proposed; nothing is recorded',
  request: takes(trackRequestSchema),
  responses: { 200: json(trackPlanSchema, 'the version and why'), ...refused },
});
const postCreate = createRoute({
  method: 'post',
  path: '/api/track/create',
  summary: 'Records something new',
  request: takes(trackRequestSchema),
  responses: { 200: json(trackSealedSchema, 'what was sealed, with its receipt'), ...refused },
});
const postUpdate = createRoute({
  method: 'post',
  path: '/api/track/update',
  summary: 'Records a change',
  request: takes(trackRequestSchema),
  responses: { 200: json(trackSealedSchema, 'what was sealed, with its receipt'), ...refused },
});
const postRollback = createRoute({
  method: 'post',
  path: '/api/track/rollback',
  summary: 'An older content again, as a new revision',
  request: takes(trackEventRequestSchema),
  responses: { 200: json(trackedRevisionSchema, 'the new revision'), ...refused },
});
const postRetire = createRoute({
  method: 'post',
  path: '/api/track/retire',
  summary: 'No more in use',
  request: takes(trackEventRequestSchema),
  responses: { 200: json(trackedRevisionSchema, 'the new revision'), ...refused },
});

export function trackRoutes({ objects, lineage: { records } }: Pick<ApiDependencies, 'objects' | 'lineage'>) {
  const tracker = new Tracker(records, objects);
  return createRoutes()
    .openapi(getSearch, async (c) => {
      const { query = '', asOf, limit: most } = c.req.valid('query');
      const time = timeOf(asOf);
      const found = await searchRecords(tracker, parseQuery(query), { limit: most, ...(time && { asOf: time }) });
      return c.json(found.map(showRevision), 200);
    })
    .openapi(getOne, async (c) => {
      const { kind: of, id, revision, asOf } = c.req.valid('query');
      return c.json(await showTracked(tracker, await tracker.revision(of, id, revision, timeOf(asOf))), 200);
    })
    .openapi(getHistory, async (c) => {
      const { kind: of, id } = c.req.valid('query');
      return c.json(
        (await tracker.history(of, id)).map(({ sealed }) => showRevision(sealed)),
        200,
      );
    })
    .openapi(getDiff, async (c) => {
      const { kind: of, id, a, b } = c.req.valid('query');
      const [before, after] = [await tracker.revision(of, id, a), await tracker.revision(of, id, b)];
      return c.json(await compareRevisions(tracker, before, after), 200);
    })
    .openapi(getStatistics, async (c) => c.json(await trackStatistics(records), 200))
    .openapi(postProposal, async (c) => c.json(await tracker.propose(submission(c.req.valid('json'))), 200))
    .openapi(postCreate, async (c) => {
      const given = submission(c.req.valid('json'));
      return c.json(await showSealed(tracker, await tracker.create(given)), 200);
    })
    .openapi(postUpdate, async (c) => {
      const given = submission(c.req.valid('json'));
      return c.json(await showSealed(tracker, await tracker.update(given)), 200);
    })
    .openapi(postRollback, async (c) => {
      const { kind: of, id, to, ...given } = c.req.valid('json');
      if (to === undefined) {
        throw new RequestError(400, 'ASSAY_API_REQUEST', 'body.to: which revision to go back to', { path: 'body.to' });
      }
      return c.json(showRevision(await tracker.rollback(of, id, to, given)), 200);
    })
    .openapi(postRetire, async (c) => {
      const { kind: of, id, to: _, ...given } = c.req.valid('json');
      return c.json(showRevision(await tracker.retire(of, id, given)), 200);
    });
}
