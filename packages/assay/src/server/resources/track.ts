import { createRoute, z } from '@hono/zod-openapi';
import {
  type Document,
  type GivenFile,
  parseQuery,
  searchRecords,
  Tracker,
  trackStatistics,
  type Update,
} from '../../track/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { kind, limit } from '../schemas/fields.ts';
import {
  changeSchema,
  errorSchema,
  planSchema,
  recordId,
  recordSummarySchema,
  redactedSchema,
  redactSchema,
  rollbackSchema,
  sealedTrackSchema,
  submissionSchema,
  type TrackedDocument,
  type TrackSubmission,
  trackDiffSchema,
  trackedRecordSchema,
  trackListSchema,
  trackStatisticsSchema,
} from '../schemas/index.ts';
import { Uploads } from '../uploads.ts';
import { summarize } from '../views/records.ts';
import { diffTracked, showTracked, trackedView } from '../views/track.ts';
import { badRequest, json, notFound } from './answers.ts';
import { trackFileRoutes } from './track-files.ts';

const name = z.object({ kind, id: recordId });
const revision = z.string().min(1).max(64).optional();
const asOf = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00Z' })
  .optional()
  .openapi({ description: 'as things stood then' });
const conflict = {
  409: json(errorSchema, 'somebody was first, or the record is retired or guarded; the message says'),
};
const body = <T extends z.ZodType>(schema: T) => ({
  body: { required: true, content: { 'application/json': { schema } } },
});

const getList = createRoute({
  method: 'get',
  path: '/api/track',
  summary: 'Tracked records that fit a query, newest first',
  request: {
    query: z.object({
      q: z.string().max(1000).default('').openapi({ description: 'as `assay track search` takes it' }),
      asOf,
      limit: limit(500, 100),
    }),
  },
  responses: { 200: json(trackListSchema, 'the newest revision of each'), ...badRequest },
});

const getStatistics = createRoute({
  method: 'get',
  path: '/api/track-statistics',
  summary: 'Tracked records by kind, person, day and event, and those that changed most',
  responses: { 200: json(trackStatisticsSchema, 'the counts') },
});

const getRecord = createRoute({
  method: 'get',
  path: '/api/track/{kind}/{id}',
  summary: 'A tracked record: its documents, files, revisions and numbers',
  description: 'An `id` with `/` in it has `%2F` there.',
  request: { params: name, query: z.object({ revision, asOf }) },
  responses: { 200: json(trackedRecordSchema, 'the record'), ...badRequest, ...notFound },
});

const getDiff = createRoute({
  method: 'get',
  path: '/api/track/{kind}/{id}/diff',
  summary: 'What differs between two revisions',
  request: {
    params: name,
    query: z.object({
      a: z.string().min(1).max(64),
      b: revision.openapi({ description: 'the newest, when left out' }),
    }),
  },
  responses: { 200: json(trackDiffSchema, 'the differences'), ...badRequest, ...notFound },
});

const change = <P extends string>(path: P, summary: string) =>
  ({
    method: 'post',
    path: `/api/track/{kind}/{id}/${path}`,
    summary,
  }) as const;

const postPlan = createRoute({
  ...change('plan', 'What creating or updating would do: the version that is proposed, and why. Nothing is recorded'),
  request: { params: name, ...body(submissionSchema) },
  responses: { 200: json(planSchema, 'the plan'), ...badRequest, ...notFound, ...conflict },
});
const postCreate = createRoute({
  ...change('create', 'Begins a record'),
  request: { params: name, ...body(submissionSchema) },
  responses: { 200: json(sealedTrackSchema, 'the record, sealed'), ...badRequest, ...conflict },
});
const postUpdate = createRoute({
  ...change('update', 'Adds a revision; what is not given stays'),
  request: { params: name, ...body(submissionSchema) },
  responses: { 200: json(sealedTrackSchema, 'the revision, sealed'), ...badRequest, ...notFound, ...conflict },
});
const postRollback = createRoute({
  ...change('rollback', 'Adds a revision with the content of an older one'),
  request: { params: name, ...body(rollbackSchema) },
  responses: { 200: json(recordSummarySchema, 'the revision, sealed'), ...badRequest, ...notFound, ...conflict },
});
const postRetire = createRoute({
  ...change('retire', 'Adds a revision that says that the record is no more in use'),
  request: { params: name, ...body(changeSchema) },
  responses: { 200: json(recordSummarySchema, 'the revision, sealed'), ...badRequest, ...notFound, ...conflict },
});

