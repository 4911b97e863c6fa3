/** What ran: the states and shapes that the scheduler keeps, the records carry, and the studio shows. */
import type { Argv, Json, Output } from '../pipelines/index.ts';

export type RunState = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

/**
 * - `succeeded`: it was executed; `cached`: an earlier result stands for it.
 * - `skipped`: its condition does not hold, it is inactive, or it needs an output of such a stage.
 * - `blocked`: a stage it needs did not succeed.
 * - `interrupted`: the process that ran it was killed.
 */
export type StageState =
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'cached'
  | 'failed'
  | 'cancelled'
  | 'interrupted'
  | 'skipped'
  | 'blocked';

/** A stage of a run as it stands now. */
export interface StageRun {
  readonly stage: string;
  readonly state: StageState;
  /** In words: why it ran, or why not. */
  readonly because: string | undefined;
  /** Absolute path of its log; undefined unless it was started. */
  readonly log: string | undefined;
  readonly started: string | undefined;
  readonly ended: string | undefined;
  readonly exitCode: number | undefined;
  /** What went wrong. */
  readonly message: string | undefined;
  /** The cache key, hex. */
  readonly key: string | undefined;
  /** Hash of the stage-run record that it stands for. */
  readonly record: string | undefined;
  /** The run that executed it. */
  readonly source: string | undefined;
}

/** What is known of a run when it starts. */
export interface RunDetail {
  /** The pipeline's file, relative to the project where it is in it. */
  readonly file: string;
  readonly version: string;
  readonly description: string | undefined;
  /** Hash of the pipeline record. */
  readonly pipelineRecord: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly code: CodeState | undefined;
  readonly environment: Fingerprint;
  readonly plan: readonly PlannedStage[];
}

/** The graph, for showing. */
export interface PlannedStage {
  readonly id: string;
  readonly group: string;
  readonly description: string | undefined;
  readonly needs: readonly string[];
  readonly commands: readonly Argv[];
  readonly inputs: readonly {
    readonly port: string;
    readonly path: string;
    readonly from: { readonly stage: string; readonly port: string } | undefined;
  }[];
  readonly outputs: readonly Output[];
}

/** Where the code stood: a commit, and a patch object with what was not committed. */
export interface CodeState {
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly dirty: boolean;
  readonly patch: { readonly sha256: string; readonly md5: string; readonly size: number } | undefined;
  readonly omitted: readonly { readonly path: string; readonly why: string }[];
}

export interface Fingerprint {
  readonly os: string;
  readonly arch: string;
  readonly node: string;
  readonly assay: string;
  readonly cpus: number;
  readonly cpu: string;
  readonly memoryBytes: number;
  /** Versions of what the stages' environments bring, by environment. */
  readonly tools: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Run {
  readonly id: string;
  readonly pipeline: string;
  readonly state: RunState;
  readonly started: string;
  readonly ended: string | undefined;
  /** Hash of the run record; undefined until it is sealed. */
  readonly record: string | undefined;
  readonly detail: RunDetail;
  readonly stages: readonly StageRun[];
}

/** Enough of a run's id to tell it from others: its time in milliseconds. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}
