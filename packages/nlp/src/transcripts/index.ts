export { type ParsedFiling, parseFiling } from './parse-filing.ts';
