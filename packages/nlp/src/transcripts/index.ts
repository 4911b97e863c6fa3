export { type ParsedFiling, parseFiling } from './parse-filing.ts';
export { type ParseOptions, type ParseSummary, parseFilings } from './parse-filings.ts';
