import { gitTopOf, type Repository, runGit } from '../dvc/index.ts';

/**
 * The revisions that are shown when some are named: one beside the workspace; none, HEAD beside the workspace where it has
 * changed. Nothing before the first commit.
 * @param withBaseline one revision that is an experiment is shown beside the commit it was started from
 * @throws AssayError `ASSAY_DVC_NO_GIT`
 */
export async function comparedRevisions(
  repository: Repository,
  named: readonly string[],
  withBaseline = false,
): Promise<readonly string[]> {
  const top = gitTopOf(repository);
  if ((await runGit(top, ['rev-parse', '--verify', '--quiet', 'HEAD'])) === undefined) return [];
  if (named.length > 1) return named;
  const [only] = named;
  if (only !== undefined) {
    const baseline = withBaseline ? await baselineOf(top, only) : undefined;
    return [only, baseline ?? 'workspace'];
  }
  const changes = await runGit(top, ['status', '--porcelain', '--untracked-files=no']);
  return changes?.length ? ['HEAD', 'workspace'] : ['workspace'];
}

/** What an experiment's ref says of where it began: `refs/exps/<2>/<rest of the commit>/<name>`. */
async function baselineOf(top: string, experiment: string): Promise<string | undefined> {
  const listed = await runGit(top, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/exps']);
  for (const line of listed?.toString('utf8').split('\n') ?? []) {
    const match = /^([0-9a-f]+) refs\/exps\/([0-9a-f]{2})\/([0-9a-f]{38,62})\/([^/]+)$/.exec(line);
    if (!match) continue;
    const [, commit = '', first = '', rest = '', name] = match;
    const isMeant = name === experiment || (experiment.length >= 7 && commit.startsWith(experiment));
    if (isMeant) return `${first}${rest}`.slice(0, 7);
  }
  return undefined;
}
