import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { createFile } from '../durable-file.ts';
import type { Executor } from '../executors/index.ts';
import type { StageGraph } from '../pipelines/index.ts';
import type { RecordStore } from '../records/index.ts';
import { acquireLock, assayHome, newId, type Project, readGitState } from '../workspace/index.ts';
import { contentKeeping } from './content-keeping.ts';
import type { Contents } from './contents.ts';
import type { DecisionContext } from './decide.ts';
import type { RunEvent } from './events.ts';
import { readFingerprint } from './fingerprint.ts';
import type { StageKeeping } from './keeping.ts';
import type { LiveRuns } from './live-runs.ts';
import { checkBeforeRun } from './preflight.ts';
import { recoverRuns } from './recover.ts';
import type { CodeState, Run, RunState, StageState } from './run.ts';
import { runDraft, sealPipeline } from './run-records.ts';
import { type OnFailure, Scheduler } from './scheduler.ts';
import { RunTools } from './tools.ts';
import type { Implementation } from './work.ts';

export interface RunDependencies {
  readonly project: Project;
  readonly records: RecordStore;
  readonly live: LiveRuns;
  readonly contents: Contents;
  /** An executor for one run; `endLeftovers` finds its jobs by the run's id after this process was killed. */
  readonly executorOf: (run: string) => Executor;
  readonly endLeftovers: (run: string) => Promise<number>;
  readonly implementation: Implementation;
  /** The script that starts Assay, for stages that call it. */
  readonly launcher: string;
  /** The caller's variables, for those that an environment passes on. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: () => Date;
  /** For pipelines that are not known by their content; it also checks beforehand what it needs. */
  readonly keepingOf?: (context: DecisionContext) => StageKeeping;
}

