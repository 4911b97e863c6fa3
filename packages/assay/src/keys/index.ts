/** The keys of a project's ledger: what it had, rotation, revocation. */
export { ledgerKeys } from './history.ts';
export { revokeLedgerKey } from './revoke.ts';
export { finishRotation, rotateLedgerKey } from './rotate.ts';
