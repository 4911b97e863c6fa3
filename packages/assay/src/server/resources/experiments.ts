import { createRoute, z } from '@hono/zod-openapi';
import type { RepositoryReader } from '../repository-reader.ts';
import { createRoutes } from '../routes.ts';
import { revision } from '../schemas/data.ts';
import { experimentsSchema, plotsSchema } from '../schemas/index.ts';
import { showExperiments, showPlotsOf } from '../views/experiments.ts';
import { badRequest, json, notFound, unusable } from './answers.ts';

/** More charts over each other cannot be told apart. */
const mostRevisions = 12;

const getExperiments = createRoute({
  method: 'get',
  path: '/api/experiments',
  summary: 'The workspace, commits and their experiments, with metrics and parameters',
  request: {
    query: z.object({
      scope: z
        .enum(['head', 'branches', 'past'])
        .default('head')
        .openapi({ description: "HEAD, the tips of branches and tags, or HEAD's last hundred commits" }),
    }),
  },
  responses: { 200: json(experimentsSchema, 'rows under columns'), ...badRequest, ...notFound, ...unusable },
});

const getPlots = createRoute({
  method: 'get',
  path: '/api/plots',
  summary: 'Plots drawn over several revisions',
  request: {
    query: z.object({
      rev: z
        .union([revision, z.array(revision).max(mostRevisions, { error: `must be at most ${mostRevisions}` })])
        .openapi({ description: `once for each revision, at most ${mostRevisions}` }),
    }),
  },
  responses: { 200: json(plotsSchema, 'the plots'), ...badRequest, ...notFound, ...unusable },
});

/** Experiments of the DVC repository: only read. */
export function experimentRoutes(repository: RepositoryReader) {
  return createRoutes()
    .openapi(getExperiments, async (c) => c.json(await showExperiments(repository, c.req.valid('query').scope), 200))
    .openapi(getPlots, async (c) => {
      const { rev } = c.req.valid('query');
      return c.json(await showPlotsOf(repository, typeof rev === 'string' ? [rev] : rev), 200);
    });
}
