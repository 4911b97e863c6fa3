import { gitTopOf, runGit } from '../dvc/index.ts';
import { type Commit, listCommits } from './history.ts';
import { activeBranch } from './revision-choice.ts';
import type { Workplace } from './workplace.ts';

/** A branch or a tag. */
interface NamedRef {
  readonly kind: 'branch' | 'tag' | 'remote';
  readonly name: string;
  readonly commit: string;
}

export interface Revisions {
  /** Undefined when HEAD is detached. */
  readonly branch: string | undefined;
  /** Undefined before the first commit. */
  readonly head: string | undefined;
  /** Branches, then branches of remotes, then tags, each newest first. */
  readonly refs: readonly NamedRef[];
  /** The newest commits of all of them. */
  readonly commits: readonly Commit[];
}

const kinds = { heads: 'branch', remotes: 'remote', tags: 'tag' } as const;

/** The branch and the commit that are checked out; undefined where git has none. */
export async function headOf({ repository }: Workplace): Promise<Pick<Revisions, 'branch' | 'head'>> {
  if (repository.gitTop === undefined) return { branch: undefined, head: undefined };
  const head = await runGit(repository.gitTop, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return { branch: await activeBranch(repository), head: head?.toString('utf8').trim() || undefined };
}

/**
 * What a person may choose a revision from.
 * @throws AssayError `ASSAY_DVC_NO_GIT`
 */
export async function listRevisions(workplace: Workplace, most: number): Promise<Revisions> {
  const top = gitTopOf(workplace.repository);
  const text = async (...args: string[]) => (await runGit(top, args))?.toString('utf8').trim();
  // An annotated tag stands for the commit it names.
  const format = '%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(refname)';
  const listed = await text(
    'for-each-ref',
    '--sort=-creatordate',
    `--format=${format}`,
    'refs/heads',
    'refs/tags',
    'refs/remotes',
  );
  const refs = (listed ?? '').split('\n').flatMap((line): NamedRef[] => {
    const [, commit = '', kind = '', name = ''] = /^([0-9a-f]+) refs\/(heads|remotes|tags)\/(.+)$/.exec(line) ?? [];
    if (commit === '' || name.endsWith('/HEAD')) return [];
    return [{ kind: kinds[kind as keyof typeof kinds], name, commit }];
  });
  const rank = { branch: 0, remote: 1, tag: 2 } as const;
  return {
    ...(await headOf(workplace)),
    refs: refs.sort((a, b) => rank[a.kind] - rank[b.kind]),
    commits: await listCommits(workplace, { revs: ['--branches', '--tags', '--remotes', 'HEAD'], limit: most }),
  };
}
