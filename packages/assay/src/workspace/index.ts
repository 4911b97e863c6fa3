export { createActor, localActor, localActorId } from './actor.ts';
export type { AnchorConfig } from './anchor-config.ts';
export { projectConfig, trustKey, writeAnchorConfig } from './config.ts';
export { readGitState } from './git.ts';
export { hookNames, installHooks } from './git-hooks.ts';
export { assayHome } from './home.ts';
export { newId } from './identifier.ts';
export { IgnoreRules } from './ignore.ts';
export { initProject } from './init.ts';
export {
  createKeyFile,
  createSigningKey,
  keyPath,
  loadSigningKey,
  publicVkey,
  readSigningKey,
  type SigningKey,
  vkeyId,
} from './keys.ts';
export { type LedgerPlace, ledgerPlace } from './ledger-place.ts';
export { checkLedgerSigner, ledgerSigner, localKey } from './ledger-signer.ts';
export { acquireLock, type Holder } from './lock.ts';
export { findProject, gitWorktree, type Project, writeLedgerKey } from './root.ts';
