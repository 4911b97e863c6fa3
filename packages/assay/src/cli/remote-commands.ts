import { type Entry, sharedWithDvc } from './entry.ts';

/** Data on its way to remotes and back. DVC has these commands too, with these names and flags; in the order of the help page. */
export const remoteCommands: Readonly<Record<string, Entry>> = sharedWithDvc({
  push: { group: 'Remotes', summary: 'copy data to a remote', failed: 1, load: () => import('./push.ts') },
  fetch: {
    group: 'Remotes',
    summary: 'bring data from a remote into the cache',
    failed: 1,
    load: () => import('./fetch.ts'),
  },
  pull: {
    group: 'Remotes',
    summary: 'bring data from a remote into the workspace',
    failed: 1,
    load: () => import('./pull.ts'),
  },
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
});
