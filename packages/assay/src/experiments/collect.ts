import { dirname, join } from 'node:path';
import { type ComparedTree, ComparedTrees, openCache, type Workplace } from '../data/index.ts';
import { gitTopOf, openRepository, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { readMetrics, readParams } from '../metrics/index.ts';
import { type BaselineChoice, baselinesOf, namesOf } from './baselines.ts';
import { queueFolders } from './queue-files.ts';
import { looseRuns, type QueueTask, queueTasks } from './queue-tasks.ts';
import { listExperiments } from './refs.ts';
import type {
  ContentState,
  ExecutorState,
  ExperimentData,
  ExperimentRange,
  ExperimentState,
  OutputState,
} from './state.ts';
import { StateCache } from './state-cache.ts';

export interface CollectOptions extends BaselineChoice {
  readonly hideQueued?: boolean;
  readonly hideFailed?: boolean;
  readonly hideWorkspace?: boolean;
  /** Commits go by their ids, not by the names of branches and tags. */
  readonly shaOnly?: boolean;
  /** Of parameters, only those of stages. */
  readonly paramDeps?: boolean;
  /** Reads commits again whose content is remembered. */
  readonly force?: boolean;
}

/**
 * The workspace, and the chosen commits with the experiments that were derived from them: running, finished, queued and failed
 * ones, the newest of each first.
 * @throws AssayError `ASSAY_DVC_NO_REVISION`, `ASSAY_DVC_NO_GIT`
 */
export async function collectExperiments(
  workplace: Workplace,
  options: CollectOptions = {},
): Promise<readonly ExperimentState[]> {
  const { repository } = workplace;
  if ((await runGit(gitTopOf(repository), ['rev-parse', '--verify', '--quiet', 'HEAD'])) === undefined) return [];
  const [baselines, all] = await Promise.all([baselinesOf(repository, options), listExperiments(repository)]);
  const names = options.shaOnly ? new Map<string, string>() : await namesOf(repository, baselines);
  const reader = new StateReader(workplace, options);
  try {
    const states: ExperimentState[] = options.hideWorkspace ? [] : [await reader.read(undefined)];
    const folders = queueFolders(repository);
    const tasks = queueTasks(folders);
    const executors = new Map(
      tasks.flatMap((task) => (task.state === 'success' ? [[task.info!.resultRef!, executorOf(task)] as const] : [])),
    );
    const loose = looseRuns(folders);
    for (const baseline of baselines) {
      const of = (state: QueueTask['state']) =>
        tasks.filter((task) => task.state === state && task.entry.baseline === baseline);
      const running: ExperimentRange[] = [];
      for (const { key, info, process } of loose) {
        if (info.baseline !== baseline) continue;
        const local = { root: info.root, log: process?.log, pid: process?.pid };
        const executor: ExecutorState = { state: 'running', name: info.location ?? 'workspace', local };
        const state = await reader.readFolder(info.root, info.dvcFolder, key);
        running.push({ name: info.name, revs: [{ ...state, name: info.name }], executor });
      }
      for (const task of of('running')) {
        const { info, entry } = task;
        const state = await reader.readFolder(info?.root, info?.dvcFolder ?? '.dvc', entry.stash);
        running.push({ name: entry.name, revs: [{ ...state, name: entry.name }], executor: executorOf(task) });
      }
      const finished = await Promise.all(
        all
          .filter((one) => one.baseline === baseline)
          .map(async ({ ref, rev, name }): Promise<ExperimentRange> => {
            const [tip, ...rest] = await reader.readBranch(rev!, baseline);
            return { name, revs: tip ? [{ ...tip, name }, ...rest] : [], executor: executors.get(ref) };
          }),
      );
      const waiting: ExperimentRange[] = [];
      for (const task of options.hideQueued ? [] : of('queued')) {
        const state = await reader.read(task.entry.stash);
        const data = state.data && { ...state.data, metrics: new Map() };
        waiting.push({
          name: task.entry.name,
          revs: [{ ...state, name: task.entry.name, data }],
          executor: executorOf(task),
        });
      }
      const failed: ExperimentRange[] = [];
      for (const task of options.hideFailed ? [] : of('failed')) {
        const state = await reader.read(task.entry.stash);
        const error = { msg: 'Experiment run failed', type: '' };
        failed.push({
          name: task.entry.name,
          revs: [{ ...state, name: task.entry.name, error }],
          executor: executorOf(task),
        });
      }
      const experiments = [running, finished.filter(({ revs }) => revs.length > 0), waiting, failed];
      states.push({
        ...(await reader.read(baseline)),
        name: names.get(baseline),
        experiments: experiments.flatMap(newestFirst),
      });
    }
    return states;
  } finally {
    await reader.close();
  }
}

function executorOf({ state, entry, info, process }: QueueTask): ExecutorState {
  const task = entry.stash;
  if (state === 'queued') return { state, name: 'dvc-task', local: { task } };
  const seen = process && { log: process.log, pid: process.pid, task };
  if (state === 'running') {
    return { state, name: info?.location ?? 'dvc-task', local: seen && { root: info?.root, ...seen } };
  }
  const local = seen && { ...seen, exitCode: process?.exitCode };
  return { state, name: state === 'success' ? 'dvc-task' : undefined, local };
}

function newestFirst(ranges: readonly ExperimentRange[]): readonly ExperimentRange[] {
  const time = ({ revs }: ExperimentRange) => revs[0]?.created?.getTime() ?? 0;
  const rev = ({ revs }: ExperimentRange) => (revs[0]?.created ? revs[0].rev : '');
  return [...ranges].sort((a, b) => time(b) - time(a) || (rev(a) < rev(b) ? 1 : -1));
}

/** Reads what commits and workspaces hold; what they have in common, once. */
export class StateReader {
  readonly #workplace: Workplace;
  readonly #trees: ComparedTrees;
  readonly #paramDeps: boolean;
  readonly #cache: StateCache;
  readonly #force: boolean;

  constructor(workplace: Workplace, options: Pick<CollectOptions, 'paramDeps' | 'force'>) {
    this.#workplace = workplace;
    this.#trees = new ComparedTrees(workplace);
    this.#paramDeps = options.paramDeps === true;
    this.#cache = new StateCache(workplace.repository);
    this.#force = options.force === true;
  }

  /** @param rev a full commit id; undefined is the workspace */
  async read(rev: string | undefined): Promise<ExperimentState> {
    const seconds = rev === undefined ? undefined : (await this.#trees.commits.commit(rev))?.seconds;
    const state = {
      rev: rev ?? 'workspace',
      name: undefined,
      created: seconds === undefined ? undefined : new Date(seconds * 1000),
      experiments: [],
    };
    const cacheable = rev !== undefined && !this.#paramDeps;
    const known = cacheable && !this.#force ? this.#cache.get(rev) : undefined;
    if (known) return { ...state, data: known, error: undefined };
    try {
      const data = await readData(await this.#trees.open(rev), this.#paramDeps);
      if (cacheable) this.#cache.put(rev, state.created, data);
      return { ...state, data, error: undefined };
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      return { ...state, data: undefined, error: { msg: error.message, type: error.code } };
    }
  }

  /** The workspace of an experiment that runs in a folder of its own. */
  async readFolder(root: string | undefined, dvcFolder: string, rev: string): Promise<ExperimentState> {
    const nothing = { rev, name: undefined, created: undefined, data: undefined, experiments: [] };
    if (root === undefined) return { ...nothing, error: undefined };
    const { environment } = this.#workplace;
    try {
      const repository = openRepository(dirname(join(root, dvcFolder)), environment);
      const trees = new ComparedTrees({ ...this.#workplace, repository, cache: openCache(repository) });
      const data = await readData(await trees.open(undefined), this.#paramDeps);
      return { ...nothing, data, error: undefined };
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      return { ...nothing, error: { msg: error.message, type: error.code } };
    }
  }

  /** An experiment's commits, the newest first, down to its baseline. */
  async readBranch(tip: string, baseline: string): Promise<readonly ExperimentState[]> {
    const revs: string[] = [];
    for (let rev: string | undefined = tip; rev !== undefined && rev !== baseline; ) {
      revs.push(rev);
      rev = (await this.#trees.commits.commit(rev))?.parents[0];
    }
    return Promise.all(revs.map((rev) => this.read(rev)));
  }

  close(): Promise<void> {
    return this.#trees.close();
  }
}

async function readData(tree: ComparedTree, depsOnly: boolean): Promise<ExperimentData> {
  const deps = new Map<string, ContentState>();
  const outs = new Map<string, OutputState>();
  for (const stage of tree.index.stages) {
    const isSource = stage.cmd.length === 0;
    for (const dep of stage.deps) if (!dep.repo && !dep.db) deps.set(dep.location, contentOf(dep));
    for (const out of stage.outs) {
      if (!out.metric && !out.plot) outs.set(out.location, { ...contentOf(out), cached: out.cache, isSource });
    }
  }
  return { params: await readParams(tree, { depsOnly }), metrics: await readMetrics(tree), deps, outs };
}

function contentOf(entry: {
  readonly checksum?: { readonly value: string } | undefined;
  readonly size?: number | undefined;
  readonly nfiles?: number | undefined;
}): ContentState {
  return { hash: entry.checksum?.value, size: entry.size, nfiles: entry.nfiles };
}
