export { verifyExport } from './verify.ts';
