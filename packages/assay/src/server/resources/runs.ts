import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { limit, offset, runId, stageId } from '../schemas/fields.ts';
import { comparisonSchema, logSchema, runListSchema, runSchema } from '../schemas/index.ts';
import { listRuns, showComparison, showLog, showRun } from '../views/runs.ts';
import { badRequest, json, notFound } from './answers.ts';

const run = z.object({ run: runId });

const getRuns = createRoute({
  method: 'get',
  path: '/api/runs',
  summary: 'Runs, newest first',
  request: { query: z.object({ limit: limit(200, 50), before: runId.optional() }) },
  responses: { 200: json(runListSchema, 'a page of runs'), ...badRequest },
});

const getRun = createRoute({
  method: 'get',
  path: '/api/runs/{run}',
  summary: 'A run with its graph, as it stands now',
  request: { params: run },
  responses: { 200: json(runSchema, 'the run'), ...badRequest, ...notFound },
});

const getLog = createRoute({
  method: 'get',
  path: '/api/runs/{run}/stages/{stage}/log',
  summary: "A stage's log, from a byte on",
  description: 'At most 256 KiB at once, cut between characters.',
  request: {
    params: run.extend({ stage: stageId }),
    query: z.object({ offset }),
  },
  responses: { 200: json(logSchema, 'a part of the log'), ...badRequest, ...notFound },
});

const getComparison = createRoute({
  method: 'get',
  path: '/api/runs/{run}/comparison',
  summary: 'How the labelers of a run compare',
  request: { params: run },
  responses: { 200: json(comparisonSchema, 'comparison.json of the run'), ...badRequest, ...notFound },
});

export function runRoutes({ live, lineage }: Pick<ApiDependencies, 'live' | 'lineage'>) {
  return createRoutes()
    .openapi(getRuns, async (c) => c.json(await listRuns(live, c.req.valid('query')), 200))
    .openapi(getRun, async (c) => c.json(await showRun(lineage, live, c.req.valid('param').run), 200))
    .openapi(getLog, async (c) => {
      const { run, stage } = c.req.valid('param');
      return c.json(await showLog(live, run, stage, c.req.valid('query').offset), 200);
    })
    .openapi(getComparison, async (c) => c.json(await showComparison(lineage, live, c.req.valid('param').run), 200));
}
