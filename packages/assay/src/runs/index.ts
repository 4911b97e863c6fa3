export { Contents } from './contents.ts';
export { type DvcKeepingOptions, dvcKeeping } from './dvc-keeping.ts';
export type { RunEvent } from './events.ts';
export { LiveRuns } from './live-runs.ts';
export { findRun, readStageLog } from './queries.ts';
export { type PlannedStage, type Run, type RunState, type StageRun, type StageState, shortId } from './run.ts';
export { type RunOptions, runPipeline } from './run-pipeline.ts';
export { readStageRun, type StageRunBody, secondsBetween } from './run-records.ts';
export { type Implementation, sourceFiles } from './work.ts';
