import { gunzipSync } from 'node:zlib';
import { NlpError } from '../errors.ts';
import { requireComplete } from './completeness.ts';
import { dayAfter, quarterOf, quarters, weekdays } from './dates.ts';
import { Http, type HttpOptions } from './http.ts';
import { type IndexEntry, parseIndex } from './indexes.ts';
import { RateLimit } from './rate-limit.ts';
import { parseSubmission } from './submission.ts';

export interface EdgarOptions extends Omit<HttpOptions, 'limit'> {
  /** Serves `/Archives/edgar`. */
  readonly host?: string;
  /** Serves `/submissions`. */
  readonly dataHost?: string;
  /** Shared by all processes that ask the same host. */
  readonly rateFolder: string;
  readonly requestsPerSecond?: number;
}

export const defaultHost = 'https://www.sec.gov';
export const defaultDataHost = 'https://data.sec.gov';

// Up to a week, one small index a day is less to fetch than a whole quarter's.
const fewDays = 5;

/** A client of EDGAR's indexes, submissions and archives. */
export class EdgarClient {
  readonly #http: Http;
  readonly #host: string;
  readonly #dataHost: string;

  constructor(options: EdgarOptions) {
    const { host = defaultHost, dataHost = defaultDataHost, rateFolder, requestsPerSecond, ...http } = options;
    const limit = new RateLimit({
      folder: rateFolder,
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    });
    this.#http = new Http({ ...http, limit });
    this.#host = host.replace(/\/+$/, '');
    this.#dataHost = dataHost.replace(/\/+$/, '');
  }

  /** The form index of one day; null for a day without one. */
  async dailyIndex(date: string, signal?: AbortSignal): Promise<IndexEntry[] | null> {
    const { year, quarter } = quarterOf(date);
    return this.#index(`daily-index/${year}/QTR${quarter}/form.${date.replaceAll('-', '')}.idx`, signal);
  }

