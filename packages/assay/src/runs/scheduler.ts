import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import { describeCondition, evaluateCondition, type Json, type Stage } from '../pipelines/index.ts';
import type { Decision } from './decide.ts';
import type { RunEvent } from './events.ts';
import { type ExecutionContext, executeStage, explain, isCancelled, runCallback } from './execute.ts';
import type { StageChange } from './live-runs.ts';
import { passedOver } from './preflight.ts';
import type { StageRun, StageState } from './run.ts';
import { Slots } from './slots.ts';

/** After a stage failed: no other is started; those that do not need it are; all are. */
export type OnFailure = 'stop' | 'keep-going' | 'ignore';

/** Brings every stage of a run to its end: each as soon as those it needs have ended, so many side by side. */
export class Scheduler {
  readonly #context: ExecutionContext;
  readonly #slots: Slots;
  readonly #onEvent: (event: RunEvent) => void;
  readonly #stages = new Map<string, StageRun>();
  readonly #ended = new Map<string, Promise<StageState>>();
  readonly #callbacks: Promise<void>[] = [];
  readonly #stop = new AbortController();
  readonly #onFailure: OnFailure;
  #failed: string | undefined;

  constructor(
    context: Omit<ExecutionContext, 'recordOf'>,
    { jobs, onFailure }: { readonly jobs: number; readonly onFailure: OnFailure },
    onEvent: (event: RunEvent) => void,
  ) {
    this.#onFailure = onFailure;
    this.#context = {
      ...context,
      signal: AbortSignal.any([context.signal, this.#stop.signal]),
      recordOf: (stage) => this.#stages.get(stage)?.record,
    };
    this.#slots = new Slots(jobs);
    this.#onEvent = onEvent;
  }

  /** Resolves when nothing runs any more. Throws what is a fault of the platform, not of a stage, after all else was ended. */
  async run(): Promise<ReadonlyMap<string, StageState>> {
    const over = passedOver(this.#context.graph);
    for (const stage of this.#context.graph.stages) {
      // Stages come after those they need, so these promises are there.
      const ended = this.#bring(stage, over.get(stage.id)).catch((error: unknown) => {
        this.#stop.abort();
        throw error;
      });
      this.#ended.set(stage.id, ended);
    }
    const outcomes = await Promise.allSettled(this.#ended.values());
    await Promise.all(this.#callbacks);
    await this.#context.contents.remember();
    const fault = outcomes.find((outcome) => outcome.status === 'rejected');
    if (fault) throw fault.reason;
    return new Map([...this.#stages].map(([id, { state }]) => [id, state]));
  }

  async #bring(stage: Stage, over: string | undefined): Promise<StageState> {
    const needs = new Map<string, StageState>();
    for (const id of stage.needs) needs.set(id, (await this.#ended.get(id)) ?? 'blocked');
    const without = stage.inputs.find(({ from }) => from && needs.get(from.stage) === 'skipped');
    const failed = [...needs].find(([, state]) => !['succeeded', 'cached', 'skipped'].includes(state));
    if (over !== undefined) return this.#change(stage, { state: 'skipped', because: `skipped: ${over}` });
    if (failed && this.#onFailure !== 'ignore' && !this.#context.signal.aborted) {
      return this.#change(stage, { state: 'blocked', because: `blocked: ${failed[0]} ${failed[1]}` });
    }
    if (without?.from) {
      return this.#change(stage, {
        state: 'skipped',
        because: `skipped: its input ${without.port} comes from ${without.from.stage}, which was skipped`,
      });
    }
    const release = await this.#slots.take(this.#context.graph.stages.indexOf(stage));
    try {
      if (this.#onFailure === 'stop' && this.#failed !== undefined) {
        return await this.#change(stage, { state: 'blocked', because: `not started: ${this.#failed} failed` });
      }
      if (this.#context.signal.aborted)
        return await this.#change(stage, { state: 'cancelled', because: 'cancelled before it started' });
      try {
        return await this.#decideAndRun(stage);
      } finally {
        await this.#context.keeping.leave(stage);
      }
    } finally {
      release();
    }
  }

  async #decideAndRun(stage: Stage): Promise<StageState> {
    const context = this.#context;
    let decision: Decision;
    try {
      if (stage.when && !this.#holds(stage)) {
        return await this.#change(stage, {
          state: 'skipped',
          because: `skipped: ${describeCondition(stage.when)} does not hold`,
        });
      }
      decision = await context.keeping.decide(stage);
      if (!decision.run) await context.keeping.bringBack(stage, decision);
    } catch (error) {
      if (isCancelled(context.signal, error)) {
        return this.#change(stage, { state: 'cancelled', because: 'cancelled before it started' });
      }
      const message = explain(error);
      if (message === undefined) throw error;
      return this.#change(stage, { state: 'failed', because: 'it could not be started', message });
    }
    const { because, key } = decision;
    if (!decision.run) {
      const known = decision.earlier && { record: decision.earlier.record, source: decision.earlier.body.run };
      return this.#change(stage, { state: 'cached', because, key, ...known });
    }
    await this.#change(stage, {
      state: 'running',
      because,
      key,
      log: context.logOf(stage.id),
      started: context.clock().toISOString(),
    });
    const executed = await executeStage(context, stage, decision, (job) =>
      context.live.changeStage(context.run, stage.id, { job }),
    );
    const { state, ended, exitCode, message, record } = executed;
    await this.#change(stage, {
      state,
      ended,
      record,
      source: context.run,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(message === undefined ? {} : { message }),
    });
    this.#callbacks.push(this.#callback(stage, state));
    return state;
  }

  async #callback(stage: Stage, status: StageState): Promise<void> {
    const message = await runCallback(this.#context, stage, status);
    if (message !== undefined) this.#onEvent({ type: 'callback-failed', stage: stage.id, message });
  }

  #holds(stage: Stage): boolean {
    const { graph } = this.#context;
    if (!stage.when) return true;
    return evaluateCondition(stage.when, {
      parameters: graph.parameters,
      metric: (id, port) => {
        const output = graph.stages.find((one) => one.id === id)?.outputs.find((one) => one.port === port);
        return readMetrics(resolve(graph.directory, output?.path ?? ''), `${id}.${port}`);
      },
    });
  }

  async #change(stage: Stage, change: StageChange & { readonly state: StageState }): Promise<StageState> {
    await this.#context.live.changeStage(this.#context.run, stage.id, change);
    if (change.state === 'failed') this.#failed ??= stage.id;
    const { job: _job, ...visible } = change;
    const now: StageRun = { ...(this.#stages.get(stage.id) ?? unknown(stage.id)), ...visible };
    this.#stages.set(stage.id, now);
    this.#onEvent({ type: 'stage', stage: now });
    return change.state;
  }
}

function unknown(stage: string): StageRun {
  return {
    stage,
    state: 'waiting',
    because: undefined,
    log: undefined,
    started: undefined,
    ended: undefined,
    exitCode: undefined,
    message: undefined,
    key: undefined,
    record: undefined,
    source: undefined,
  };
}

function readMetrics(file: string, name: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new AssayError('ASSAY_RUN_METRICS', `the metrics ${name} (${file}) cannot be read as JSON`, {
      hint: 'A stage with `role: metrics` on an output writes one JSON value there.',
      cause: error,
    });
  }
}
