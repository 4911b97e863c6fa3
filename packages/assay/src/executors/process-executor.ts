import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { Executor, Job, JobState } from './executor.ts';
import { findCommand } from './find-command.ts';
import { startClock } from './process-table.ts';
import { endProcesses, livingGroups } from './process-tree.ts';

/**
 * In the environment of every process of a job, so that it is found again wherever it went. The value is a list: a run
 * within a job of another run adds to what it was started with, so that to end the outer is to end both.
 */
const jobVariable = 'ASSAY_JOB';
const runVariable = 'ASSAY_RUN_MARKER';

export interface ProcessExecutorOptions {
  /** Says whose jobs these are: `endLeftovers` finds them by it, after this process was killed. */
  readonly runMarker: string;
  /** How many jobs the scheduler may run side by side; as many as there are processors if not given. */
  readonly slots?: number;
  /** Between SIGTERM and SIGKILL; 5 if not given. */
  readonly graceSeconds?: number;
}

/**
 * Runs jobs as processes of this machine, Linux or macOS: no shell, the given environment and two markers of ours, a
 * session of their own, both outputs in the log file. When a job ends, however it does, every process it started ends.
 * Jobs do not outlive a run on purpose: after a `kill -9` of this process, `endLeftovers` ends what is left.
 */
export class ProcessExecutor implements Executor {
  readonly name = 'process';
  readonly capabilities: Executor['capabilities'];
  readonly #jobs = new Map<string, RunningJob>();
  readonly #runMarker: string;
  readonly #graceSeconds: number;

  constructor(options: ProcessExecutorOptions) {
    this.capabilities = { detached: false, slots: options.slots ?? availableParallelism() };
    this.#runMarker = options.runMarker;
    this.#graceSeconds = options.graceSeconds ?? 5;
  }

