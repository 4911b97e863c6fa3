import { requireGit, runGit } from '../dvc/index.ts';

/** Commits that a stash ref's log names, the newest first, as `git stash list` would. */
async function stashed(top: string, ref: string): Promise<readonly string[]> {
  const listed = await runGit(top, ['reflog', 'show', '--format=%H', ref, '--']);
  return (listed?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
}

/** Puts a commit on top of a stash; DVC reads the message in the ref's log. */
export async function pushStash(top: string, ref: string, commit: string, message: string): Promise<void> {
  await requireGit(top, ['update-ref', '--create-reflog', '-m', `commit: ${message}`, ref, commit]);
}

/** Takes commits out of a stash, wherever they are in it. */
export async function dropStashed(top: string, ref: string, commits: readonly string[]): Promise<void> {
  if (commits.length === 0) return;
  for (;;) {
    const all = await stashed(top, ref);
    const at = all.findLastIndex((commit) => commits.includes(commit));
    if (at < 0) return;
    if (all.length === 1) {
      await requireGit(top, ['update-ref', '-d', ref]);
      return;
    }
    await requireGit(top, ['reflog', 'delete', '--updateref', '--rewrite', `${ref}@{${at}}`]);
  }
}
