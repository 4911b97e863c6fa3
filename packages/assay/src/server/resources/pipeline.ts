import { createRoute } from '@hono/zod-openapi';
import type { LiveRuns } from '../../runs/index.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { createRoutes } from '../routes.ts';
import { pipelineSchema, pipelineStatesSchema } from '../schemas/index.ts';
import { showPipeline, showPipelineStates } from '../views/pipeline.ts';
import { json, notFound, unusable } from './answers.ts';

const getPipeline = createRoute({
  method: 'get',
  path: '/api/pipeline',
  summary: 'The stages of dvc.yaml as a graph, with what they need, make and were last run with',
  responses: { 200: json(pipelineSchema, 'the graph'), ...notFound, ...unusable },
});

const getStates = createRoute({
  method: 'get',
  path: '/api/pipeline/states',
  summary: 'Which stages are not up to date, and why',
  description:
    'Looks at what they depend on and make; files that have not changed since the last look are not read again.',
  responses: { 200: json(pipelineStatesSchema, 'what has changed'), ...notFound, ...unusable },
});

/** The pipeline of the DVC repository: only read. */
export function pipelineRoutes(repository: RepositoryReader, live: Pick<LiveRuns, 'list'> | undefined) {
  return createRoutes()
    .openapi(getPipeline, async (c) => c.json(await showPipeline(repository, live), 200))
    .openapi(getStates, async (c) => c.json(await showPipelineStates(repository), 200));
}
