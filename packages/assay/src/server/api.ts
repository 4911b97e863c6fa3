import type { ApiDependencies } from './dependencies.ts';
import { eventRoutes } from './resources/events.ts';
import { ledgerRoutes } from './resources/ledger.ts';
import { lineageRoutes } from './resources/lineage.ts';
import { modelRoutes } from './resources/models.ts';
import { objectRoutes } from './resources/objects.ts';
import { projectRoutes } from './resources/project.ts';
import { recordRoutes } from './resources/records.ts';
import { runRoutes } from './resources/runs.ts';
import { createRoutes } from './routes.ts';

/** Every route of the API. */
export function createApi(dependencies: ApiDependencies) {
  return createRoutes()
    .route('/', projectRoutes(dependencies))
    .route('/', eventRoutes(dependencies))
    .route('/', runRoutes(dependencies))
    .route('/', modelRoutes(dependencies))
    .route('/', lineageRoutes(dependencies))
    .route('/', recordRoutes(dependencies))
    .route('/', ledgerRoutes(dependencies))
    .route('/', objectRoutes(dependencies));
}

export type Api = ReturnType<typeof createApi>;
