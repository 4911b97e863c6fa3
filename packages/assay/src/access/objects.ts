import { posix } from 'node:path';
import { fetchFrom, fetchObjects, type Target, type Workplace } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { DvcCache } from '../objects/index.ts';
import { openRemote } from '../remotes/index.ts';
import { bringImported } from './imported.ts';
import type { SourceRepository } from './source-files.ts';
import type { Visit } from './visit.ts';

/** An object of another repository that is to come here. */
export interface WantedObject {
  readonly source: SourceRepository;
  readonly md5: string;
  readonly legacy: boolean;
  /** For people. */
  readonly location: string;
  /** The output it belongs to. */
  readonly target: Target;
  /** Where in the output; empty for the output as a whole. */
  readonly inner: string;
}

export interface BringOptions {
  readonly jobs?: number;
  /** How many imports of imports led here. */
  readonly depth?: number;
}

/**
 * Brings objects into a cache: from the other repository's own cache when that is on this machine, else from its remote, else, when
 * it imported them itself, from where it has them.
 * @throws AssayError `ASSAY_ACCESS_MISSING` after the rest was brought, and those of remotes
 */
export async function bringObjects(
  wanted: readonly WantedObject[],
  into: DvcCache,
  visit: Visit,
  options: BringOptions = {},
): Promise<number> {
  const lacking = () => wanted.filter(({ md5, legacy }) => !into.has(md5, legacy));
  const before = lacking().length;
  for (const source of new Set(lacking().map((one) => one.source))) {
    const own = () => lacking().filter((one) => one.source === source);
    const workplace: Workplace = { ...visit, repository: source.repository, cache: into };
    if (source.cache !== undefined && source.cache !== into.root) {
      await fromCache(workplace, source.cache, own(), options);
    }
    if (own().length > 0) await fromRemotes(workplace, own(), options);
    if (own().length > 0) await bringImported(own(), into, visit, options);
  }
  const missing = [...new Set(lacking().map(({ location }) => location))];
  if (missing.length === 0) return before;
  const [first, ...more] = missing;
  throw new AssayError(
    'ASSAY_ACCESS_MISSING',
    `${first}${more.length > 0 ? ` and ${more.length} more` : ''}: neither the cache nor a remote of that repository has it`,
    { hint: 'Push it there with `assay push`, or name another remote with --remote.' },
  );
}

async function fromCache(
  workplace: Workplace,
  cache: string,
  wanted: readonly WantedObject[],
  options: BringOptions,
): Promise<void> {
  const remote = await openRemote('the cache of the other repository', { url: cache });
  try {
    await fetchFrom(workplace, remote, needed(wanted), jobs(options), new Set());
  } finally {
    await remote.close();
  }
}

async function fromRemotes(
  workplace: Workplace,
  wanted: readonly WantedObject[],
  options: BringOptions,
): Promise<void> {
  const { config } = workplace.repository;
  const some = wanted.filter(({ target }) => (target.out.remote ?? config.defaultRemote()) !== undefined);
  if (some.length > 0) await fetchObjects(workplace, needed(some), { ...jobs(options), allowMissing: true });
}

function needed(wanted: readonly WantedObject[]) {
  return wanted.map(({ md5, legacy, location, target }) => ({
    md5,
    legacy,
    remote: target.out.remote,
    only: undefined,
    location: posix.normalize(location),
  }));
}

function jobs({ jobs }: BringOptions) {
  return jobs === undefined ? {} : { jobs };
}
