import { commitOf } from '../data/index.ts';
import { gitTopOf, type Repository, runGit } from '../dvc/index.ts';

/** Commits whose experiments are meant. */
export interface BaselineChoice {
  /** HEAD unless anything is chosen. */
  readonly revs?: readonly string[];
  /** So many first parents of each, itself counted; a negative number means all. */
  readonly num?: number;
  readonly allBranches?: boolean;
  readonly allTags?: boolean;
  readonly allCommits?: boolean;
}

/** Full ids, in DVC's order. @throws AssayError `ASSAY_DVC_NO_REVISION`, `ASSAY_DVC_NO_GIT` */
export async function baselinesOf(repository: Repository, choice: BaselineChoice): Promise<readonly string[]> {
  const { allBranches, allTags, allCommits, num = 1 } = choice;
  const revs = choice.revs?.length || allBranches || allTags || allCommits ? (choice.revs ?? []) : ['HEAD'];
  const top = gitTopOf(repository);
  const lines = async (...args: string[]) =>
    ((await runGit(top, args))?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
  const found = new Set<string>();
  const take = async (starts: readonly string[], count: number) => {
    for (const start of starts) {
      if (count === 1) found.add(start);
      else for (const rev of await lines('rev-list', '--first-parent', `--max-count=${count}`, start)) found.add(rev);
    }
  };
  await take(await Promise.all(revs.map((rev) => commitOf(repository, rev))), num);
  if (allCommits) {
    for (const rev of await lines('rev-list', '--branches', '--tags', '--remotes', 'HEAD')) found.add(rev);
  } else {
    const format = '--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)';
    if (allBranches) await take(await lines('for-each-ref', format, 'refs/heads'), num);
    if (allTags) await take(await lines('for-each-ref', format, 'refs/tags'), 1);
  }
  return [...found];
}

/** What people call commits: the branch that is checked out, else a tag, else a branch. */
export async function namesOf(repository: Repository, revs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const top = gitTopOf(repository);
  const format = '%(HEAD)%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(refname)';
  const listed = await runGit(top, ['for-each-ref', `--format=${format}`, 'refs/tags', 'refs/heads']);
  const names = new Map<string, string>();
  const current = new Map<string, string>();
  for (const line of (listed?.toString('utf8') ?? '').split('\n')) {
    const parts = /^([* ])([0-9a-f]+) refs\/(?:heads|tags)\/(.+)$/.exec(line);
    if (!parts) continue;
    const [, mark, rev = '', name = ''] = parts;
    if (mark === '*') current.set(rev, name);
    if (!names.has(rev)) names.set(rev, name);
  }
  return new Map(
    revs.flatMap((rev) => {
      const name = current.get(rev) ?? names.get(rev);
      return name === undefined ? [] : [[rev, name] as const];
    }),
  );
}
