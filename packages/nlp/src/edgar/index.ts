export { defaultDataHost, defaultHost, EdgarClient, type EdgarOptions } from './client.ts';
export { requireComplete } from './completeness.ts';
export type { SetAside } from './corpus-writer.ts';
export { requireDate } from './dates.ts';
export { FilingCache } from './filing-cache.ts';
export type { Company, SubmissionHeader } from './header.ts';
export { type HttpOptions, requireContact } from './http.ts';
export { type IndexEntry, parseIndex, uniqueFilings } from './indexes.ts';
export {
  type EdgarIngestOptions,
  type FolderOptions,
  type IngestSummary,
  ingestEdgar,
  ingestFolder,
} from './ingest.ts';
export { readFiling, readManifest } from './manifest.ts';
export { requestLimit } from './rate-limit.ts';
export {
  type DocumentFormat,
  type FilingDocument,
  isReadable,
  parseSubmission,
  type Submission,
} from './submission.ts';
