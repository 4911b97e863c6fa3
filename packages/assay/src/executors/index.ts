export type { Executor, Job, JobState } from './executor.ts';
export { endLeftovers, ProcessExecutor, type ProcessExecutorOptions } from './process-executor.ts';
export { stageVariables, type VariablesRequest } from './variables.ts';
