export { addPaths, withContent } from './add.ts';
export { addFromElsewhere } from './add-transfer.ts';

export { checkCache, discard } from './cache-check.ts';
export { migrateCache, migrateTrackingFiles, trackingFilesToMigrate } from './cache-migrate.ts';
export {
  type CheckedOut,
  checkoutForgotten,
  checkoutTarget,
  checkoutTargets,
} from './checkout.ts';
export { cloudStatus } from './cloud-status.ts';
export { collectObjects, collectPartialImports, type NeededObject } from './collect.ts';
export { commitStage, lockParams, lockStage, takeDataFile } from './commit.ts';
export { type ComparedTree, ComparedTrees } from './compared-tree.ts';
export { type DataChanges, dataStatus } from './data-status.ts';
export { destroy } from './destroy.ts';
export {
  compareData,
  type DataComparison,
  type DiffEntry,
  diffData,
  diffValue,
  type IndexedRevision,
} from './diff.ts';
export { fetch, fetchFrom, fetchObjects, isAbsent } from './fetch.ts';
export { setFrozen } from './freeze.ts';
export { checkGcScope, collectGarbage } from './gc.ts';
export { checkNotInGit, ignoreInGit, openToGit } from './gitignore.ts';
export { sha256InCache } from './held-objects.ts';
export { type DataVersion, dataHistory } from './history.ts';
export { mergeDataFiles } from './merge.ts';
export { moveData } from './move.ts';
export { headOf, listRevisions } from './named-revisions.ts';
export { fetchedObject, rememberFetched } from './partial-imports.ts';
export { rememberPlaced } from './placed-outputs.ts';
export { push } from './push.ts';
export { removeStage } from './remove.ts';
export { activeBranch, commitOf, type NamedRevisionChoice, namedRevisions } from './revision-choice.ts';
export { findRun, isRemembered, rememberRun } from './run-cache.ts';
export { changeSettings, checkRemote, configuredUrl, configuredValue } from './settings.ts';
export { rememberSha256 } from './sha256.ts';
export { addStage } from './stage-add.ts';
export {
  isChanged,
  type LookElsewhere,
  outState,
  ParamsCache,
  type StageStatus,
  sameValue,
  shownAddress,
  stageStatus,
  statusOf,
  valueAt,
} from './status.ts';
export { storeInRemote } from './to-remote.ts';
export { findContent } from './tracked-content.ts';
export {
  checkUnused,
  expandPatterns,
  findStages,
  findTargets,
  isLegacy,
  placeOf,
  type Target,
  withUpstream,
} from './tracked-data.ts';
export type { TransferOptions, Transferred } from './transfer.ts';
export { unprotect } from './unprotect.ts';
export { locationOf, locked, lockOf, openCache, openWorkplace, shownPath, type Workplace } from './workplace.ts';
