export { requireComplete } from './completeness.ts';
export type { Company, SubmissionHeader } from './header.ts';
export {
  type DocumentFormat,
  type FilingDocument,
  isReadable,
  parseSubmission,
  type Submission,
} from './submission.ts';
