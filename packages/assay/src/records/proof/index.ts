/** Verification that needs no server, no database and no Node: runs in a browser. */
export { type AddCheckpoint, formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
export { concat, equalBytes, fromBase64, fromHex, toBase64, toHex } from './bytes.ts';
export { canonicalBytes, canonicalJson, parseCanonical } from './canonical-json.ts';
export { type Checkpoint, formatCheckpoint, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
export { checksInto } from './checks.ts';
export {
  cosignaturesOf,
  cosignedMessage,
  formatCosignature,
  formatWitnessVkey,
  parseWitnessVkey,
  verifyCosigned,
  type WitnessKey,
  type WitnessPolicy,
  witnessPolicy,
} from './cosignature.ts';
export {
  firstKey,
  followKeys,
  isStatementEntry,
  type LedgerKey,
  type RevokedKey,
  type SealedStatement,
  verifiersOf,
} from './key-history.ts';
export {
  formatKeyStatement,
  type HandOver,
  KEY_RECORD,
  type KeyStatement,
  parseKeyStatement,
} from './key-statement.ts';
export { emptyRoot, Frontier, portableHasher, type TreeHasher, verifyConsistency, verifyInclusion } from './merkle.ts';
export {
  type Ed25519,
  formatSignature,
  formatVkey,
  keyIdOf,
  type NoteSignature,
  parseNote,
  parseVkey,
  portableEd25519,
  type SignedNote,
  type Verifier,
  verifyNote,
} from './note.ts';
export { parsePlainEntry } from './plain-record.ts';
export {
  doesNotProve,
  type KeyProof,
  type OpenedBytes,
  RECEIPT_FORMAT,
  type Receipt,
  type ReceiptCheck,
  type ReceiptVerdict,
  verifyReceipt,
} from './receipt.ts';
export { isRecord, LARGEST_ENTRY, parseEntry, recordProblem } from './record.ts';
export { formatTlogProof, parseTlogProof, type TlogProof } from './tlog-proof.ts';
export { type TreeVerdict, verifyTree } from './tree.ts';
