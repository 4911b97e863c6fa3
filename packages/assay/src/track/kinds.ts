import { AssayError } from '../errors.ts';

/** Kinds of records that Assay itself writes, or will. */
const reserved: ReadonlySet<string> = new Set(
  (
    'anchor approval attestation comparison dataset deployment entity environment label ledger-key migration ' +
    'model-stage model-version pipeline policy prediction predictions prediction-segment proposal qldb-block qldb-document ' +
    'qldb-journal roster run schema segment stage-run witness'
  ).split(' '),
);

export const isTracked = (kind: string): boolean => !reserved.has(kind);

/** @throws AssayError `ASSAY_TRACK_NAME` */
export function checkName(kind: string, id: string): void {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(kind)) throw invalid(`${JSON.stringify(kind)} is no kind of record`);
  if (reserved.has(kind)) throw invalid(`the kind ${kind} is one that Assay itself writes`);
  if (!/^[^\s\p{Cc}@]{1,200}$/u.test(id)) throw invalid(`${JSON.stringify(id)} is no id`);
}

function invalid(message: string): AssayError {
  return new AssayError('ASSAY_TRACK_NAME', message, {
    hint: 'KIND is a lower-case word with digits and hyphens; ID has no spaces and no @.',
  });
}
