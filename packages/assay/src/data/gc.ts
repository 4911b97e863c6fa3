import { resolve } from 'node:path';
import { findRepository, gitTopOf, type RepositoryIndex, readIndex, runGit, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { Remote } from '../remotes/index.ts';
import type { NeededObject } from './collect.ts';
import { CommitTrees } from './commit-trees.ts';
import { configuredRemote } from './configured-remote.ts';
import { fetchLists } from './fetch.ts';
import { chosenRevisions } from './revisions.ts';
import { isLegacy } from './tracked-data.ts';
import { keyOf } from './transfer.ts';
import type { Workplace } from './workplace.ts';

export interface GcOptions {
  readonly workspace: boolean;
  readonly allBranches: boolean;
  readonly allTags: boolean;
  readonly allCommits: boolean;
  readonly allExperiments: boolean;
  /** Commits from this day on. */
  readonly date?: string;
  readonly rev?: string;
  /** So many commits back from `rev`, or from HEAD. */
  readonly num?: number;
  readonly cloud: boolean;
  readonly remote?: string;
  readonly notInRemote: boolean;
  readonly dry: boolean;
  /** How many requests to the remote side by side. */
  readonly jobs?: number;
  /** Other repositories that share the cache, by their folders: what they need is kept too. */
  readonly projects?: readonly string[];
  /** Passes over commits that cannot be read: what only they need is not kept. */
  readonly skipFailed?: boolean;
}

export interface Collected {
  readonly objects: number;
  readonly bytes: number;
  readonly inRemote: number;
}

/**
 * Deletes objects that neither the workspace nor any of the commits that are meant needs.
 * @throws AssayError `ASSAY_DVC_GC_SCOPE` when what to keep is not said, or not clear; those of reading, before anything is deleted
 */
export async function collectGarbage(workplace: Workplace, options: GcOptions): Promise<Collected> {
  const { cache } = workplace;
  checkGcScope(options);
  const kept = new Set<string>();
  const unlisted = new Map<string, NeededObject>();
  await keepNeeded(workplace, kept, unlisted, options);
  for (const folder of options.projects ?? []) {
    const other = { ...workplace, repository: await findRepository(resolve(workplace.directory, folder)) };
    await keepNeeded(other, kept, unlisted, options);
  }
  await keepUnlisted(workplace, kept, [...unlisted.values()], options.remote);
  const remote =
    options.cloud || options.notInRemote ? await configuredRemote(workplace, options.remote, options.jobs) : undefined;
  try {
    let objects = 0;
    let bytes = 0;
    const all = [...cache.list()];
    // What is needed and elsewhere too may go as well.
    const elsewhere = options.notInRemote
      ? await remote!.existing(
          all.map(({ md5, legacy }) => keyOf(md5, legacy)),
          workplace,
        )
      : undefined;
    for (const { md5, size, legacy } of all) {
      if (kept.has(nameOf(md5, legacy)) && !elsewhere?.has(keyOf(md5, legacy))) continue;
      objects++;
      bytes += size;
      if (!options.dry) cache.remove(md5, legacy);
    }
    const inRemote = options.cloud ? await collectRemote(remote!, kept, options.dry) : 0;
    return { objects, bytes, inRemote };
  } finally {
    await remote?.close();
  }
}

/**
 * Before anything is asked or deleted.
 * @throws AssayError `ASSAY_DVC_GC_SCOPE`
 */
export function checkGcScope(options: Omit<GcOptions, 'dry'>): void {
  const { workspace, allBranches, allTags, allCommits, allExperiments, date, rev } = options;
  const fail = (message: string, hint: string) => {
    throw new AssayError('ASSAY_DVC_GC_SCOPE', message, { hint });
  };
  if (!workspace && !allBranches && !allTags && !allCommits && !allExperiments && !date && !rev) {
    fail(
      'it was not said what to keep',
      'Say -w for what the workspace needs, -a, -T or -A for branches, tags or all commits, --date or --rev.',
    );
  }
  if (options.num !== undefined && rev === undefined && !allBranches) {
    fail('--num counts commits back from --rev, or from each branch', 'Say --rev or --all-branches as well.');
  }
  if (options.cloud && options.notInRemote) fail('--cloud and --not-in-remote exclude each other', 'Say one of them.');
}

/** Objects that the workspace and the commits that are meant need. */
async function keepNeeded(
  workplace: Workplace,
  kept: Set<string>,
  unlisted: Map<string, NeededObject>,
  options: GcOptions,
): Promise<void> {
  const { repository } = workplace;
  keep(workplace, kept, unlisted, await readIndex(repository, workspaceTree(repository)));
  const revs = await commits(workplace, options);
  if (revs.length === 0) return;
  const trees = new CommitTrees(gitTopOf(repository), repository.root);
  try {
    for (const commit of revs) {
      try {
        keep(workplace, kept, unlisted, await readIndex(repository, await trees.tree(commit)));
      } catch (error) {
        if (!options.skipFailed || !(error instanceof AssayError)) throw error;
        workplace.onNote?.(`Passed over ${commit.slice(0, 7)}: ${error.message}`);
      }
    }
  } finally {
    await trees.close();
  }
}

/** Objects that an index names. A directory whose list is not in the cache is named in `unlisted`: its files are not known. */
function keep(
  { cache }: Workplace,
  kept: Set<string>,
  unlisted: Map<string, NeededObject>,
  index: RepositoryIndex,
): void {
  for (const { out } of index.outs) {
    const md5 = out.checksum?.value;
    if (md5 === undefined || !/^[0-9a-f]{32}(?:\.dir)?$/.test(md5)) continue;
    const legacy = isLegacy(out);
    if (kept.has(nameOf(md5, legacy))) continue;
    kept.add(nameOf(md5, legacy));
    if (!md5.endsWith('.dir')) continue;
    if (cache.has(md5, legacy)) for (const one of cache.directory(md5, legacy)) kept.add(nameOf(one.md5, legacy));
    else {
      const { location, remote } = out;
      unlisted.set(nameOf(md5, legacy), { md5, legacy, remote, only: undefined, location });
    }
  }
}

/** Brings missing lists from the remotes: the files that they name are to be kept too, here and there. */
async function keepUnlisted(
  workplace: Workplace,
  kept: Set<string>,
  unlisted: readonly NeededObject[],
  remote: string | undefined,
): Promise<void> {
  if (unlisted.length === 0) return;
  const { cache, repository } = workplace;
  const fallback = remote ?? repository.config.defaultRemote();
  const reachable = unlisted.filter((one) => one.remote !== undefined || fallback !== undefined);
  await fetchLists(workplace, reachable, remote);
  const unknown: string[] = [];
  for (const { md5, legacy, location } of unlisted) {
    if (!cache.has(md5, legacy)) unknown.push(location);
    else for (const one of cache.directory(md5, legacy)) kept.add(nameOf(one.md5, legacy));
  }
  if (unknown.length === 0) return;
  const names = [...new Set(unknown)].join(', ');
  workplace.onNote?.(`The list of ${names} is nowhere, in some version: files that only it names are not kept.`);
}

async function commits(workplace: Workplace, options: GcOptions): Promise<readonly string[]> {
  const { repository } = workplace;
  const found = new Set(await chosenRevisions(workplace, options));
  const list = async (args: readonly string[]) => {
    const said = await runGit(gitTopOf(repository), args);
    if (!said) throw new AssayError('ASSAY_DVC_NO_REVISION', `git knows nothing of ${args.join(' ')}`);
    for (const line of said.toString('utf8').split('\n')) if (line !== '') found.add(line);
  };
  if (options.date !== undefined) {
    if (Number.isNaN(Date.parse(options.date))) {
      throw new AssayError('ASSAY_CLI_VALUE', `${options.date} is no date`, { hint: 'Write it as 2026-01-31.' });
    }
    await list(['rev-list', '--all', `--since=${options.date}`]);
  }
  const count = `--max-count=${options.num ?? 1}`;
  if (options.rev !== undefined) await list(['rev-list', count, '--end-of-options', options.rev]);
  if (options.num !== undefined && options.allBranches) {
    for (const branch of [...found]) await list(['rev-list', count, '--end-of-options', branch]);
  }
  // Experiments are commits like others: they lose nothing unless it is said that they may.
  if (options.allExperiments && repository.gitTop !== undefined) {
    await list(['for-each-ref', '--format=%(objectname)', 'refs/exps']);
  }
  return [...found];
}

async function collectRemote(remote: Remote, kept: ReadonlySet<string>, dry: boolean): Promise<number> {
  const gone: string[] = [];
  for await (const { key } of remote.list('')) {
    const match = /^(files\/md5\/)?([0-9a-f]{2})\/([0-9a-f]{30}(?:\.dir)?)$/.exec(key);
    if (match && !kept.has(nameOf(match[2]! + match[3]!, match[1] === undefined))) gone.push(key);
  }
  if (!dry) await remote.remove(gone);
  return gone.length;
}

function nameOf(md5: string, legacy: boolean): string {
  return `${legacy ? '2 ' : ''}${md5}`;
}
