import { NlpError } from '../errors.ts';
import type { Submission } from './submission.ts';

/**
 * Throws `ASSAY_FILING_NOT_SUBMISSION` for bytes that are no submission text file, `ASSAY_FILING_TRUNCATED` for one that
 * stops early or holds fewer documents than its header counts.
 */
export function requireComplete(submission: Submission, name: string): void {
  if (submission.missing.length === 0) return;
  if (submission.documents.length === 0 && submission.form === null) {
    throw new NlpError('ASSAY_FILING_NOT_SUBMISSION', `${name} is not an EDGAR submission: it has no <DOCUMENT>.`, {
      hint: 'Take the full submission text file (the .txt named after the accession number), not a page of the web site.',
    });
  }
  throw new NlpError('ASSAY_FILING_TRUNCATED', `${name} is incomplete: ${submission.missing.join(', ')} missing.`, {
    hint: 'Fetch the filing again, or set incomplete ones aside with --set-aside.',
  });
}
