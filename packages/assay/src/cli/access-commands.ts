import { type Entry, sharedWithDvc } from './entry.ts';

/** Data of other repositories and addresses. DVC has these commands too, with these names and flags; in the order of the help page. */
export const accessCommands: Readonly<Record<string, Entry>> = sharedWithDvc({
  list: {
    group: 'Data access',
    failed: 1,
    summary: 'what a repository holds, in git and as data',
    load: () => import('./list.ts'),
  },
  ls: { group: 'Data access', failed: 1, summary: 'the same as list', load: () => import('./list.ts') },
  import: {
    group: 'Data access',
    failed: 1,
    failedBy: { ASSAY_ACCESS_NO_PATH: 255 },
    summary: 'copy data of another repository, and remember where it is from',
    load: () => import('./import.ts'),
  },
  update: {
    group: 'Data access',
    failed: 1,
    summary: 'bring imports to their newest state',
    load: () => import('./update.ts'),
  },
  get: {
    group: 'Data access',
    failed: 1,
    failedBy: { ASSAY_ACCESS_NO_PATH: 255 },
    summary: 'copy a file or folder of another repository',
    load: () => import('./get.ts'),
  },
  'artifacts get': {
    group: 'Data access',
    failed: 1,
    summary: 'copy an artifact of another repository, by its version or stage',
    load: () => import('./artifacts-get.ts'),
  },
  du: {
    group: 'Data access',
    failed: 1,
    summary: 'what data of a repository takes up',
    load: () => import('./disk-usage.ts'),
  },
  'import-url': {
    group: 'Data access',
    failed: 1,
    summary: 'copy data behind an address, and remember where it is from',
    load: () => import('./import-url.ts'),
  },
  'get-url': {
    group: 'Data access',
    failed: 1,
    summary: 'copy data behind an address',
    load: () => import('./get-url.ts'),
  },
  'list-url': { group: 'Data access', summary: 'what is behind an address', load: () => import('./list-url.ts') },
  'ls-url': { group: 'Data access', summary: 'the same as list-url', load: () => import('./list-url.ts') },
});
