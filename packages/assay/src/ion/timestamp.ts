const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A timestamp as far as it is known, at its own offset; no offset in minutes is an unknown one. */
export interface TimestampParts {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  /** The digits behind the point. */
  readonly fraction?: string;
  readonly offset?: number;
}

/** Whether there is such a day. */
export function isDay(year: number, month: number, day: number): boolean {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month - 1]! + (leap ? 1 : 0);
}

/** The one way in which a timestamp is written: `T` behind a date, `Z` for +00:00. */
export function timestampText({ year, month, day, hour, minute, second, fraction, offset }: TimestampParts): string {
  const date = `${String(year).padStart(4, '0')}${part('-', month)}${part('-', day)}T`;
  if (hour === undefined) return date;
  const time = `${two(hour)}${part(':', minute)}${part(':', second)}${fraction === undefined ? '' : `.${fraction}`}`;
  if (offset === undefined) return `${date}${time}-00:00`;
  if (offset === 0) return `${date}${time}Z`;
  const distance = Math.abs(offset);
  return `${date}${time}${offset < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
}

function part(before: string, value: number | undefined): string {
  return value === undefined ? '' : before + two(value);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
