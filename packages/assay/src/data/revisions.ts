import { gitTopOf, type RepositoryIndex, readIndex, revisionTree, runGit, workspaceTree } from '../dvc/index.ts';
import type { Workplace } from './workplace.ts';

export interface RevisionChoice {
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
}

/** Full ids of the commits that are meant, newest of each first; none unless asked for. */
export async function chosenRevisions({ repository }: Workplace, choice: RevisionChoice): Promise<readonly string[]> {
  const { allBranches, allTags, allCommits } = choice;
  if (!allBranches && !allTags && !allCommits) return [];
  const top = gitTopOf(repository);
  const lines = async (args: readonly string[]) =>
    ((await runGit(top, args))?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
  if (allCommits) return lines(['rev-list', '--branches', '--tags', '--remotes', 'HEAD']);
  const kinds = [...(allBranches ? ['refs/heads'] : []), ...(allTags ? ['refs/tags'] : [])];
  // An annotated tag stands for the commit it names.
  const format = '%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)';
  return [...new Set(await lines(['for-each-ref', `--format=${format}`, ...kinds]))];
}

/** The workspace, then each commit that is meant. */
export async function* indexes(
  workplace: Workplace,
  choice: RevisionChoice,
): AsyncGenerator<{ readonly rev: string | undefined; readonly index: RepositoryIndex }> {
  const { repository } = workplace;
  yield { rev: undefined, index: await readIndex(repository, workspaceTree(repository)) };
  for (const rev of await chosenRevisions(workplace, choice)) {
    const tree = revisionTree(repository, rev);
    try {
      yield { rev, index: await readIndex(repository, tree) };
    } finally {
      await tree.close();
    }
  }
}
