import type { FilingLine } from '../corpus.ts';
import { decodeLatin1 } from '../text/index.ts';

export type Company = FilingLine['companies'][number];

/** What `<SEC-HEADER>` says of a submission; null where it does not tell. */
export interface SubmissionHeader {
  readonly accession: string | null;
  readonly form: string | null;
  /** `YYYY-MM-DD` */
  readonly filedAt: string | null;
  /** PUBLIC DOCUMENT COUNT */
  readonly documentCount: number | null;
  readonly companies: readonly Company[];
}

export const noHeader: SubmissionHeader = {
  accession: null,
  form: null,
  filedAt: null,
  documentCount: null,
  companies: [],
};

const roles = new Map<string, Company['role'] | null>([
  ['FILER', 'filer'],
  ['SUBJECT COMPANY', 'subject'],
  ['FILED BY', 'filed-by'],
  ['REPORTING-OWNER', null],
  ['ISSUER', null],
  ['FILED FOR', null],
  ['SERIAL COMPANY', null],
]);

function isoDate(digits: string | undefined): string | null {
  const match = /^(\d{4})(\d{2})(\d{2})/.exec(digits ?? '');
  return match ? `${match[1]}-${match[2]}-${match[3]}` : null;
}

/** Reads the `NAME:<tabs>value` lines between `<SEC-HEADER>` and `</SEC-HEADER>`, given as latin-1. */
export function parseHeader(raw: string): SubmissionHeader {
  let accession: string | null = null;
  let form: string | null = null;
  let filedAt: string | null = null;
  let documentCount: number | null = null;
  const companies: Company[] = [];
  const seen = new Set<string>();
  let role: Company['role'] | null = null;
  let name: string | null = null;
  for (const line of raw.split(/\r?\n/)) {
    const field = /^\s*([A-Z][A-Z0-9 /&-]*?):\s*(.*?)\s*$/.exec(line);
    if (!field) continue;
    const key = field[1] ?? '';
    const value = field[2] ?? '';
    if (value === '' && roles.has(key)) {
      role = roles.get(key) ?? null;
      name = null;
    } else if (key === 'ACCESSION NUMBER') accession = value;
    else if (key === 'CONFORMED SUBMISSION TYPE') form = value;
    else if (key === 'FILED AS OF DATE') filedAt = isoDate(value);
    else if (key === 'PUBLIC DOCUMENT COUNT' && /^\d+$/.test(value)) documentCount = Number(value);
    else if (key === 'COMPANY CONFORMED NAME') name = decodeLatin1(value);
    else if (key === 'CENTRAL INDEX KEY' && role && name !== null && !seen.has(`${role} ${value}`)) {
      seen.add(`${role} ${value}`);
      companies.push({ role, name, cik: value });
    }
  }
  return { accession, form, filedAt, documentCount, companies };
}