export interface RunOptions {
  /** How many stages side by side; as many as there are processors if not given. */
  readonly jobs?: number;
  /** What a stage that failed means for the others; those that do not need it go on unless told. */
  readonly onFailure?: OnFailure;
  /** Execute every stage, whatever is known of it. */
  readonly force?: boolean;
  /** Wait for another run of this checkout to end; else it is refused. */
  readonly wait?: boolean;
  /** What the person typed, for whoever meets the lock. */
  readonly command?: string;
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborting it ends every stage, with all its processes, and the run is recorded as cancelled. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a pipeline: stages that are ready side by side, results cached by content, everything sealed. Answers with the run as it
 * ended, whether it succeeded, failed, or was cancelled.
 *
 * First it brings earlier runs of this checkout to their end whose process was killed.
 *
 * @throws AssayError `ASSAY_LOCK_HELD` while another run of this checkout lives, and those of `checkBeforeRun`; of the records,
 * the database or the disk when these fail: the run is then ended by the next one.
 */
export async function runPipeline(
  graph: StageGraph,
  dependencies: RunDependencies,
  options: RunOptions = {},
): Promise<Run> {
  const { project, records, live, contents, clock } = dependencies;
  const onEvent = options.onEvent ?? (() => {});
  const signal = options.signal ?? new AbortController().signal;
  if (!dependencies.keepingOf) checkBeforeRun(graph, project.root);
  const checkout = checkoutName(project);
  using _lock = await acquireLock(project.paths.locks, lockName(checkout), {
    command: options.command ?? `assay run ${graph.file}`,
    now: clock(),
    wait: options.wait === true,
    onWait: (holder) => onEvent({ type: 'waiting', holder }),
    signal,
  });
  for (const recovered of await recoverRuns(dependencies, checkout)) onEvent({ type: 'recovered', ...recovered });

  const run = newId(clock());
  const [pipeline, code] = await Promise.all([sealPipeline(records, graph), readCodeState(graph, contents)]);
  await live.begin({
    id: run,
    checkout,
    pipeline: graph.name,
    started: clock().toISOString(),
    detail: {
      file: relativeTo(project.root, graph.file),
      version: graph.version,
      description: graph.description,
      pipelineRecord: pipeline.hash,
      parameters: graph.parameters,
      code,
      environment: readFingerprint(graph),
      plan: graph.stages.map(({ id, group, description, needs, commands, inputs, outputs }) => ({
        id,
        group,
        description,
        needs,
        commands,
        inputs,
        outputs,
      })),
    },
  });
  onEvent({ type: 'started', run: (await live.get(run))! });
  const tools = new RunTools(run, assayHome(dependencies.environment), dependencies.launcher);
  const executor = dependencies.executorOf(run);
  const deciding: DecisionContext = {
    graph,
    contents,
    records,
    live,
    force: options.force === true,
    implementation: dependencies.implementation,
    environment: dependencies.environment,
    salt: readSalt(join(project.state, 'salt')),
  };
  const scheduler = new Scheduler(
    {
      ...deciding,
      keeping: (dependencies.keepingOf ?? contentKeeping)(deciding),
      run,
      executor,
      clock,
      signal,
      pipeline: pipeline.hash,
      logOf: (stage, part) =>
        join(project.paths.runs, run, `${encodeURIComponent(stage)}${part === undefined ? '' : `.${part}`}.log`),
      tools: () => tools.folders(),
    },
    {
      jobs: Math.max(1, Math.min(options.jobs ?? availableParallelism(), executor.capabilities.slots)),
      onFailure: options.onFailure ?? 'keep-going',
    },
    onEvent,
  );
  try {
    const states = await scheduler.run();
    await live.end(run, stateOf([...states.values()], signal.aborted), clock().toISOString());
  } finally {
    RunTools.remove(run);
  }
  const [sealed] = await records.append([runDraft((await live.get(run))!)]);
  await live.markSealed(run, sealed!.hash);
  const ended = (await live.get(run))!;
  onEvent({ type: 'ended', run: ended });
  return ended;
}

/**
 * Brings runs of a checkout to their end whose process was killed, with what they left running.
 * @throws AssayError `ASSAY_LOCK_HELD` while a run of this checkout lives
 */
export async function recoverCheckout(
  dependencies: Pick<RunDependencies, 'project' | 'records' | 'live' | 'endLeftovers' | 'clock'>,
): Promise<void> {
  const { project, clock } = dependencies;
  const checkout = checkoutName(project);
  using _lock = await acquireLock(project.paths.locks, lockName(checkout), { command: 'recovery', now: clock() });
  await recoverRuns(dependencies, checkout);
}

function stateOf(states: readonly StageState[], aborted: boolean): RunState {
  // A signal that came when all was done already has cancelled nothing.
  if (aborted && states.includes('cancelled')) return 'cancelled';
  return states.some((state) => state === 'failed' || state === 'blocked' || state === 'cancelled')
    ? 'failed'
    : 'succeeded';
}

/** Linked worktrees share `.assay/`, and may run side by side; the main one may be moved. */
function checkoutName(project: Project): string {
  return join(project.root, '.assay') === project.state ? 'main' : project.root;
}

function lockName(checkout: string): string {
  if (checkout === 'main') return 'run';
  return `run-${createHash('sha256').update(checkout).digest('hex').slice(0, 12)}`;
}

async function readCodeState(graph: StageGraph, contents: Contents): Promise<CodeState | undefined> {
  const outputs = graph.stages.flatMap((stage) => stage.outputs.map(({ path }) => path));
  const state = await readGitState(graph.directory, outputs);
  if (!state) return undefined;
  const { commit, branch, dirty, omitted, patch } = state;
  return { commit, branch, dirty, omitted, patch: patch.length > 0 ? await contents.put(patch) : undefined };
}

function readSalt(file: string): Uint8Array {
  createFile(file, randomBytes(32), { mode: 0o600 });
  return readFileSync(file);
}

/** With `/`; absolute when it is not under the folder. */
function relativeTo(folder: string, file: string): string {
  const path = relative(folder, file);
  return path.startsWith('..') ? file : path.replaceAll('\\', '/');
}
