import { NlpError } from '../errors.ts';

const day = 86_400_000;

/** Throws `ASSAY_EDGAR_DATE` unless the text is a day as `YYYY-MM-DD`. */
export function requireDate(text: string, name: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return text;
  throw new NlpError('ASSAY_EDGAR_DATE', `${name} "${text}" is no day.`, { hint: 'Write days as YYYY-MM-DD.' });
}

/** Monday to Friday from `since` to `until`, both included: EDGAR writes no index on other days. */
export function* weekdays(since: string, until: string): Generator<string> {
  const end = Date.parse(`${until}T00:00:00Z`);
  for (let time = Date.parse(`${since}T00:00:00Z`); time <= end; time += day) {
    const date = new Date(time);
    if (date.getUTCDay() % 6 !== 0) yield date.toISOString().slice(0, 10);
  }
}

export interface Quarter {
  readonly year: number;
  readonly quarter: number;
  /** First and last day of it that lie in the range. */
  readonly since: string;
  readonly until: string;
}

export function quarterOf(date: string): { year: number; quarter: number } {
  return { year: Number(date.slice(0, 4)), quarter: Math.ceil(Number(date.slice(5, 7)) / 3) };
}

/** The quarters a range of days touches. */
export function* quarters(since: string, until: string): Generator<Quarter> {
  let { year, quarter } = quarterOf(since);
  for (;;) {
    const first = new Date(Date.UTC(year, quarter * 3 - 3, 1)).toISOString().slice(0, 10);
    if (first > until) return;
    const last = new Date(Date.UTC(year, quarter * 3, 0)).toISOString().slice(0, 10);
    yield { year, quarter, since: first > since ? first : since, until: last < until ? last : until };
    quarter++;
    if (quarter > 4) {
      quarter = 1;
      year++;
    }
  }
}

export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + day).toISOString().slice(0, 10);
}
