import { NlpError } from '../errors.ts';
import { decodeLatin1 } from '../text/index.ts';

/** One row of an EDGAR index: a filing, as one of its parties has it. */
export interface IndexEntry {
  readonly accession: string;
  readonly form: string;
  readonly company: string;
  /** Without leading zeros. */
  readonly cik: string;
  /** `YYYY-MM-DD` */
  readonly filedAt: string;
}

const accessionPattern = /(\d{10}-\d{2}-\d{6})/;

/** The accession number in a file's name or path, if it has one. */
export function accessionIn(name: string): string | null {
  return accessionPattern.exec(name)?.[1] ?? null;
}

function isoDate(text: string): string {
  return text.includes('-') ? text : `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
}

const tail = /\s(\d{1,10})\s+(\d{8}|\d{4}-\d{2}-\d{2})\s+(\S*\d{10}-\d{2}-\d{6}\S*)\s*$/;

/**
 * Reads a daily or quarterly index: `form` or `company` ones in columns, `master` ones with `|` between fields.
 *
 * Throws `ASSAY_EDGAR_INDEX` if it is none, or a row cannot be read.
 */
export function parseIndex(bytes: Uint8Array, name: string): IndexEntry[] {
  const lines = decodeLatin1(Buffer.from(bytes).toString('latin1')).split(/\r?\n/);
  const ruled = lines.findIndex((line) => /^-{40,}\s*$/.test(line));
  const head = lines[ruled - 1] ?? '';
  const piped = head.startsWith('CIK|');
  const companyAt = head.indexOf('Company Name');
  const formAt = head.indexOf('Form Type');
  if (ruled < 1 || !(piped || (companyAt >= 0 && formAt >= 0))) {
    throw new NlpError('ASSAY_EDGAR_INDEX', `${name} is no EDGAR index: its heading was not found.`, {
      hint: 'Check --host: it must serve /Archives/edgar as EDGAR does.',
    });
  }
  const entries: IndexEntry[] = [];
  for (let at = ruled + 1; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.trim() === '') continue;
    const entry = piped ? pipedRow(line) : columnRow(line, formAt, companyAt);
    if (!entry) {
      throw new NlpError('ASSAY_EDGAR_INDEX', `${name}:${at + 1} is no row of an index: "${line.slice(0, 80)}".`, {
        hint: 'The index may have been cut off in transfer; run the command again.',
      });
    }
    entries.push(entry);
  }
  return entries;
}

function pipedRow(line: string): IndexEntry | null {
  const [cik, company, form, date, path] = line.split('|');
  const accession = accessionIn(path ?? '');
  if (!cik || !company || !form || !date || !accession) return null;
  return { accession, form: form.trim(), company: company.trim(), cik: String(Number(cik)), filedAt: isoDate(date) };
}

function columnRow(line: string, formAt: number, companyAt: number): IndexEntry | null {
  const match = tail.exec(line);
  const accession = accessionIn(match?.[3] ?? '');
  if (!match || !accession) return null;
  const left = line.slice(0, match.index);
  const second = Math.max(formAt, companyAt);
  // A long form type or name runs over its column; then two blanks are what separates.
  const cut = left[second - 1] === ' ' ? second : left.search(/\s{2,}/);
  if (cut <= 0) return null;
  const fields = [left.slice(0, cut).trim(), left.slice(cut).trim()];
  const [form, company] = formAt < companyAt ? fields : fields.reverse();
  if (!form || !company) return null;
  return { accession, form, company, cik: String(Number(match[1])), filedAt: isoDate(match[2]!) };
}

/** A filing listed once per party, kept once: the first row in the order of parties' numbers. */
export function uniqueFilings(entries: readonly IndexEntry[]): IndexEntry[] {
  const kept = new Map<string, IndexEntry>();
  for (const entry of entries) {
    const known = kept.get(entry.accession);
    if (!known || Number(entry.cik) < Number(known.cik)) kept.set(entry.accession, entry);
  }
  return [...kept.values()].sort((a, b) => compare(a.filedAt, b.filedAt) || compare(a.accession, b.accession));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
