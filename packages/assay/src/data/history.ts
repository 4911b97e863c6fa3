import { posix } from 'node:path';
import { gitTopOf, isTrackingFile, LockFile, readDataFile, runGit, type TrackedOut } from '../dvc/index.ts';
import { CommitTrees } from './commit-trees.ts';
import type { Target } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/** What a commit says of an output. */
interface Recorded {
  readonly md5: string | undefined;
  readonly size: number | undefined;
  readonly nfiles: number | undefined;
}

/** A commit of git, for people. */
export interface Commit {
  readonly commit: string;
  readonly parents: readonly string[];
  /** RFC 3339 UTC, of the committer. */
  readonly at: string;
  readonly author: string;
  /** The first line of its message. */
  readonly subject: string;
}

/** A commit in which tracked data became another than it was. */
export interface DataVersion extends Commit, Recorded {
  readonly change: 'added' | 'modified' | 'deleted';
}

export interface HistoryOptions {
  /** Commits of all branches and tags, not only those that HEAD came from. */
  readonly all: boolean;
  readonly limit: number;
  /** How many commits of the tracking file to pass over: `next` of the page before. */
  readonly offset: number;
}

/** At most so many commits are looked into for one page: a lock changes for many reasons besides one output. */
const mostCommits = 2000;

/**
 * The commits in which an output changed, newest first, compared with the first parent of each.
 * @returns `next`: the offset of the next page, undefined at the end
 * @throws AssayError `ASSAY_DVC_NO_GIT`, and those of reading `.dvc` files and locks
 */
export async function dataHistory(
  workplace: Workplace,
  { stage, out }: Target,
  { all, limit, offset }: HistoryOptions,
): Promise<{ readonly versions: readonly DataVersion[]; readonly next: number | undefined }> {
  const { repository } = workplace;
  const file = stage.name === undefined ? stage.file : posix.join(posix.dirname(stage.file), 'dvc.lock');
  const commits = await listCommits(workplace, {
    revs: [...(all ? ['--branches', '--tags', '--remotes'] : []), 'HEAD'],
    limit: mostCommits + 1,
    offset,
    path: file,
  });
  const trees = new CommitTrees(gitTopOf(repository), repository.root);
  const known = new Map<string, Recorded | undefined>();
  const recorded = async (commit: string): Promise<Recorded | undefined> => {
    if (!known.has(commit)) known.set(commit, await recordedIn(trees, commit, file, stage.name, out));
    return known.get(commit);
  };
  const versions: DataVersion[] = [];
  let looked = 0;
  try {
    for (const commit of commits.slice(0, mostCommits)) {
      if (versions.length === limit) break;
      looked++;
      const now = await recorded(commit.commit);
      const [parent] = commit.parents;
      const before = parent === undefined ? undefined : await recorded(parent);
      if (now?.md5 === before?.md5) continue;
      const change = before?.md5 === undefined ? 'added' : now?.md5 === undefined ? 'deleted' : 'modified';
      versions.push({ ...commit, change, md5: now?.md5, size: now?.size, nfiles: now?.nfiles });
    }
  } finally {
    await trees.close();
  }
  return { versions, next: looked < commits.length ? offset + looked : undefined };
}

async function recordedIn(
  trees: CommitTrees,
  commit: string,
  file: string,
  stage: string | undefined,
  out: TrackedOut,
): Promise<Recorded | undefined> {
  const text = (await (await trees.tree(commit)).read(file))?.toString('utf8');
  if (text === undefined) return undefined;
  const outs = isTrackingFile(file)
    ? readDataFile(text, file).outs
    : stage === undefined
      ? []
      : (LockFile.parse(text, file).get(stage)?.outs ?? []);
  const found = outs.find(({ path }) => path === out.path);
  return found && { md5: found.checksum?.value, size: found.size, nfiles: found.nfiles };
}

/**
 * Commits, newest first.
 * @param query `revs` are git's own words (`HEAD`, `--branches`, full ids), never a person's
 */
export async function listCommits(
  { repository }: Workplace,
  query: {
    readonly revs: readonly string[];
    readonly limit: number;
    readonly offset?: number;
    /** Only those that changed this file, relative to the root. */
    readonly path?: string;
  },
): Promise<readonly Commit[]> {
  // Also says that there is no git here.
  gitTopOf(repository);
  const listed = await runGit(repository.root, [
    '--literal-pathspecs',
    'log',
    '--format=%H%x00%P%x00%cI%x00%an%x00%s%x00',
    '-z',
    `--max-count=${query.limit}`,
    `--skip=${query.offset ?? 0}`,
    ...query.revs,
    '--',
    ...(query.path === undefined ? [] : [query.path]),
  ]);
  const fields = listed?.toString('utf8').split('\0') ?? [];
  const commits: Commit[] = [];
  // Five fields, and the empty one that ends the entry.
  for (let i = 0; i + 4 < fields.length; i += 6) {
    const [commit = '', parents = '', at = '', author = '', subject = ''] = fields.slice(i, i + 5);
    commits.push({
      commit,
      parents: parents.split(' ').filter((one) => one !== ''),
      at: new Date(at).toISOString(),
      author,
      subject,
    });
  }
  return commits;
}
