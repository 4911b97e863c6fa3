import type { Entry } from './entry.ts';

/** Anything a team keeps: documents and files under a kind and an id, in the order of the help page. */
export const trackCommands: Readonly<Record<string, Entry>> = {
  'track create': {
    group: 'Tracking',
    summary: 'record something of any kind',
    load: () => import('./track-create.ts'),
  },
  'track update': { group: 'Tracking', summary: 'record a change of it', load: () => import('./track-update.ts') },
  'track show': { group: 'Tracking', summary: 'one revision, with its files', load: () => import('./track-show.ts') },
  'track get': {
    group: 'Tracking',
    summary: 'metadata, data or a file, byte for byte',
    load: () => import('./track-get.ts'),
  },
  'track history': { group: 'Tracking', summary: 'all revisions', load: () => import('./track-history.ts') },
  'track diff': {
    group: 'Tracking',
    summary: 'what differs between two revisions',
    load: () => import('./track-diff.ts'),
  },
  'track search': {
    group: 'Tracking',
    summary: 'find records by their fields, now or as of a time',
    load: () => import('./track-search.ts'),
  },
  'track rollback': {
    group: 'Tracking',
    summary: 'an older content again, as a new revision',
    load: () => import('./track-rollback.ts'),
  },
  'track retire': { group: 'Tracking', summary: 'no more in use', load: () => import('./track-retire.ts') },
  'track redact': {
    group: 'Tracking',
    summary: 'take the content of revisions away; their proofs stay',
    load: () => import('./track-redact.ts'),
  },
  'track stats': {
    group: 'Tracking',
    summary: 'records by kind, person and time, and what changed most',
    load: () => import('./track-stats.ts'),
  },
  'track inspect': {
    group: 'Tracking',
    summary: 'what a model file is, by its bytes, without loading it',
    load: () => import('./track-inspect.ts'),
  },
  'track schema set': {
    group: 'Tracking',
    summary: 'attach a JSON Schema to a kind of record',
    load: () => import('./track-schema-set.ts'),
  },
  'track schema show': {
    group: 'Tracking',
    summary: 'the schema of a kind of record',
    load: () => import('./track-schema-show.ts'),
  },
};
