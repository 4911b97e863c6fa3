import { type Entry, sharedWithDvc } from './entry.ts';

/** Stages, their parameters and results. DVC has these commands too, with these names and flags; in the order of the help page. */
export const stageCommands: Readonly<Record<string, Entry>> = sharedWithDvc({
  'stage add': { group: 'Stages', summary: 'add a stage to dvc.yaml', load: () => import('./stage-add.ts') },
  'stage list': { group: 'Stages', summary: 'stages of dvc.yaml', load: () => import('./stage-list.ts') },
  repro: {
    group: 'Stages',
    summary: 'run the stages whose code, data or parameters changed',
    load: () => import('./repro.ts'),
  },
  dag: { group: 'Stages', summary: 'draw the stages and what they need of each other', load: () => import('./dag.ts') },
  freeze: {
    group: 'Stages',
    summary: 'keep stages from running',
    failed: 1,
    load: () => import('./freeze.ts'),
  },
  unfreeze: {
    group: 'Stages',
    summary: 'let stages run again',
    failed: 1,
    load: () => import('./unfreeze.ts'),
  },
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
  'plots show': {
    group: 'Stages',
    summary: 'draw plots as a page, or as pictures',
    failed: 1,
    load: () => import('./plots-show.ts'),
  },
  'plots diff': {
    group: 'Stages',
    summary: 'draw plots of several revisions over each other',
    failed: 1,
    load: () => import('./plots-diff.ts'),
  },
  'plots modify': {
    group: 'Stages',
    summary: 'change how a plot of a stage looks',
    load: () => import('./plots-modify.ts'),
  },
  'plots templates': {
    group: 'Stages',
    summary: 'the built-in templates of plots, or one of them',
    failed: 1,
    load: () => import('./plots-templates.ts'),
  },
});
