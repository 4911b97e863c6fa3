export { fileHighWaterMarks, type HighWaterMark, type HighWaterMarks } from './high-water.ts';
export type { Artifact, Draft, LedgerRecord, Parent, RecordEvent, Sealed, SealedRecord } from './record.ts';
export { ed25519Signer, type Signer } from './signer.ts';
export { openSqliteRecords, type SqliteRecordsOptions } from './sqlite-records.ts';
export type { ListQuery, RecordStore } from './store.ts';
