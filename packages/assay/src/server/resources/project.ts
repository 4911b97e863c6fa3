import { createRoute } from '@hono/zod-openapi';
import type { StudioDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { projectSchema } from '../schemas/index.ts';
import { KindCounts, showProject } from '../views/project.ts';
import { json } from './answers.ts';

const getProject = createRoute({
  method: 'get',
  path: '/api/project',
  summary: 'The project at a glance',
  responses: { 200: json(projectSchema, 'name, ledger, newest runs, models') },
});

export function projectRoutes(dependencies: Pick<StudioDependencies, 'name' | 'ledger' | 'repository'>) {
  const counts = new KindCounts();
  return createRoutes().openapi(getProject, async (c) => c.json(await showProject(dependencies, counts), 200));
}
