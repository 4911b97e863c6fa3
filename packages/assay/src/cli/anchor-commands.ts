import type { Entry } from './entry.ts';

/** Commands of anchoring on Ethereum. */
export const anchorCommands: Readonly<Record<string, Entry>> = {
  anchor: {
    group: 'Anchors',
    summary: 'anchor the newest checkpoint on Ethereum, once or on a schedule',
    load: () => import('./anchor.ts'),
  },
  'anchor deploy': {
    group: 'Anchors',
    summary: 'put the contract on a chain, and its address into assay.yaml',
    load: () => import('./anchor-deploy.ts'),
  },
  'anchor status': {
    group: 'Anchors',
    summary: 'what is anchored, what waits, and who pays',
    load: () => import('./anchor-status.ts'),
  },
  'anchor list': {
    group: 'Anchors',
    summary: 'anchors that the ledger tells of',
    load: () => import('./anchor-list.ts'),
  },
  'anchor proof': {
    group: 'Anchors',
    summary: 'write what shows a record to whoever knows the hash of a block',
    load: () => import('./anchor-proof.ts'),
  },
  'anchor verify': {
    group: 'Anchors',
    summary: 'compare ledger and chain, or check a proof offline',
    load: () => import('./anchor-verify.ts'),
  },
  'anchor admin': {
    group: 'Anchors',
    summary: 'pause a log, or give it to another account in two steps',
    load: () => import('./anchor-admin.ts'),
  },
};
