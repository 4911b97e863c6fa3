import { type Entry, sharedWithDvc } from './entry.ts';

/** Experiments and their queue. DVC has these commands too, with these names and flags; in the order of the help page. */
export const experimentCommands: Readonly<Record<string, Entry>> = sharedWithDvc({
  'exp show': {
    group: 'Experiments',
    summary: 'a table of experiments, their parameters and metrics',
    load: () => import('./exp-show.ts'),
  },
});
