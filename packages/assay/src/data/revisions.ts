import { gitTopOf, type RepositoryIndex, readIndex, runGit, workspaceTree } from '../dvc/index.ts';
import { CommitTrees } from './commit-trees.ts';
import type { Workplace } from './workplace.ts';

export interface RevisionChoice {
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
  /** And these commits, by their full ids. */
  readonly revs?: readonly string[];
  /** Not what lies in the workspace. */
  readonly commitsOnly?: boolean;
}

/** Full ids of the commits that are meant, newest of each first; none unless asked for. */
export async function chosenRevisions({ repository }: Workplace, choice: RevisionChoice): Promise<readonly string[]> {
  const { allBranches, allTags, allCommits, revs = [] } = choice;
  const top = repository.gitTop;
  if ((!allBranches && !allTags && !allCommits) || top === undefined) return revs;
  const lines = async (args: readonly string[]) =>
    ((await runGit(top, args))?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
  if (allCommits) return [...revs, ...(await lines(['rev-list', '--branches', '--tags', '--remotes', 'HEAD']))];
  const kinds = [...(allBranches ? ['refs/heads'] : []), ...(allTags ? ['refs/tags'] : [])];
  // An annotated tag stands for the commit it names.
  const format = '%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)';
  return [...new Set([...revs, ...(await lines(['for-each-ref', `--format=${format}`, ...kinds]))])];
}

/** The workspace, then each commit that is meant. */
export async function* indexes(
  workplace: Workplace,
  choice: RevisionChoice,
): AsyncGenerator<{ readonly rev: string | undefined; readonly index: RepositoryIndex }> {
  const { repository } = workplace;
  if (!choice.commitsOnly) yield { rev: undefined, index: await readIndex(repository, workspaceTree(repository)) };
  const revs = await chosenRevisions(workplace, choice);
  if (revs.length === 0) return;
  const trees = new CommitTrees(gitTopOf(repository), repository.root);
  try {
    for (const rev of revs) yield { rev, index: await readIndex(repository, await trees.tree(rev)) };
  } finally {
    await trees.close();
  }
}
