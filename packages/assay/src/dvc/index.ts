export { Config, type ConfigChange, type ConfigLevel, configFile, editConfig, isPathOption } from './config.ts';
export { knownOptions, mayBe, optionsOfRemote } from './config-schema.ts';
export { editDataFile, formatDataFile, readDataFile } from './data-file.ts';
export { dataFileChecksum } from './data-file-checksum.ts';
export type { Checksum, DataFile, DepEntry, LockedStage, OutEntry } from './entries.ts';
export type { FileLock } from './file-lock.ts';
export {
  type FileTree,
  gitTopOf,
  isTrackingFile,
  isUnborn,
  resolveRevision,
  revisionTree,
  workspaceTree,
} from './file-tree.ts';
export { findRepository, openRepository } from './find-repository.ts';
export { gitEnvironment, requireGit, runGit } from './git-command.ts';
export { GitObjects } from './git-objects.ts';
export { LockFile, lockedStageFields, lockKeys, toLockedStage } from './lock-file.ts';
export { editParams, type ParamChange } from './params-edit.ts';
export { parseJson, parseParams } from './params-file.ts';
export { checkPathsFree, PathLocks, type PathUse } from './path-locks.ts';
export { editPipelineStage } from './pipeline-edit.ts';
export { type ResolvedPipeline, type ResolvedStage, resolvePipeline } from './pipeline-file.ts';
export { byCodePoint, pythonFloat, pythonJson, pythonRepr, pythonStr } from './python-text.ts';
export type { Repository } from './repository.ts';
export { indexOf, type RepositoryIndex, readIndex, readTrackingFile } from './repository-index.ts';
export { repositoryLock } from './repository-lock.ts';
export type { TrackedDep, TrackedOut, TrackedStage } from './stage.ts';
export { shellQuoted, toText } from './template.ts';
export { decodeText } from './text.ts';
export type { Value } from './value.ts';
export { formatYaml, formatYamlDocument, parseYaml, parseYamlDocument } from './yaml.ts';
