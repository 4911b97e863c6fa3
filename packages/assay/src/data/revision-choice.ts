import { gitTopOf, type Repository, resolveRevision, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';

/** Revisions that a person asks for. */
export interface NamedRevisionChoice {
  /** Names of branches, tags, commits and experiments; `workspace` for what lies there. */
  readonly revs?: readonly string[];
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
}

/** A revision under the names that a person knows; `rev` is undefined for the workspace. */
export interface NamedRevision {
  readonly name: string;
  readonly rev: string | undefined;
}

/**
 * The revisions meant, the workspace first; names of one commit are joined by a comma. Without any choice the workspace
 * alone, whose name is then empty, as in DVC's JSON.
 * @throws AssayError `ASSAY_DVC_NO_REVISION`, `ASSAY_DVC_NO_GIT`
 */
export async function namedRevisions(
  repository: Repository,
  choice: NamedRevisionChoice,
): Promise<readonly NamedRevision[]> {
  const { revs = [], allBranches, allTags, allCommits } = choice;
  if (revs.length === 0 && !allBranches && !allTags && !allCommits) return [{ name: '', rev: undefined }];
  const names = revs.filter((name) => name !== 'workspace');
  const commits = new Map<string, string[]>();
  const add = (rev: string, name: string) => {
    const known = commits.get(rev) ?? [];
    if (!known.includes(name)) commits.set(rev, [...known, name]);
  };
  for (const name of names) add(await commitOf(repository, name), name);
  const lines = async (...args: string[]) =>
    ((await runGit(gitTopOf(repository), args))?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
  if (allCommits) {
    for (const rev of await lines('rev-list', '--branches', '--tags', '--remotes', 'HEAD')) add(rev, rev);
  }
  const kinds = allCommits ? [] : [...(allBranches ? ['refs/heads'] : []), ...(allTags ? ['refs/tags'] : [])];
  const format = '%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(refname)';
  for (const kind of kinds) {
    for (const line of await lines('for-each-ref', `--format=${format}`, kind)) {
      const [rev = '', ref = ''] = line.split(/ (.*)/s);
      add(rev, ref.slice(kind.length + 1));
    }
  }
  const named = [...commits].map(([rev, list]) => ({ name: list.join(','), rev }));
  return [{ name: 'workspace', rev: undefined }, ...named];
}

/**
 * The commit of a revision, which may be the name of an experiment.
 * @throws AssayError `ASSAY_DVC_NO_REVISION`, `ASSAY_DVC_NO_GIT`
 */
export async function commitOf(repository: Repository, name: string): Promise<string> {
  try {
    return await resolveRevision(repository, name);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'ASSAY_DVC_NO_REVISION') throw error;
    const listed = await runGit(gitTopOf(repository), [
      'for-each-ref',
      '--format=%(objectname) %(refname)',
      'refs/exps',
    ]);
    const matches = (listed?.toString('utf8') ?? '').split('\n').flatMap((line) => {
      const [rev = '', ref = ''] = line.split(' ');
      return /^refs\/exps\/[0-9a-f]{2}\/[0-9a-f]{38,62}\/[^/]+$/.test(ref) && ref.endsWith(`/${name}`) ? [rev] : [];
    });
    if (matches.length === 1) return matches[0]!;
    if (matches.length > 1) {
      throw new AssayError('ASSAY_DVC_NO_REVISION', `there are ${matches.length} experiments named ${name}`, {
        hint: 'Name the commit of the one that is meant; `assay exp list -A` shows them.',
      });
    }
    throw error;
  }
}

/** The branch that is checked out, or undefined. */
export async function activeBranch(repository: Repository): Promise<string | undefined> {
  if (repository.gitTop === undefined) return undefined;
  const name = await runGit(repository.gitTop, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  return name?.toString('utf8').trim();
}
