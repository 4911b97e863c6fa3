import type { Entry } from './entry.ts';

type DataEntry = Omit<Entry, 'dvc'>;

/** Commands that DVC has too, under its names and with its flags; in the order of the help page. */
const entries: Readonly<Record<string, DataEntry>> = {
  add: { group: 'Data', summary: 'track files and folders', load: () => import('./add.ts') },
  checkout: {
    group: 'Data',
    summary: 'put the tracked versions of data into the workspace',
    load: () => import('./checkout.ts'),
  },
  commit: { group: 'Data', summary: 'record changes of tracked data', load: () => import('./commit.ts') },
  status: { group: 'Data', summary: 'what changed in tracked data and stages', load: () => import('./status.ts') },
  'data status': {
    group: 'Data',
    summary: "changes of tracked data, in git's words",
    load: () => import('./data-status.ts'),
  },
  diff: {
    group: 'Data',
    summary: 'data added, changed, renamed and deleted between two revisions',
    load: () => import('./diff.ts'),
  },
  move: { group: 'Data', summary: 'rename tracked data', load: () => import('./move.ts') },
  remove: { group: 'Data', summary: 'stop tracking data or stages', load: () => import('./remove.ts') },
  unprotect: { group: 'Data', summary: 'make linked data safe to edit', load: () => import('./unprotect.ts') },
  'check-ignore': {
    group: 'Data',
    summary: 'which patterns of .dvcignore match',
    load: () => import('./check-ignore.ts'),
  },
  gc: { group: 'Data', summary: 'delete cached data that nothing needs', load: () => import('./gc.ts') },
  'cache dir': { group: 'Data', summary: 'show or set where the cache is', load: () => import('./cache-dir.ts') },
  'cache check': {
    group: 'Data',
    summary: 'find corrupt objects in the cache, and repair them',
    load: () => import('./cache-check.ts'),
  },
  'cache migrate': {
    group: 'Data',
    summary: 'move a DVC 2 cache to the layout of DVC 3; add SHA-256 to what is there',
    load: () => import('./cache-migrate.ts'),
  },
  push: { group: 'Remotes', summary: 'copy data to a remote', load: () => import('./push.ts') },
  fetch: { group: 'Remotes', summary: 'bring data from a remote into the cache', load: () => import('./fetch.ts') },
  pull: { group: 'Remotes', summary: 'bring data from a remote into the workspace', load: () => import('./pull.ts') },
  'remote add': { group: 'Remotes', summary: 'name a remote', load: () => import('./remote-add.ts') },
  'remote list': { group: 'Remotes', summary: 'remotes and their addresses', load: () => import('./remote-list.ts') },
  'remote default': {
    group: 'Remotes',
    summary: 'show or set the remote that is used unless told',
    load: () => import('./remote-default.ts'),
  },
  'remote modify': {
    group: 'Remotes',
    summary: 'change a setting of a remote',
    load: () => import('./remote-modify.ts'),
  },
  'remote rename': {
    group: 'Remotes',
    summary: 'give a remote another name',
    load: () => import('./remote-rename.ts'),
  },
  'remote remove': { group: 'Remotes', summary: 'forget a remote', load: () => import('./remote-remove.ts') },
  list: {
    group: 'Data access',
    summary: 'what a repository holds, in git and in DVC',
    load: () => import('./list.ts'),
  },
  get: { group: 'Data access', summary: 'copy a file or folder out of a repository', load: () => import('./get.ts') },
  'get-url': {
    group: 'Data access',
    summary: 'copy a file or folder from an address',
    load: () => import('./get-url.ts'),
  },
  import: {
    group: 'Data access',
    summary: 'track a file or folder of another repository',
    load: () => import('./import.ts'),
  },
  'import-url': {
    group: 'Data access',
    summary: 'track a file or folder from an address',
    load: () => import('./import-url.ts'),
  },
  update: { group: 'Data access', summary: 'bring an import up to date', load: () => import('./update.ts') },
  'list-url': { group: 'Data access', summary: 'what lies at an address', load: () => import('./list-url.ts') },
  du: { group: 'Data access', summary: 'how much space data takes', load: () => import('./du.ts') },
  'artifacts get': {
    group: 'Data access',
    summary: 'copy an artifact of a repository',
    load: () => import('./artifacts-get.ts'),
  },
  'stage add': { group: 'Stages', summary: 'add a stage to dvc.yaml', load: () => import('./stage-add.ts') },
  'stage list': { group: 'Stages', summary: 'stages of dvc.yaml', load: () => import('./stage-list.ts') },
  repro: {
    group: 'Stages',
    summary: 'run the stages whose code, data or parameters changed',
    load: () => import('./repro.ts'),
  },
  dag: { group: 'Stages', summary: 'draw the stages and what they need of each other', load: () => import('./dag.ts') },
  freeze: { group: 'Stages', summary: 'keep stages from running', load: () => import('./freeze.ts') },
  unfreeze: { group: 'Stages', summary: 'let stages run again', load: () => import('./unfreeze.ts') },
  'params diff': {
    group: 'Stages',
    summary: 'parameters that differ between revisions',
    load: () => import('./params-diff.ts'),
  },
  'metrics show': { group: 'Stages', summary: 'metrics of a revision', load: () => import('./metrics-show.ts') },
  'metrics diff': {
    group: 'Stages',
    summary: 'metrics that differ between revisions',
    load: () => import('./metrics-diff.ts'),
  },
  'plots show': { group: 'Stages', summary: 'plots of a revision, as a page', load: () => import('./plots-show.ts') },
  'plots diff': {
    group: 'Stages',
    summary: 'plots of several revisions, overlaid',
    load: () => import('./plots-diff.ts'),
  },
  'plots templates': {
    group: 'Stages',
    summary: 'list the templates of plots, or write one',
    load: () => import('./plots-templates.ts'),
  },
  'plots modify': {
    group: 'Stages',
    summary: 'set how a plot of a stage is drawn',
    load: () => import('./plots-modify.ts'),
  },
  'exp run': {
    group: 'Experiments',
    summary: 'run stages as an experiment, with other parameters',
    load: () => import('./exp-run.ts'),
  },
  'exp show': {
    group: 'Experiments',
    summary: 'experiments with their parameters and metrics',
    load: () => import('./exp-show.ts'),
  },
  'exp diff': {
    group: 'Experiments',
    summary: 'what differs between two experiments',
    load: () => import('./exp-diff.ts'),
  },
  'exp list': { group: 'Experiments', summary: 'names of experiments', load: () => import('./exp-list.ts') },
  'exp apply': {
    group: 'Experiments',
    summary: 'bring an experiment into the workspace',
    load: () => import('./exp-apply.ts'),
  },
  'exp branch': {
    group: 'Experiments',
    summary: 'make a git branch of an experiment',
    load: () => import('./exp-branch.ts'),
  },
  'exp save': {
    group: 'Experiments',
    summary: 'keep the workspace as an experiment',
    load: () => import('./exp-save.ts'),
  },
  'exp remove': { group: 'Experiments', summary: 'delete experiments', load: () => import('./exp-remove.ts') },
  'exp rename': {
    group: 'Experiments',
    summary: 'give an experiment another name',
    load: () => import('./exp-rename.ts'),
  },
  'exp push': {
    group: 'Experiments',
    summary: 'copy experiments to a git remote',
    load: () => import('./exp-push.ts'),
  },
  'exp pull': {
    group: 'Experiments',
    summary: 'bring experiments from a git remote',
    load: () => import('./exp-pull.ts'),
  },
  'queue start': { group: 'Experiments', summary: 'run queued experiments', load: () => import('./queue-start.ts') },
  'queue status': {
    group: 'Experiments',
    summary: 'queued experiments and their state',
    load: () => import('./queue-status.ts'),
  },
  'queue remove': {
    group: 'Experiments',
    summary: 'take experiments out of the queue',
    load: () => import('./queue-remove.ts'),
  },
  config: { group: 'Repository', summary: 'show or set a setting', load: () => import('./config.ts') },
  install: {
    group: 'Repository',
    summary: 'git hooks for checkout, commit and push',
    load: () => import('./install.ts'),
  },
  root: { group: 'Repository', summary: 'the folder of the repository', load: () => import('./root.ts') },
  destroy: {
    group: 'Repository',
    summary: 'remove everything that DVC keeps, but not the data',
    load: () => import('./destroy.ts'),
  },
};

export const dataCommands: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.entries(entries).map(([name, entry]) => [name, { ...entry, dvc: true }]),
);