  /** @throws AssayError ASSAY_EXECUTOR_JOB, ASSAY_EXECUTOR_LOG, ASSAY_EXECUTOR_DISK_FULL */
  async submit(job: Job): Promise<string> {
    if (this.#jobs.has(job.id)) return job.id;
    if (job.commands.length === 0 || job.commands.some((argv) => argv.length === 0))
      throw new AssayError('ASSAY_EXECUTOR_JOB', `the job ${job.id} has an empty command`);
    if (/\s/.test(job.id)) throw new AssayError('ASSAY_EXECUTOR_JOB', `the job id \`${job.id}\` holds a space`);
    const variables = { ...job.variables, ...nested(runVariable, this.#runMarker), ...nested(jobVariable, job.id) };
    this.#jobs.set(job.id, new RunningJob({ ...job, variables }, openLog(job.logFile), this.#graceSeconds));
    return job.id;
  }

  async poll(externalIds: readonly string[]): Promise<ReadonlyMap<string, JobState>> {
    return new Map(externalIds.flatMap((id) => (this.#jobs.has(id) ? [[id, this.#job(id).state]] : [])));
  }

  wait(externalId: string): Promise<JobState> {
    return this.#job(externalId).ended;
  }

  async cancel(externalId: string): Promise<void> {
    await this.#job(externalId).cancel('cancelled');
  }

  async logs(externalId: string, offset = 0): Promise<{ readonly bytes: Uint8Array; readonly next: number }> {
    await using file = await open(this.#job(externalId).logFile, 'r');
    const { buffer, bytesRead } = await file.read(new Uint8Array(256 * 1024), 0, 256 * 1024, offset);
    return { bytes: buffer.subarray(0, bytesRead), next: offset + bytesRead };
  }

  /** A job of a process that was killed cannot be taken over, as its exit code is lost: what is left of it is ended. */
  async reattach(externalId: string): Promise<JobState | undefined> {
    const known = this.#jobs.get(externalId);
    if (known) return known.state;
    const ended = await endProcesses({ variable: jobVariable, word: externalId }, this.#graceSeconds);
    if (ended === 0) return undefined;
    const message = `the run that started it was killed; ${ended} processes were left, and have been ended`;
    return { state: 'failed', seconds: 0, reason: 'lost', exitCode: null, message };
  }

  #job(id: string): RunningJob {
    const job = this.#jobs.get(id);
    if (!job) throw new AssayError('ASSAY_EXECUTOR_UNKNOWN_JOB', `this executor did not start a job ${id}`);
    return job;
  }
}

/**
 * Ends every process that jobs of a dead run have left, so that two writers never meet. Answers with how many there were.
 * The caller must know that the run is dead: a living one would lose its stages. Finds nothing outside of Linux.
 */
export function endLeftovers(runMarker: string, options: { readonly graceSeconds?: number } = {}): Promise<number> {
  return endProcesses({ variable: runVariable, word: runMarker }, options.graceSeconds ?? 5);
}

function nested(variable: string, word: string): Record<string, string> {
  return { [variable]: [process.env[variable], word].filter(Boolean).join(' ') };
}

type Failure = Omit<Extract<JobState, { state: 'failed' }>, 'state' | 'seconds'>;

class RunningJob {
  readonly logFile: string;
  readonly ended: Promise<JobState>;
  readonly #job: Job;
  readonly #log: number;
  /** Without symbolic links, as the system names it. */
  readonly #realLog: string;
  readonly #graceSeconds: number;
  readonly #since: number = startClock();
  #groups: readonly number[] = [];
  readonly #started = performance.now();
  #state: JobState = { state: 'running' };
  #stopped: 'cancelled' | 'duration' | undefined;
  #ending: Promise<unknown> | undefined;

  constructor(job: Job, log: number, graceSeconds: number) {
    this.#job = job;
    this.#log = log;
    this.#graceSeconds = graceSeconds;
    this.logFile = job.logFile;
    this.#realLog = realpathSync(job.logFile);
    this.ended = this.#run();
  }

  get state(): JobState {
    return this.#state;
  }

  /** Resolves when no process of the job is left. */
  async cancel(why: 'cancelled' | 'duration'): Promise<void> {
    if (this.#state.state === 'running') {
      this.#stopped ??= why;
      this.#ending ??= this.#endAll();
    }
    await Promise.all([this.#ending, this.ended]);
  }

  async #run(): Promise<JobState> {
    const { durationSeconds } = this.#job;
    const timer =
      durationSeconds === undefined
        ? undefined
        : startTimer(durationSeconds, () => this.cancel('duration').catch(() => {}));
    let failure: Failure | undefined;
    try {
      for (const argv of this.#job.commands) {
        failure = await this.#command(argv);
        if (failure || this.#stopped) break;
        // An empty group's number may be given to another's process: forget it.
        if (argv !== this.#job.commands.at(-1)) this.#groups = livingGroups(this.#groups);
      }
      await (this.#ending ?? this.#endAll());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failure = { reason: 'lost', exitCode: null, message };
    } finally {
      timer?.stop();
      closeSync(this.#log);
    }
    const seconds = (performance.now() - this.#started) / 1000;
    const stop = failure || this.#stopped ? this.#stopFailure(failure) : undefined;
    this.#state = stop ? { state: 'failed', seconds, ...stop } : { state: 'succeeded', seconds };
    return this.#state;
  }

  #stopFailure(failure: Failure | undefined): Failure | undefined {
    if (failure?.reason === 'lost') return failure;
    const exitCode = failure?.exitCode ?? null;
    if (this.#stopped === 'cancelled') return { reason: 'cancelled', exitCode, message: 'it was cancelled' };
    if (this.#stopped === 'duration')
      return {
        reason: 'duration',
        exitCode,
        message: `it still ran after ${this.#job.durationSeconds} s, and was ended`,
      };
    return failure;
  }

  async #endAll(): Promise<void> {
    const { id } = this.#job;
    const signs = {
      variable: jobVariable,
      word: id,
      groups: this.#groups,
      logFile: this.#realLog,
      since: this.#since,
    };
    await endProcesses(signs, this.#graceSeconds);
  }

  /** Runs one command to its end; undefined when it succeeded. */
  async #command(argv: readonly string[]): Promise<Failure | undefined> {
    const [program = '', ...rest] = argv;
    const { directory, variables } = this.#job;
    const missing = (message: string): Failure => ({ reason: 'not-found', exitCode: null, message });
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
      return missing(`there is no folder ${directory} to work in`);
    const command = findCommand(program, variables.PATH ?? '', directory);
    if ('missing' in command) return missing(command.missing);
    let child: ChildProcess;
    try {
      child = spawn(command.file, rest, {
        cwd: directory,
        env: { ...variables },
        stdio: ['ignore', this.#log, this.#log],
        detached: true,
      });
    } catch (error) {
      return startFailure(program, command.file, error instanceof Error ? error : new Error(String(error)));
    }
    if (child.pid !== undefined) this.#groups = [...this.#groups, child.pid];
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(startFailure(program, command.file, error)));
      child.once('exit', (code, signal) => resolve(code === 0 ? undefined : this.#exitFailure(program, code, signal)));
    });
  }

  #exitFailure(program: string, code: number | null, signal: NodeJS.Signals | null): Failure {
    if (signal !== null) {
      const memory = signal === 'SIGKILL' ? ', as the system does when memory runs out' : '';
      return { reason: 'signal', exitCode: null, message: `\`${program}\` was ended by ${signal}${memory}` };
    }
    const full = [this.#job.directory, dirname(this.logFile)].find(isFull);
    const disk = full ? `; the disk that holds ${full} is full` : '';
    return { reason: 'exit', exitCode: code, message: `\`${program}\` ended with exit code ${code}${disk}` };
  }
}

function startFailure(program: string, file: string, error: Error): Failure {
  if (isErrno(error, 'ENOENT'))
    return {
      reason: 'not-found',
      exitCode: null,
      message: `${file} names an interpreter in its first line (\`#!\`) that is not there`,
    };
  if (isErrno(error, 'E2BIG'))
    return {
      reason: 'exit',
      exitCode: null,
      message: `the arguments of \`${program}\` are too long for this system: hand over a file`,
    };
  return { reason: 'exit', exitCode: null, message: `\`${program}\` could not be started: ${error.message}` };
}

function openLog(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  } catch (error) {
    if (isErrno(error, 'ENOSPC', 'EDQUOT'))
      throw new AssayError('ASSAY_EXECUTOR_DISK_FULL', `the disk is full: the log ${file} cannot be begun`, {
        hint: 'Make room, then run again: what is done is not done again.',
        cause: error,
      });
    throw new AssayError('ASSAY_EXECUTOR_LOG', `the log ${file} cannot be written: ${String(error)}`, { cause: error });
  }
}

/** Less than one block of 64 KiB is left for a process without privileges. */
function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < 64 * 1024;
  } catch {
    return false;
  }
}

/** `setTimeout` holds at most 24.8 days: longer times are waited for in parts. */
function startTimer(seconds: number, done: () => void): { stop(): void } {
  const end = performance.now() + seconds * 1000;
  let timer: NodeJS.Timeout;
  const next = () => {
    const left = end - performance.now();
    if (left <= 0) done();
    else timer = setTimeout(next, Math.min(left, 2 ** 30));
  };
  next();
  return { stop: () => clearTimeout(timer) };
}
