import type { FileResults } from '../metrics/index.ts';

/** What one commit, or the workspace, holds. */
export interface ExperimentData {
  readonly params: FileResults;
  readonly metrics: FileResults;
  /** By path, as the lock or the `.dvc` file has them. */
  readonly deps: ReadonlyMap<string, ContentState>;
  /** Without metrics and plots. */
  readonly outs: ReadonlyMap<string, OutputState>;
}

export interface ContentState {
  readonly hash: string | undefined;
  readonly size: number | undefined;
  readonly nfiles: number | undefined;
}

export interface OutputState extends ContentState {
  readonly cached: boolean;
  /** Tracked by hand or imported: no command makes it. */
  readonly isSource: boolean;
}

/** A revision with its experiments, or an experiment's commit. */
export interface ExperimentState {
  /** A commit id, or `workspace`. */
  readonly rev: string;
  readonly name: string | undefined;
  /** When it was committed. */
  readonly created: Date | undefined;
  readonly data: ExperimentData | undefined;
  /** Why it could not be read. */
  readonly error: { readonly type: string; readonly msg: string } | undefined;
  readonly experiments: readonly ExperimentRange[];
}

/** An experiment: its commit first, then earlier ones of the same experiment. */
export interface ExperimentRange {
  readonly name: string | undefined;
  readonly revs: readonly ExperimentState[];
  readonly executor: ExecutorState | undefined;
}

/** Who ran it, runs it, or will. */
export interface ExecutorState {
  readonly state: 'success' | 'queued' | 'running' | 'failed';
  readonly name: string | undefined;
  readonly local:
    | {
        readonly root?: string | undefined;
        readonly log?: string | undefined;
        readonly pid?: number | undefined;
        readonly exitCode?: number | undefined;
        readonly task?: string | undefined;
      }
    | undefined;
}
