import { createRoute } from '@hono/zod-openapi';
import { projectSchema } from '../schemas/index.ts';
import { json } from './answers.ts';

export const getProject = createRoute({
  method: 'get',
  path: '/api/project',
  summary: 'The project at a glance',
  responses: { 200: json(projectSchema, 'name, ledger, newest runs, models') },
});
