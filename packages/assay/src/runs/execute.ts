import { resolve } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { type Executor, type JobState, stageVariables } from '../executors/index.ts';
import type { Argv, Stage } from '../pipelines/index.ts';
import type { Artifact } from '../records/index.ts';
import type { Decision, DecisionContext } from './decide.ts';
import type { StageKeeping } from './keeping.ts';
import { type OutputResult, type StageRunBody, secondsBetween, stageRunDraft } from './run-records.ts';

export interface ExecutionContext extends DecisionContext {
  readonly run: string;
  readonly keeping: StageKeeping;
  /** Hash of the pipeline record. */
  readonly pipeline: string;
  readonly executor: Executor;
  readonly clock: () => Date;
  readonly signal: AbortSignal;
  /** Absolute path of a stage's log. */
  logOf(stage: string, part?: 'callback'): string;
  /** Where `assay` and Node are, and a folder for temporary files; made when first asked for. */
  tools(): { readonly folder: string; readonly temporary: string };
  /** Hash of the stage-run record that stands for a stage that has come to a result. */
  recordOf(stage: string): string | undefined;
}

export interface Executed {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly exitCode: number | undefined;
  readonly message: string | undefined;
  readonly ended: string;
  /** Hash of the stage-run record. */
  readonly record: string;
}

/**
 * Runs the stage's commands, stores its outputs, and seals what happened. The outputs of before are removed first, once they
 * are in the store, so that what is there afterwards is of this execution alone.
 */
export async function executeStage(
  context: ExecutionContext,
  stage: Stage,
  decision: Extract<Decision, { run: true }>,
  onStart: (job: string) => Promise<void>,
): Promise<Executed> {
  const started = context.clock().toISOString();
  const outcome = await attempt(context, stage, decision, onStart);
  const ended = context.clock().toISOString();
  const log = await context.contents.describe(context.logOf(stage.id));
  const body: StageRunBody = {
    run: context.run,
    pipeline: context.graph.name,
    stage: stage.id,
    group: stage.group,
    state: outcome.state,
    because: decision.because,
    commands: stage.commands,
    environment: stage.environment.name,
    started,
    ended,
    seconds: secondsBetween(started, ended),
    exitCode: outcome.exitCode ?? null,
    message: outcome.message ?? null,
    log: log ? { sha256: log.sha256, size: log.size } : null,
    key: decision.key,
    parts: decision.work.parts,
    inputs: decision.work.inputs,
    outputs: outcome.outputs,
  };
  const producers = decision.work.inputs.flatMap(({ from }) => (from ? (context.recordOf(from.stage) ?? []) : []));
  const links = { pipeline: context.pipeline, producers };
  const [sealed] = await context.records.append([stageRunDraft(body, context.graph.version, links, outcome.files)]);
  return { ...outcome, ended, record: sealed!.hash };
}

interface Outcome {
  readonly state: Executed['state'];
  readonly exitCode: number | undefined;
  readonly message: string | undefined;
  readonly outputs: readonly OutputResult[];
  readonly files: readonly Artifact[];
}

function failure(message: string, exitCode?: number): Outcome {
  return { state: 'failed', exitCode, message, outputs: [], files: [] };
}

/** One code for each way a job can fail. */
const failureCodes = {
  exit: 'ASSAY_STAGE_FAILED',
  signal: 'ASSAY_STAGE_KILLED',
  'not-found': 'ASSAY_STAGE_COMMAND_MISSING',
  duration: 'ASSAY_STAGE_TOO_LONG',
  cancelled: 'ASSAY_STAGE_CANCELLED',
  lost: 'ASSAY_STAGE_LOST',
} as const;

/** What goes wrong in the stage is its outcome; nothing is thrown. */
async function attempt(
  context: ExecutionContext,
  stage: Stage,
  decision: Extract<Decision, { run: true }>,
  onStart: (job: string) => Promise<void>,
): Promise<Outcome> {
  try {
    await context.keeping.clear(stage);
    const commands = [...stage.hooks.pre, ...stage.commands, ...stage.hooks.post];
    const ended = await runJob(
      context,
      stage,
      `${context.run}-${stage.id}`,
      commands,
      context.logOf(stage.id),
      onStart,
    );
    if (ended.state !== 'succeeded') {
      if (ended.state === 'running') throw new Error(`the executor says that ${stage.id} has ended, and runs`);
      const state = ended.reason === 'cancelled' ? 'cancelled' : 'failed';
      return { ...failure(withCode(ended.message, failureCodes[ended.reason]), ended.exitCode ?? undefined), state };
    }
    const kept = await context.keeping.collect(stage, decision);
    return { state: 'succeeded', exitCode: 0, message: undefined, ...kept };
  } catch (error) {
    if (isCancelled(context.signal, error)) return { ...failure('it was cancelled'), state: 'cancelled' };
    const message = explain(error);
    if (message === undefined) throw error;
    return failure(message);
  }
}

/** Whether this is how waiting ends when the run is cancelled. */
export function isCancelled(signal: AbortSignal, error: unknown): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));
}

/** What failed outside of the commands, for a person; undefined for a fault of ours. */
export function explain(error: unknown): string | undefined {
  if (error instanceof AssayError) return withCode(error.message, error.code);
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) return withCode(`there is no room: ${error.message}`, 'ASSAY_DISK_FULL');
  if (isErrno(error, 'EACCES', 'EPERM', 'EROFS')) return withCode(error.message, 'ASSAY_STAGE_NOT_ALLOWED');
  return undefined;
}

/** A stage's message ends with the code to look up. */
export function withCode(message: string, code: string): string {
  return `${message} (${code})`;
}

/** How long a callback may take. */
const callbackSeconds = 60;

/** Runs the callback hook; what goes wrong with it is answered, and changes nothing. */
export async function runCallback(
  context: ExecutionContext,
  stage: Stage,
  status: string,
): Promise<string | undefined> {
  if (stage.hooks.callback.length === 0) return undefined;
  try {
    const own = { ...stage, durationSeconds: callbackSeconds };
    const log = context.logOf(stage.id, 'callback');
    const job = `${context.run}-${stage.id}-callback`;
    const ended = await runJob(
      { ...context, signal: new AbortController().signal },
      own,
      job,
      stage.hooks.callback,
      log,
      async () => {},
      {
        ASSAY_STATUS: status,
      },
    );
    return ended.state === 'failed' ? ended.message : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runJob(
  context: ExecutionContext,
  stage: Stage,
  id: string,
  commands: readonly Argv[],
  logFile: string,
  onStart: (job: string) => Promise<void>,
  more: Readonly<Record<string, string>> = {},
): Promise<JobState> {
  const { folder, temporary } = context.tools();
  const variables = stageVariables({
    environment: stage.environment,
    directory: context.graph.directory,
    toolFolders: [folder],
    temporary,
    caller: context.environment,
    parameters: stage.parameters,
  });
  const job = await context.executor.submit({
    id,
    commands,
    directory: resolve(context.graph.directory, stage.directory),
    variables: { ...variables, ASSAY_RUN: context.run, ASSAY_STAGE: stage.id, ...more },
    logFile,
    durationSeconds: stage.durationSeconds,
  });
  const cancel = () => void context.executor.cancel(job).catch(() => {});
  context.signal.addEventListener('abort', cancel, { once: true });
  if (context.signal.aborted) cancel();
  try {
    await onStart(job);
    return await context.executor.wait(job);
  } finally {
    context.signal.removeEventListener('abort', cancel);
  }
}
