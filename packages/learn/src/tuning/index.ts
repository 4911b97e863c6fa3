export type { JournalEntry } from './journal.ts';
export type { ParameterSpec, ParametersOf, SearchSpace } from './space.ts';
export { type TuneOptions, type TuneResult, tune } from './tune.ts';
