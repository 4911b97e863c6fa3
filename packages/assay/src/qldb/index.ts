export { checkProof, journalDigest, readSavedDigest } from './digest.ts';
export { documentAsOf, documentHistory } from './history.ts';
export { importExport } from './import.ts';
export { verifyExport } from './verify.ts';
