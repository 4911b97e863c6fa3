export { importExport } from './import.ts';
export { verifyExport } from './verify.ts';
