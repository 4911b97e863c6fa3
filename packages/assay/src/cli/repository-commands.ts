import { type Entry, sharedWithDvc } from './entry.ts';

/** The repository itself. DVC has these commands too, with these names and flags; in the order of the help page. */
export const repositoryCommands: Readonly<Record<string, Entry>> = sharedWithDvc({
  config: { group: 'Repository', failed: 1, summary: 'show or set a setting', load: () => import('./config.ts') },
  root: { group: 'Repository', summary: 'the folder of the repository', load: () => import('./root.ts') },
  install: {
    group: 'Repository',
    summary: 'hooks of git that keep data in step',
    failed: 1,
    load: () => import('./install.ts'),
  },
  'git-hook': { group: 'Repository', summary: 'what those hooks call', failed: 1, load: () => import('./git-hook.ts') },
  destroy: {
    group: 'Repository',
    summary: 'take DVC out of the repository',
    failed: 1,
    load: () => import('./destroy.ts'),
  },
  version: { group: 'Repository', summary: 'versions, and where the cache is', load: () => import('./version.ts') },
  completion: {
    group: 'Repository',
    summary: 'a script by which a shell completes commands',
    load: () => import('./completion.ts'),
  },
});
