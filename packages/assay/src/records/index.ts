export { type Contents, readContents } from './contents.ts';
export { type Difference, diffValues } from './diff.ts';
export { nodeEd25519, nodeHasher } from './hashing.ts';
export { fileHighWaterMarks, type HighWaterMark, type HighWaterMarks } from './high-water.ts';
export {
  canonicalBytes,
  canonicalJson,
  Frontier,
  parseCheckpoint,
  type ReceiptVerdict,
  toHex,
  verifyReceipt,
} from './proof/index.ts';
export { makeReceipt } from './receipt.ts';
export type { Artifact, Draft, LedgerRecord, Parent, RecordEvent, Sealed, SealedRecord } from './record.ts';
export { referenceTo, resolveReference } from './reference.ts';
export { ed25519Signer, type Signer } from './signer.ts';
export { openSqliteRecords, type SqliteRecordsOptions } from './sqlite-records.ts';
export type { ListQuery, RecordStore } from './store.ts';
export { type CheckName, type Failure, type Verification, type VerifyOptions, verifyLedger } from './verify.ts';