  /** The form or master index of a quarter, by its compressed file where there is one; null without either. */
  async quarterlyIndex(
    year: number,
    quarter: number,
    kind: 'form' | 'master' = 'form',
    signal?: AbortSignal,
  ): Promise<IndexEntry[] | null> {
    const path = `full-index/${year}/QTR${quarter}/${kind}`;
    return (await this.#index(`${path}.gz`, signal)) ?? (await this.#index(`${path}.idx`, signal));
  }

  /** Every row of the indexes from `since` to `until`, both included: the fewest files that cover the range. */
  async filingsBetween(since: string, until: string, signal?: AbortSignal): Promise<IndexEntry[]> {
    const entries: IndexEntry[] = [];
    for (const range of quarters(since, until)) {
      let from = range.since;
      if ([...weekdays(range.since, range.until)].length > fewDays) {
        const quarterly = (await this.quarterlyIndex(range.year, range.quarter, 'form', signal)) ?? [];
        let last = '';
        for (const entry of quarterly) {
          if (entry.filedAt > last) last = entry.filedAt;
          if (entry.filedAt >= range.since && entry.filedAt <= range.until) entries.push(entry);
        }
        // A running quarter's index lags behind its days'.
        if (last >= from) from = dayAfter(last);
      }
      for (const day of weekdays(from, range.until)) entries.push(...((await this.dailyIndex(day, signal)) ?? []));
    }
    return entries;
  }

  /**
   * Everything a company filed or was the subject of, from its submissions and their older pages.
   *
   * Throws `ASSAY_EDGAR_COMPANY` for a number that no company has, `ASSAY_EDGAR_SUBMISSIONS` for an answer of another shape.
   */
  async companyFilings(cik: string, signal?: AbortSignal): Promise<IndexEntry[]> {
    const digits = cik.replace(/^CIK/i, '');
    if (!/^\d{1,10}$/.test(digits)) throw noCompany(cik);
    const name = `CIK${digits.padStart(10, '0')}.json`;
    const main = await this.#json(`submissions/${name}`, signal);
    if (main === null) throw noCompany(cik);
    const company = typeof main.name === 'string' ? main.name : '';
    const filings = record(main.filings);
    if (!filings) throw notSubmissions(name);
    const entries = columns(filings.recent, name, company, String(Number(digits)));
    for (const page of Array.isArray(filings.files) ? filings.files : []) {
      const pageName = record(page)?.name;
      if (typeof pageName !== 'string' || !/^[\w.-]+\.json$/.test(pageName)) throw notSubmissions(name);
      const older = await this.#json(`submissions/${pageName}`, signal);
      if (older === null) throw notSubmissions(pageName);
      entries.push(...columns(older, pageName, company, String(Number(digits))));
    }
    return entries;
  }

  /** Where the full text of a filing lies. */
  filingUrl(entry: Pick<IndexEntry, 'cik' | 'accession'>): string {
    return `${this.#host}/Archives/edgar/data/${entry.cik}/${entry.accession}.txt`;
  }

  /**
   * The full submission text file, complete and with the accession number that was asked for; fetched again if not.
   *
   * Throws `ASSAY_EDGAR_NO_FILING` where there is none, and what `Http.get` throws.
   */
  async filing(entry: Pick<IndexEntry, 'cik' | 'accession'>, signal?: AbortSignal): Promise<Buffer> {
    const url = this.filingUrl(entry);
    const body = await this.#http.get(url, signal, (bytes) => {
      const submission = parseSubmission(bytes);
      requireComplete(submission, entry.accession);
      if (submission.accession !== null && submission.accession !== entry.accession) {
        throw new Error(`another filing came: ${submission.accession}`);
      }
    });
    if (body === null) {
      throw new NlpError('ASSAY_EDGAR_NO_FILING', `${url} does not exist.`, {
        hint: 'The filing may have been withdrawn; leave it out, or check --host.',
      });
    }
    return body;
  }

  async #index(path: string, signal: AbortSignal | undefined): Promise<IndexEntry[] | null> {
    const url = `${this.#host}/Archives/edgar/${path}`;
    const body = await this.#http.get(url, signal, (bytes) => {
      parseIndex(unzipped(bytes), url);
    });
    return body === null ? null : parseIndex(unzipped(body), url);
  }

  async #json(path: string, signal: AbortSignal | undefined): Promise<Record<string, unknown> | null> {
    const body = await this.#http.get(`${this.#dataHost}/${path}`, signal, (bytes) => {
      JSON.parse(bytes.toString('utf8'));
    });
    if (body === null) return null;
    const value = record(JSON.parse(body.toString('utf8')));
    if (!value) throw notSubmissions(path);
    return value;
  }
}

function unzipped(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function columns(value: unknown, name: string, company: string, cik: string): IndexEntry[] {
  const table = record(value);
  const { accessionNumber, form, filingDate } = table ?? {};
  if (!Array.isArray(accessionNumber) || !Array.isArray(form) || !Array.isArray(filingDate)) throw notSubmissions(name);
  return accessionNumber.map((accession, row) => {
    const entry = { accession, form: form[row], company, cik, filedAt: filingDate[row] };
    if (typeof entry.accession !== 'string' || typeof entry.form !== 'string' || typeof entry.filedAt !== 'string') {
      throw notSubmissions(name);
    }
    return entry as IndexEntry;
  });
}

function notSubmissions(name: string): NlpError {
  return new NlpError('ASSAY_EDGAR_SUBMISSIONS', `${name} has not the shape of EDGAR's submissions.`, {
    hint: 'Check --data-host: it must serve /submissions as EDGAR does.',
  });
}

function noCompany(cik: string): NlpError {
  return new NlpError('ASSAY_EDGAR_COMPANY', `No company has the number "${cik}".`, {
    hint: 'Give the Central Index Key, up to ten digits.',
  });
}
