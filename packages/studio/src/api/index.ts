export type * from 'assay/api';
export { ApiError } from './api-error.ts';
export { api, read } from './client.ts';
export type { Comparison, Estimate, LabelerScores } from './comparison.ts';
export type { Epoch, Evaluation, SystemScores, Verdict } from './evaluation.ts';
export { useLook, useWorkspace } from './look.ts';
export * from './queries.ts';
export * from './repository-queries.ts';
