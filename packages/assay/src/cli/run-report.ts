import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  type Run,
  type RunEvent,
  type RunState,
  type StageRun,
  type StageState,
  secondsBetween,
  shortId,
} from '../runs/index.ts';
import { shortHash } from './format.ts';
import type { Output } from './output.ts';

const signs: Readonly<Record<StageState, string>> = {
  waiting: '·',
  running: '›',
  succeeded: '✓',
  cached: '=',
  failed: '✗',
  cancelled: '✗',
  interrupted: '✗',
  skipped: '-',
  blocked: '-',
};

/** Says how a run goes: one line for each stage that ended, and in a terminal below them what runs now and for how long. */
export class RunReport {
  readonly #output: Output;
  readonly #running = new Map<string, number>();
  readonly #timer: NodeJS.Timeout | undefined;
  #width = 10;

  constructor(output: Output) {
    this.#output = output;
    if (output.interactive) this.#timer = setInterval(() => this.#showRunning(), 100).unref();
  }

  tell(event: RunEvent): void {
    this.#clear();
    if (event.type === 'stage') this.#stage(event.stage);
    else if (event.type === 'ended') this.#output.print(summary(event.run, this.#output.colors));
    else if (event.type === 'started') {
      const { id, pipeline, detail, stages } = event.run;
      this.#width = Math.max(...stages.map(({ stage }) => stage.length), 4);
      this.#output.print(`${this.#output.colors.bold(pipeline)} ${detail.version}  run ${id}`);
    } else this.#output.note(remark(event));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #stage(stage: StageRun): void {
    if (stage.state === 'running') {
      this.#running.set(stage.stage, performance.now());
      return;
    }
    this.#running.delete(stage.stage);
    this.#output.print(stageLine(stage, this.#width, this.#output.colors));
    if (stage.message !== undefined) {
      const { red, dim } = this.#output.colors;
      this.#output.print(`  ${red(stage.message)}`);
      if (stage.log === undefined) return;
      for (const line of lastLines(stage.log, 15)) this.#output.print(`  ${dim('│')} ${line}`);
      this.#output.print(`  ${dim(`log: ${stage.log}`)}`);
    }
  }

  #showRunning(): void {
    if (this.#running.size === 0) return;
    const now = performance.now();
    const parts = [...this.#running].map(([stage, since]) => `${stage} ${((now - since) / 1000).toFixed(0)} s`);
    const line = `${this.#output.colors.blue('›')} ${parts.join(', ')}`;
    process.stderr.write(`\r\x1b[2K${line.slice(0, this.#output.width + 8)}`);
  }

  #clear(): void {
    if (this.#timer) process.stderr.write('\r\x1b[2K');
  }
}

function remark(event: Exclude<RunEvent, { type: 'stage' | 'started' | 'ended' }>): string {
  switch (event.type) {
    case 'waiting': {
      const { holder } = event;
      return `Waiting for ${holder ? `process ${holder.pid} (${holder.command})` : 'another run'} to end …`;
    }
    case 'recovered': {
      const left =
        event.processesEnded > 0 ? `; ${event.processesEnded} of its processes were left, and were ended` : '';
      return `The run ${shortId(event.run)} did not come to its end; it is recorded as interrupted${left}.`;
    }
    case 'callback-failed':
      return `The callback of ${event.stage} failed: ${event.message}`;
  }
}

/** One stage as a line: sign, name, state, seconds, why. */
export function stageLine(stage: StageRun, width: number, colors: Output['colors']): string {
  const { green, red, dim, cyan } = colors;
  const color =
    { succeeded: green, cached: cyan, failed: red, cancelled: red, interrupted: red }[stage.state as string] ?? dim;
  const seconds = stage.started && stage.ended ? `${secondsBetween(stage.started, stage.ended).toFixed(1)} s` : '';
  const state = color(`${signs[stage.state]} ${stage.stage.padEnd(width)}  ${stage.state.padEnd(9)}`);
  return `${state} ${seconds.padStart(8)}  ${dim(stage.because ?? '')}`.trimEnd();
}

/** How a run ended, in a line. */
export function summary(run: Run, colors: Output['colors']): string {
  const seconds = run.ended ? ` in ${secondsBetween(run.started, run.ended).toFixed(2)} s` : '';
  const record = run.record ? `; sealed as ${shortHash(run.record)}` : '';
  return `${stateColor(run.state, colors)(run.state)}${seconds}: ${counts(run)}${record}`;
}

/** `2 executed, 3 cached` */
export function counts(run: Run): string {
  const words: Partial<Record<StageState, string>> = { succeeded: 'executed' };
  const found = new Map<StageState, number>();
  for (const { state } of run.stages) found.set(state, (found.get(state) ?? 0) + 1);
  return [...found].map(([state, count]) => `${count} ${words[state] ?? state}`).join(', ');
}

export function stateColor(state: RunState, { green, red, yellow }: Output['colors']): (text: string) => string {
  if (state === 'succeeded') return green;
  return state === 'running' ? yellow : red;
}

/** A run for a script. */
export function runResult(run: Run) {
  return {
    run: run.id,
    pipeline: run.pipeline,
    version: run.detail.version,
    state: run.state,
    started: run.started,
    ended: run.ended ?? null,
    seconds: run.ended ? secondsBetween(run.started, run.ended) : null,
    record: run.record ?? null,
    parameters: run.detail.parameters,
    stages: run.stages.map((stage) => ({
      stage: stage.stage,
      state: stage.state,
      because: stage.because ?? null,
      seconds: stage.started && stage.ended ? secondsBetween(stage.started, stage.ended) : null,
      exitCode: stage.exitCode ?? null,
      message: stage.message ?? null,
      record: stage.record ?? null,
      executedBy: stage.source ?? null,
      log: stage.log ?? null,
    })),
  };
}

/** The last lines of a log; of a long one only its last 16 KiB are read. */
function lastLines(file: string, count: number): readonly string[] {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const buffer = Buffer.alloc(Math.min(size, 16 * 1024));
      readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
      const text = buffer.toString('utf8').trimEnd();
      // What a program writes may steer the terminal.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      const plain = text.replace(/\x1b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
      return plain === '' ? [] : plain.split('\n').slice(-count);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return [];
  }
}
