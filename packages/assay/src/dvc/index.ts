export type { Checksum, DataFile, DepEntry, EntryContent, LockedStage, OutEntry } from './entries.ts';
export type { Repository } from './repository.ts';
export type { ParamDependency, TrackedDep, TrackedOut, TrackedStage } from './stage.ts';
export type { Value } from './value.ts';
