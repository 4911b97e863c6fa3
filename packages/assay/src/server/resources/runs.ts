import { createRoute, z } from '@hono/zod-openapi';
import { limit, offset, runId, stageId } from '../schemas/fields.ts';
import { comparisonSchema, logSchema, runListSchema, runSchema } from '../schemas/index.ts';
import { badRequest, json, notFound } from './answers.ts';

const run = z.object({ run: runId });

export const listRuns = createRoute({
  method: 'get',
  path: '/api/runs',
  summary: 'Runs, newest first',
  request: { query: z.object({ limit: limit(200, 50), before: runId.optional() }) },
  responses: { 200: json(runListSchema, 'a page of runs'), ...badRequest },
});

export const getRun = createRoute({
  method: 'get',
  path: '/api/runs/{run}',
  summary: 'A run with its graph, as it stands now',
  request: { params: run },
  responses: { 200: json(runSchema, 'the run'), ...badRequest, ...notFound },
});

export const getLog = createRoute({
  method: 'get',
  path: '/api/runs/{run}/stages/{stage}/log',
  summary: "A stage's log, from a byte on",
  description: 'At most 256 KiB at once, cut between characters. `offset=-N` begins N bytes before the end.',
  request: {
    params: run.extend({ stage: stageId }),
    query: z.object({ offset: offset.or(z.coerce.number().int().min(-262_144)).default(0) }),
  },
  responses: { 200: json(logSchema, 'a part of the log'), ...badRequest, ...notFound },
});

export const getComparison = createRoute({
  method: 'get',
  path: '/api/runs/{run}/comparison',
  summary: 'How the labelers of a run compare',
  request: { params: run },
  responses: { 200: json(comparisonSchema, 'comparison.json of the run'), ...badRequest, ...notFound },
});
