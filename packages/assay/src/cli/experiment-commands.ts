import { type Entry, sharedWithDvc } from './entry.ts';

/** Experiments and their queue. DVC has these commands too, with these names and flags; in the order of the help page. */
export const experimentCommands: Readonly<Record<string, Entry>> = sharedWithDvc({
  'exp run': {
    group: 'Experiments',
    summary: 'run stages as an experiment',
    load: () => import('./exp-run.ts'),
  },
  'exp show': {
    group: 'Experiments',
    failed: 1,
    summary: 'a table of experiments, their parameters and metrics',
    load: () => import('./exp-show.ts'),
  },
  'exp diff': {
    group: 'Experiments',
    failed: 1,
    summary: 'metrics and parameters that differ between experiments',
    load: () => import('./exp-diff.ts'),
  },
  'exp list': {
    group: 'Experiments',
    summary: 'experiments by the commit they were derived from',
    load: () => import('./exp-list.ts'),
  },
  'exp apply': {
    group: 'Experiments',
    summary: 'make the workspace what an experiment is',
    load: () => import('./exp-apply.ts'),
  },
  'exp branch': {
    group: 'Experiments',
    summary: 'make a git branch of an experiment',
    load: () => import('./exp-branch.ts'),
  },
  'exp save': {
    group: 'Experiments',
    failed: 1,
    summary: 'save the workspace as an experiment',
    load: () => import('./exp-save.ts'),
  },
  'exp rename': {
    group: 'Experiments',
    summary: 'give an experiment another name',
    load: () => import('./exp-rename.ts'),
  },
  'exp remove': {
    group: 'Experiments',
    summary: 'remove experiments',
    load: () => import('./exp-remove.ts'),
  },
  'exp push': {
    group: 'Experiments',
    summary: 'push experiments to a git remote, and their data',
    load: () => import('./exp-push.ts'),
  },
  'exp pull': {
    group: 'Experiments',
    summary: 'bring experiments from a git remote, and their data',
    load: () => import('./exp-pull.ts'),
  },
  'exp clean': {
    group: 'Experiments',
    summary: 'clear up after experiments whose process was killed',
    load: () => import('./exp-clean.ts'),
  },
  'queue start': {
    group: 'Experiments',
    summary: 'work off the queue in the background',
    load: () => import('./queue-start.ts'),
  },
  'queue status': {
    group: 'Experiments',
    summary: 'what runs, waits, failed and succeeded',
    load: () => import('./queue-status.ts'),
  },
  'queue logs': {
    group: 'Experiments',
    summary: 'what a task of the queue has printed',
    load: () => import('./queue-logs.ts'),
  },
  'queue kill': {
    group: 'Experiments',
    summary: 'end running tasks',
    load: () => import('./queue-kill.ts'),
  },
  'queue stop': {
    group: 'Experiments',
    summary: 'let workers take no further task',
    load: () => import('./queue-stop.ts'),
  },
  'queue remove': {
    group: 'Experiments',
    summary: 'take tasks out of the queue',
    load: () => import('./queue-remove.ts'),
  },
});
