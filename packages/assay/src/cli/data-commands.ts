import { type Entry, sharedWithDvc } from './entry.ts';

/** Versions of data. DVC has these commands too, with these names and flags; in the order of the help page. */
export const dataCommands: Readonly<Record<string, Entry>> = sharedWithDvc({
  add: { group: 'Data', summary: 'track files and folders', failed: 1, load: () => import('./add.ts') },
  checkout: {
    group: 'Data',
    summary: 'put the tracked versions of data into the workspace',
    load: () => import('./checkout.ts'),
  },
  commit: {
    group: 'Data',
    summary: 'record changes of tracked data',
    failed: 1,
    load: () => import('./commit.ts'),
  },
  status: {
    group: 'Data',
    summary: 'what changed in tracked data and stages',
    failed: 1,
    load: () => import('./status.ts'),
  },
  'data status': {
    group: 'Data',
    summary: "changes of tracked data, in git's words",
    load: () => import('./data-status.ts'),
  },
  diff: {
    group: 'Data',
    summary: 'data added, changed, renamed and deleted between two revisions',
    failed: 1,
    load: () => import('./diff.ts'),
  },
  remove: {
    group: 'Data',
    summary: 'stop tracking data or stages',
    failed: 1,
    load: () => import('./remove.ts'),
  },
  unprotect: {
    group: 'Data',
    summary: 'make linked data safe to edit',
    failed: 1,
    failedBy: { ASSAY_DVC_NO_TARGET: 255 },
    load: () => import('./unprotect.ts'),
  },
  'check-ignore': {
    group: 'Data',
    summary: 'which patterns of .dvcignore match',
    load: () => import('./check-ignore.ts'),
  },
  gc: {
    group: 'Data',
    summary: 'delete cached data that nothing needs',
    load: () => import('./gc.ts'),
  },
  'cache dir': { group: 'Data', summary: 'show or set where the cache is', load: () => import('./cache-dir.ts') },
  'cache check': {
    group: 'Data',
    summary: 'find corrupt objects in the cache, and repair them',
    load: () => import('./cache-check.ts'),
  },
  'cache migrate': {
    group: 'Data',
    summary: 'objects of DVC 2 under their names of DVC 3',
    load: () => import('./cache-migrate.ts'),
  },
  move: { group: 'Data', summary: 'give tracked data another place', failed: 1, load: () => import('./move.ts') },
  mv: { group: 'Data', summary: 'the same as move', failed: 1, load: () => import('./move.ts') },
  migrate: {
    group: 'Data',
    summary: 'remember the SHA-256 of all that is cached',
    load: () => import('./migrate.ts'),
  },
});
