import { type Entry, sharedWithDvc } from './entry.ts';

/** The repository itself. DVC has these commands too, with these names and flags; in the order of the help page. */
export const repositoryCommands: Readonly<Record<string, Entry>> = sharedWithDvc({
  config: { group: 'Repository', summary: 'show or set a setting', load: () => import('./config.ts') },
  root: { group: 'Repository', summary: 'the folder of the repository', load: () => import('./root.ts') },
});
