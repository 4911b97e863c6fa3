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
  config: { group: 'Repository', summary: 'show or set a setting', load: () => import('./config.ts') },
  root: { group: 'Repository', summary: 'the folder of the repository', load: () => import('./root.ts') },
};

export const dataCommands: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.entries(entries).map(([name, entry]) => [name, { ...entry, dvc: true }]),
);
