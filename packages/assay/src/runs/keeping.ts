import type { Stage } from '../pipelines/index.ts';
import type { Artifact } from '../records/index.ts';
import type { Decision } from './decide.ts';
import type { OutputResult } from './run-records.ts';

/**
 * How stages of one kind of pipeline are known again, and where their results are kept: by content in the project's own store
 * (`contentKeeping`), or in a `dvc.lock` and DVC's caches (`dvcKeeping`). The scheduler asks nothing else of a pipeline's kind.
 */
export interface StageKeeping {
  /** Whether the stage has to be executed, and why. @throws AssayError for what keeps it from being known */
  decide(stage: Stage): Promise<Decision>;
  /** Makes the outputs as the earlier result has them. */
  bringBack(stage: Stage, decision: Extract<Decision, { run: false }>): Promise<void>;
  /** Takes away what an earlier execution left, once it is kept. */
  clear(stage: Stage): Promise<void>;
  /** Keeps what the stage made. @throws AssayError when an output is not there, or what it was made of changed meanwhile */
  collect(
    stage: Stage,
    decision: Extract<Decision, { run: true }>,
  ): Promise<{ readonly outputs: readonly OutputResult[]; readonly files: readonly Artifact[] }>;
  /** However the stage came to its end, after everything else. */
  leave(stage: Stage): Promise<void>;
}