const postRedact = createRoute({
  ...change('redact', 'Takes the content of revisions away; their entries and proofs stay, and a revision says so'),
  request: { params: name, ...body(redactSchema) },
  responses: { 200: json(redactedSchema, 'what was done'), ...badRequest, ...notFound, ...conflict },
});

type Dependencies = Pick<ApiDependencies, 'lineage' | 'objects' | 'temporary' | 'search'>;

export function trackRoutes({ lineage, objects, temporary, search }: Dependencies) {
  const tracker = new Tracker(lineage.records, objects, search);
  const uploads = new Uploads(objects, temporary);
  return createRoutes()
    .route('/', trackFileRoutes({ lineage, objects }, uploads))
    .openapi(getList, async (c) => {
      const { q, limit: most, asOf: at } = c.req.valid('query');
      const found = await searchRecords(tracker, parseQuery(q), {
        limit: most,
        ...(at === undefined ? {} : { asOf: new Date(at) }),
      });
      return c.json({ items: found.map(summarize) }, 200);
    })
    .openapi(getStatistics, async (c) => c.json(await trackStatistics(tracker), 200))
    .openapi(getRecord, async (c) => {
      const { kind: kindOf, id } = c.req.valid('param');
      const { revision: which, asOf: at } = c.req.valid('query');
      const when = at === undefined ? undefined : new Date(at);
      return c.json(await showTracked(tracker, kindOf, id, { revision: which, asOf: when }), 200);
    })
    .openapi(getDiff, async (c) => {
      const { kind: kindOf, id } = c.req.valid('param');
      const { a, b } = c.req.valid('query');
      return c.json(await diffTracked(tracker, kindOf, id, a, b), 200);
    })
    .openapi(postPlan, async (c) => {
      const given = updateOf(c.req.valid('param'), c.req.valid('json'), uploads);
      const { version, because, changes, files } = await tracker.propose(given);
      return c.json({ version, because, changes, files }, 200);
    })
    .openapi(postCreate, async (c) => {
      const given = updateOf(c.req.valid('param'), c.req.valid('json'), uploads);
      return c.json(trackedView(await tracker.create(given)), 200);
    })
    .openapi(postUpdate, async (c) => {
      const given = updateOf(c.req.valid('param'), c.req.valid('json'), uploads);
      return c.json(trackedView(await tracker.update(given)), 200);
    })
    .openapi(postRollback, async (c) => {
      const { kind: kindOf, id } = c.req.valid('param');
      const { to, ...given } = c.req.valid('json');
      return c.json(summarize(await tracker.rollback(kindOf, id, to, defined(given))), 200);
    })
    .openapi(postRetire, async (c) => {
      const { kind: kindOf, id } = c.req.valid('param');
      return c.json(summarize(await tracker.retire(kindOf, id, defined(c.req.valid('json')))), 200);
    })
    .openapi(postRedact, async (c) => {
      const { kind: kindOf, id } = c.req.valid('param');
      const { revisions, ...given } = c.req.valid('json');
      const { sealed, kept, ...done } = await tracker.redact(kindOf, id, revisions, given);
      return c.json({ record: summarize(sealed), ...done, revisions: [...done.revisions], kept: [...kept] }, 200);
    });
}

function updateOf(
  { kind: kindOf, id }: { readonly kind: string; readonly id: string },
  { metadata, data, files, note, version, base, removeFiles, revive }: TrackSubmission,
  uploads: Uploads,
): Update {
  const given = files?.map(
    (file, i): GivenFile => ({ name: file.name, stored: uploads.find(file.sha256, `body.files.${i}.sha256`) }),
  );
  return {
    kind: kindOf,
    id,
    ...defined({
      metadata: metadata && documentOf('metadata', metadata),
      data: data && documentOf('data', data),
      files: given,
      note,
      version,
      base,
      removeFiles,
      revive,
    }),
  };
}

function documentOf(part: string, { format, text, base64 }: TrackedDocument): Document {
  return { name: part, format, bytes: text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text) };
}

/** Without what is undefined. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
