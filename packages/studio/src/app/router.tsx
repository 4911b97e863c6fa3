import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { NotFound, PageError } from './fallbacks.tsx';
import { choice, text, whole } from './search.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageError });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/home/index.ts'), 'HomePage'),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: (search: Record<string, unknown>) => ({
    ...choice(search, 'state', ['running', 'succeeded', 'failed', 'cancelled', 'interrupted']),
    ...text(search, 'pipeline'),
  }),
  component: lazyRouteComponent(() => import('../pages/runs/index.ts'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$run',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'stage'),
    ...choice(search, 'view', ['timeline']),
  }),
  component: lazyRouteComponent(() => import('../pages/run/index.ts'), 'RunPage'),
});

const labelers = createRoute({
  getParentRoute: () => root,
  path: '/labelers',
  validateSearch: (search: Record<string, unknown>) => text(search, 'run'),
  component: lazyRouteComponent(() => import('../pages/labelers/index.ts'), 'LabelersPage'),
});

const models = createRoute({
  getParentRoute: () => root,
  path: '/models',
  component: lazyRouteComponent(() => import('../pages/models/index.ts'), 'ModelsPage'),
});

const model = createRoute({
  getParentRoute: () => root,
  path: '/models/$name',
  validateSearch: (search: Record<string, unknown>) => text(search, 'version'),
  component: lazyRouteComponent(() => import('../pages/model/index.ts'), 'ModelPage'),
});

const words = createRoute({
  getParentRoute: () => root,
  path: '/models/$name/words',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'version'),
    ...text(search, 'text'),
    ...text(search, 'label'),
  }),
  component: lazyRouteComponent(() => import('../pages/words/index.ts'), 'WordsPage'),
});

const paragraphs = createRoute({
  getParentRoute: () => root,
  path: '/models/$name/paragraphs',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'version'),
    ...choice(search, 'part', ['train', 'dev', 'test']),
    ...choice(search, 'correct', ['true', 'false']),
    ...whole(search, 'offset'),
  }),
  component: lazyRouteComponent(() => import('../pages/paragraphs/index.ts'), 'ParagraphsPage'),
});

const paragraph = createRoute({
  getParentRoute: () => root,
  path: '/models/$name/paragraphs/$paragraph',
  validateSearch: (search: Record<string, unknown>) => text(search, 'version'),
  component: lazyRouteComponent(() => import('../pages/paragraph/index.ts'), 'ParagraphPage'),
});

const lineage = createRoute({
  getParentRoute: () => root,
  path: '/lineage',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'ref'),
    ...choice(search, 'direction', ['down']),
    ...text(search, 'node'),
  }),
  component: lazyRouteComponent(() => import('../pages/lineage/index.ts'), 'LineagePage'),
});

const track = createRoute({
  getParentRoute: () => root,
  path: '/track',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'q'),
    ...text(search, 'asOf'),
    ...choice(search, 'view', ['statistics']),
  }),
  component: lazyRouteComponent(() => import('../pages/track/index.ts'), 'TrackPage'),
});

const trackNew = createRoute({
  getParentRoute: () => root,
  path: '/track/new',
  component: lazyRouteComponent(() => import('../pages/track-new/index.ts'), 'TrackNewPage'),
});

const tracked = createRoute({
  getParentRoute: () => root,
  path: '/track/$kind/$id',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'revision'),
    ...text(search, 'with'),
    ...choice(search, 'sealed', ['now']),
  }),
  component: lazyRouteComponent(() => import('../pages/tracked/index.ts'), 'TrackedPage'),
});

const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  component: lazyRouteComponent(() => import('../pages/approvals/index.ts'), 'ApprovalsPage'),
});

const approval = createRoute({
  getParentRoute: () => root,
  path: '/approvals/$id',
  component: lazyRouteComponent(() => import('../pages/approval/index.ts'), 'ApprovalPage'),
});

const ledger = createRoute({
  getParentRoute: () => root,
  path: '/ledger',
  validateSearch: (search: Record<string, unknown>) => text(search, 'kind'),
  component: lazyRouteComponent(() => import('../pages/ledger/index.ts'), 'LedgerPage'),
});

const record = createRoute({
  getParentRoute: () => root,
  path: '/records/$ref',
  component: lazyRouteComponent(() => import('../pages/record/index.ts'), 'RecordPage'),
});

const records = createRoute({
  getParentRoute: () => root,
  path: '/records',
  beforeLoad: () => {
    throw redirect({ to: '/ledger' });
  },
});

const data = createRoute({
  getParentRoute: () => root,
  path: '/data',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'text'),
    ...choice(search, 'state', ['changed']),
  }),
  component: lazyRouteComponent(() => import('../pages/data/index.ts'), 'DataPage'),
});

const dataVersions = createRoute({
  getParentRoute: () => root,
  path: '/data/versions',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'path'),
    ...choice(search, 'of', ['all']),
  }),
  component: lazyRouteComponent(() => import('../pages/data-versions/index.ts'), 'DataVersionsPage'),
});

const dataDiff = createRoute({
  getParentRoute: () => root,
  path: '/data/diff',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'from'),
    ...text(search, 'to'),
    ...text(search, 'text'),
    ...choice(search, 'kind', ['added', 'deleted', 'modified', 'renamed']),
    ...text(search, 'place'),
    ...whole(search, 'offset'),
    ...text(search, 'file'),
  }),
  component: lazyRouteComponent(() => import('../pages/data-diff/index.ts'), 'DataDiffPage'),
});

const pipeline = createRoute({
  getParentRoute: () => root,
  path: '/pipeline',
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, 'stage'),
    ...text(search, 'open'),
  }),
  component: lazyRouteComponent(() => import('../pages/pipeline/index.ts'), 'PipelinePage'),
});

const experimentSearch = (search: Record<string, unknown>) => ({
  ...choice(search, 'scope', ['branches', 'past']),
  ...text(search, 'revs'),
});

const experiments = createRoute({
  getParentRoute: () => root,
  path: '/experiments',
  validateSearch: (search: Record<string, unknown>) => ({
    ...experimentSearch(search),
    ...text(search, 'filter'),
    ...text(search, 'sort'),
    ...choice(search, 'order', ['desc']),
    ...text(search, 'hide'),
    ...choice(search, 'columns', ['all']),
  }),
  component: lazyRouteComponent(() => import('../pages/experiments/index.ts'), 'ExperimentsPage'),
});

const experimentsCompare = createRoute({
  getParentRoute: () => root,
  path: '/experiments/compare',
  validateSearch: (search: Record<string, unknown>) => ({
    ...experimentSearch(search),
    ...choice(search, 'rows', ['all']),
  }),
  component: lazyRouteComponent(() => import('../pages/experiments-compare/index.ts'), 'ComparePage'),
});

const routes = [
  home,
  data,
  dataVersions,
  dataDiff,
  pipeline,
  experiments,
  experimentsCompare,
  runs,
  run,
  labelers,
  models,
  model,
  words,
  paragraphs,
  paragraph,
  lineage,
  track,
  trackNew,
  tracked,
  approvals,
  approval,
  ledger,
  records,
  record,
];

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
