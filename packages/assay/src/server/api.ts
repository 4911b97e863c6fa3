import type { ApiDependencies, StudioDependencies } from './dependencies.ts';
import { RequestError } from './errors.ts';
import type { RepositoryReader } from './repository-reader.ts';
import { dataRoutes } from './resources/data.ts';
import { eventRoutes } from './resources/events.ts';
import { experimentRoutes } from './resources/experiments.ts';
import { governanceRoutes } from './resources/governance.ts';
import { ledgerRoutes } from './resources/ledger.ts';
import { lineageRoutes } from './resources/lineage.ts';
import { modelRoutes } from './resources/models.ts';
import { objectRoutes } from './resources/objects.ts';
import { pipelineRoutes } from './resources/pipeline.ts';
import { projectRoutes } from './resources/project.ts';
import { recordRoutes } from './resources/records.ts';
import { runRoutes } from './resources/runs.ts';
import { trackRoutes } from './resources/track.ts';
import { trackSchemaRoutes } from './resources/track-schemas.ts';
import { createRoutes } from './routes.ts';

/** Every route of the API. Where there is no ledger, or no DVC repository, its routes say so. */
export function createApi({ name, ledger, repository, changes }: StudioDependencies) {
  return createRoutes()
    .route('/', projectRoutes({ name, ledger, repository }))
    .route('/', eventRoutes({ changes }))
    .route('/', ledger ? overLedger(ledger) : noLedger())
    .route('/', repository ? overRepository(repository, ledger) : noRepository());
}

export type Api = ReturnType<typeof createApi>;

function overLedger(dependencies: ApiDependencies) {
  return createRoutes()
    .route('/', runRoutes(dependencies))
    .route('/', modelRoutes(dependencies))
    .route('/', lineageRoutes(dependencies))
    .route('/', recordRoutes(dependencies))
    .route('/', ledgerRoutes(dependencies))
    .route('/', objectRoutes(dependencies))
    .route('/', trackRoutes(dependencies))
    .route('/', trackSchemaRoutes(dependencies))
    .route('/', governanceRoutes(dependencies));
}

function overRepository(repository: RepositoryReader, ledger: ApiDependencies | undefined) {
  return createRoutes()
    .route('/', dataRoutes(repository))
    .route('/', pipelineRoutes(repository, ledger?.live))
    .route('/', experimentRoutes(repository));
}

function noLedger() {
  const routes = refusing(
    [
      'runs',
      'models',
      'lineage',
      'records',
      'ledger',
      'objects',
      'governance',
      'proposals',
      'track',
      'track-files',
      'track-schemas',
      'track-statistics',
    ],
    () => {
      throw new RequestError(404, 'ASSAY_API_NO_LEDGER', 'nothing has been recorded in this repository yet', {
        hint: 'The first `assay repro` or `assay exp run` begins a ledger.',
      });
    },
  );
  // A client is typed by what the routes answer where there is a ledger.
  return routes as unknown as ReturnType<typeof overLedger>;
}

function noRepository() {
  const routes = refusing(['revisions', 'data', 'pipeline', 'experiments', 'plots'], () => {
    throw new RequestError(404, 'ASSAY_API_NO_REPOSITORY', 'this project is no DVC repository', {
      hint: '`assay init` makes it one.',
    });
  });
  return routes as unknown as ReturnType<typeof overRepository>;
}

function refusing(names: readonly string[], refuse: () => never) {
  const routes = createRoutes();
  for (const name of names) {
    routes.all(`/api/${name}`, refuse);
    routes.all(`/api/${name}/*`, refuse);
  }
  return routes;
}
