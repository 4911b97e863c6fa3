export { type Content, Contents } from './contents.ts';
export type { RunEvent } from './events.ts';
export type { KeyParts } from './key.ts';
export { LiveRuns } from './live-runs.ts';
export { findRun, readStageLog } from './queries.ts';
export {
  type CodeState,
  type Fingerprint,
  type PlannedStage,
  type Run,
  type RunDetail,
  type RunState,
  type StageRun,
  type StageState,
  shortId,
} from './run.ts';
export { type RunDependencies, type RunOptions, runPipeline } from './run-pipeline.ts';
export {
  type InputUse,
  type OutputResult,
  type RunBody,
  readStageRun,
  type StageRunBody,
  secondsBetween,
} from './run-records.ts';
export { type Implementation, sourceFiles } from './work.ts';
