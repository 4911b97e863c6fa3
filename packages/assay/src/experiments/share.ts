import { fetch, push, type TransferOptions, type Workplace } from '../data/index.ts';
import { gitTopOf, type Repository, requireGit, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type BaselineChoice, baselinesOf } from './baselines.ts';
import {
  type ExperimentRef,
  headOf,
  listExperiments,
  listRemoteExperiments,
  matchExperiments,
  remoteRefs,
} from './refs.ts';

export interface ShareOptions extends Pick<BaselineChoice, 'revs' | 'num' | 'allCommits'> {
  /** A remote of git, or an address. */
  readonly remote: string;
  /** Those of the chosen commits unless named. */
  readonly names: readonly string[];
  /** Replaces experiments that differ on the other side. */
  readonly force: boolean;
  /** Also the data, from or to DVC's remote; undefined for git's refs only. */
  readonly data: Pick<TransferOptions, 'remote' | 'jobs' | 'runCache'> | undefined;
}

export interface Shared {
  /** Names of experiments that were brought over. */
  readonly success: readonly string[];
  readonly upToDate: readonly string[];
  /** They differ on the other side, and stay as they are there. */
  readonly diverged: readonly string[];
  /** Objects that were copied. */
  readonly files: number;
}

/**
 * Pushes experiments to a git remote, and their data to DVC's remote.
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_AMBIGUOUS`, `ASSAY_EXP_REMOTE`, `ASSAY_GIT_FAILED`, and those of `push`
 */
export async function pushExperiments(workplace: Workplace, options: ShareOptions): Promise<Shared> {
  const { repository } = workplace;
  const { remote, force } = options;
  const chosen = await choose(repository, await listExperiments(repository), options);
  const there = await remoteRefs(repository, remote);
  const sorted = await sort(repository, chosen, ({ ref, rev }) => ({ from: rev, to: there.get(ref) }), force);
  if (sorted.success.length > 0) {
    const refs = sorted.success.map(({ ref }) => `${force ? '+' : ''}${ref}:${ref}`);
    await requireGit(gitTopOf(repository), ['push', '--quiet', '--no-verify', '--end-of-options', remote, ...refs]);
  }
  const shared = [...sorted.success, ...sorted.upToDate];
  const files = await withCommits(repository, shared, options.data, async (revs, data) => {
    return (await push(workplace, [], { ...data, revs, commitsOnly: true })).files;
  });
  return named(sorted, files);
}

/**
 * Brings experiments from a git remote, and their data from DVC's remote into the cache.
 * @throws AssayError `ASSAY_EXP_NOT_FOUND`, `ASSAY_EXP_AMBIGUOUS`, `ASSAY_EXP_REMOTE`, `ASSAY_GIT_FAILED`, and those of `fetch`
 */
export async function pullExperiments(workplace: Workplace, options: ShareOptions): Promise<Shared> {
  const { repository } = workplace;
  const { remote, force } = options;
  const chosen = await choose(repository, await listRemoteExperiments(repository, remote), options);
  const here = new Map((await listExperiments(repository)).map(({ ref, rev }) => [ref, rev]));
  const there = await remoteRefs(repository, remote);
  const top = gitTopOf(repository);
  // What is compared must be here; without a name yet, git clears it up some day if it is not taken.
  const unknown = chosen.filter(({ ref }) => here.get(ref) !== there.get(ref)).map(({ ref }) => ref);
  const get = (refs: readonly string[]) =>
    requireGit(top, ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--end-of-options', remote, ...refs]);
  if (unknown.length > 0) await get(unknown);
  const sorted = await sort(repository, chosen, ({ ref }) => ({ from: there.get(ref), to: here.get(ref) }), force);
  if (sorted.success.length > 0) {
    const updates = sorted.success.map(({ ref }) => `update ${ref} ${there.get(ref)}\n`);
    await requireGit(top, ['update-ref', '--stdin'], { input: updates.join('') });
  }
  const shared = [...sorted.success, ...sorted.upToDate].map((one) => ({ ...one, rev: there.get(one.ref) }));
  const files = await withCommits(repository, shared, options.data, async (revs, data) => {
    return (await fetch(workplace, [], { ...data, revs, commitsOnly: true })).files;
  });
  return named(sorted, files);
}

/**
 * Pushes an experiment when `exp.auto_push` says so, to `exp.git_remote`, its data to DVC's remote. As with DVC, a failure is told
 * and nothing more.
 */
export async function autoPush(workplace: Workplace, name: string): Promise<void> {
  const { repository, environment, onNote } = workplace;
  const asked = environment.DVC_EXP_AUTO_PUSH;
  const wanted =
    asked === undefined ? repository.config.flag('exp', 'auto_push') === true : /^(?:1|y|yes|true|on)$/i.test(asked);
  if (!wanted) return;
  const remote = environment.DVC_EXP_GIT_REMOTE ?? repository.config.get('exp', 'git_remote') ?? 'origin';
  try {
    await pushExperiments(workplace, { remote, names: [name], force: false, data: { runCache: true } });
    onNote?.(`Pushed experiment ${name} to ${remote}.`);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    onNote?.(`The experiment ${name} was not pushed to ${remote}: ${error.message} (${error.code})`);
  }
}

async function choose(
  repository: Repository,
  all: readonly ExperimentRef[],
  options: ShareOptions,
): Promise<readonly ExperimentRef[]> {
  if (options.names.length > 0) return matchExperiments(all, options.names, await headOf(repository));
  if (options.allCommits) return all;
  const baselines = new Set(await baselinesOf(repository, options));
  return all.filter(({ baseline }) => baselines.has(baseline));
}

type Sorted = Record<'success' | 'upToDate' | 'diverged', ExperimentRef[]>;

async function sort(
  repository: Repository,
  refs: readonly ExperimentRef[],
  sides: (one: ExperimentRef) => { readonly from: string | undefined; readonly to: string | undefined },
  force: boolean,
): Promise<Sorted> {
  const sorted: Sorted = { success: [], upToDate: [], diverged: [] };
  for (const one of refs) {
    const { from, to } = sides(one);
    if (from === to) sorted.upToDate.push(one);
    else if (to === undefined || force || (await isAncestor(repository, to, from!))) sorted.success.push(one);
    else sorted.diverged.push(one);
  }
  return sorted;
}

async function isAncestor(repository: Repository, old: string, now: string): Promise<boolean> {
  return (await runGit(gitTopOf(repository), ['merge-base', '--is-ancestor', old, now])) !== undefined;
}

/** Every commit of the experiments, down to their baselines. */
async function withCommits(
  repository: Repository,
  refs: readonly ExperimentRef[],
  data: ShareOptions['data'],
  transfer: (revs: readonly string[], data: NonNullable<ShareOptions['data']>) => Promise<number>,
): Promise<number> {
  if (data === undefined || refs.length === 0) return 0;
  const revs = new Set<string>();
  for (const { rev, baseline } of refs) {
    const range = ['rev-list', '--first-parent', rev!, '--not', baseline];
    // The baseline itself need not be here.
    const listed = await runGit(gitTopOf(repository), range);
    for (const line of listed?.toString('utf8').split('\n') ?? [rev!]) if (line !== '') revs.add(line);
  }
  return transfer([...revs], data);
}

function named({ success, upToDate, diverged }: Sorted, files: number): Shared {
  const names = (refs: readonly ExperimentRef[]) => refs.map(({ name }) => name);
  return { success: names(success), upToDate: names(upToDate), diverged: names(diverged), files };
}
