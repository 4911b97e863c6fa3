import { gitTopOf, type Repository, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';

/** Where DVC keeps experiments in git: `refs/exps/<2 of the baseline>/<the rest>/<name>`, and beside them its own refs. */
export const experimentRefs = {
  all: 'refs/exps',
  applied: 'refs/exps/exec/EXEC_APPLY',
  applyHead: 'refs/exps/apply/ORIG_HEAD',
  applyStash: 'refs/exps/apply/stash',
  queue: 'refs/exps/celery/stash',
  failed: 'refs/exps/celery/failed',
} as const;

/** An experiment: a commit under a name, derived from a baseline. */
export interface ExperimentRef {
  readonly ref: string;
  readonly name: string;
  readonly baseline: string;
  /** The commit; undefined when it is only known from a remote's list of refs. */
  readonly rev: string | undefined;
}

export function refOf(baseline: string, name: string): string {
  return `${experimentRefs.all}/${baseline.slice(0, 2)}/${baseline.slice(2)}/${name}`;
}

/** Undefined for DVC's other refs. */
function parseRef(ref: string, rev?: string): ExperimentRef | undefined {
  const parts = /^refs\/exps\/([0-9a-f]{2})\/([0-9a-f]{38}|[0-9a-f]{62})\/([^/]+)$/.exec(ref);
  return parts ? { ref, baseline: parts[1]! + parts[2]!, name: parts[3]!, rev } : undefined;
}

/** Every experiment of this repository, by name within each baseline. */
export async function listExperiments(repository: Repository): Promise<readonly ExperimentRef[]> {
  const listed = await runGit(gitTopOf(repository), [
    'for-each-ref',
    '--format=%(objectname) %(refname)',
    experimentRefs.all,
  ]);
  return (listed?.toString('utf8') ?? '').split('\n').flatMap((line) => {
    const [rev = '', ref = ''] = line.split(' ');
    return parseRef(ref, rev) ?? [];
  });
}

/** The experiments that a git remote has. @throws AssayError `ASSAY_EXP_REMOTE` */
export async function listRemoteExperiments(repository: Repository, remote: string): Promise<readonly ExperimentRef[]> {
  return [...(await remoteRefs(repository, remote))].flatMap(([ref]) => parseRef(ref) ?? []);
}

/** Commits by ref under `refs/exps`. @throws AssayError `ASSAY_EXP_REMOTE` */
export async function remoteRefs(repository: Repository, remote: string): Promise<ReadonlyMap<string, string>> {
  const listed = await runGit(gitTopOf(repository), [
    'ls-remote',
    '--end-of-options',
    remote,
    `${experimentRefs.all}/*`,
  ]);
  if (listed === undefined) {
    throw new AssayError('ASSAY_EXP_REMOTE', `the git remote ${JSON.stringify(remote)} cannot be read`, {
      hint: 'Name a remote of `git remote`, or an address; `git ls-remote` tells more.',
    });
  }
  return new Map(
    listed
      .toString('utf8')
      .split('\n')
      .flatMap((line) => {
        const [rev, ref] = line.split('\t');
        return rev && ref ? [[ref, rev] as const] : [];
      }),
  );
}

/**
 * The experiments that names, or full refs, mean; of several of one name that which HEAD is the baseline of.
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_AMBIGUOUS`
 */
export function matchExperiments(
  all: readonly ExperimentRef[],
  names: readonly string[],
  head: string | undefined,
): readonly ExperimentRef[] {
  const found = names.map((name) => findExperiment(all, name, head));
  const unknown = names.filter((_, i) => found[i] === undefined);
  if (unknown.length > 0) throw noExperiment(unknown);
  return [...new Set(found as readonly ExperimentRef[])];
}

/** @throws AssayError `ASSAY_EXP_AMBIGUOUS` */
export function findExperiment(
  all: readonly ExperimentRef[],
  name: string,
  head: string | undefined,
): ExperimentRef | undefined {
  const matches = all.filter((one) => one.ref === name || one.name === name);
  if (matches.length <= 1) return matches[0];
  const here = matches.find(({ baseline }) => baseline === head);
  if (here) return here;
  throw new AssayError('ASSAY_EXP_AMBIGUOUS', `there are ${matches.length} experiments named ${name}`, {
    hint: `Name one by its full ref: ${matches.map(({ ref }) => ref).join(', ')}.`,
  });
}

export function noExperiment(names: readonly string[]): AssayError {
  const list = names.map((name) => JSON.stringify(name)).join(', ');
  return new AssayError('ASSAY_EXP_NOT_FOUND', `there is no experiment ${list}`, {
    hint: '`assay exp list -A` names them all.',
  });
}

/**
 * The commit of HEAD.
 * @throws AssayError `ASSAY_DVC_NO_GIT`, `ASSAY_EXP_NO_COMMIT` before the first commit
 */
export async function headOf(repository: Repository): Promise<string> {
  const head = await runGit(gitTopOf(repository), ['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (head !== undefined) return head.toString('utf8').trim();
  throw new AssayError('ASSAY_EXP_NO_COMMIT', 'there is no commit yet that an experiment could begin from', {
    hint: 'Commit once: git add … && git commit.',
  });
}

/** @throws AssayError `ASSAY_EXP_NAME` */
export async function checkName(repository: Repository, name: string, baseline: string): Promise<void> {
  const valid =
    !name.includes('/') &&
    !name.startsWith('-') &&
    (await runGit(gitTopOf(repository), ['check-ref-format', refOf(baseline, name)])) !== undefined;
  if (valid) return;
  throw new AssayError('ASSAY_EXP_NAME', `${JSON.stringify(name)} cannot be the name of an experiment`, {
    hint: 'It becomes part of a git ref: letters, digits, `-`, `_` and `.`, no space and no slash.',
  });
}

export function experimentExists(name: string): AssayError {
  return new AssayError('ASSAY_EXP_EXISTS', `there is an experiment ${name} already`, {
    hint: 'Take another name, or replace it with --force.',
  });
}
