export { type CollectOptions, collectExperiments } from './collect.ts';
export { plainStates } from './plain.ts';
export { type ExperimentColumn, type ExperimentRow, type ExperimentRows, experimentRows } from './rows.ts';
export { csvText, experimentTable } from './table.ts';
