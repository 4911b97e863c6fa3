import type { Line, Lines } from './line.ts';
import { lineText } from './lines.ts';

const months = 'january february march april may june july august september october november december'.split(' ');
const dated =
  /\b(january|february|march|april|may|june|july|august|september|october|november|december)\s+(\d{1,2}),?\s+((?:19|20)\d{2})\b(?:.{0,12}?\b(\d{1,2}):(\d{2})\s*([ap])\.?m\.?\s*(gmt|utc)\b)?/i;
const noise =
  /^(?:E ?D ?I ?T ?E ?D|P ?R ?E ?L ?I ?M ?I ?N ?A ?R ?Y|.*\b(?:StreetEvents|Event Transcript|Event Brief)\b|\W*$)/i;
const telling = /\b(?:call|conference|earnings|results|transcript|webcast|presentation|meeting)\b/i;

/** `APRIL 21, 2016 / 9:00PM GMT` → `2016-04-21T21:00:00Z`; the date alone where no time in GMT stands by it. */
export function parseHeldAt(text: string): string | null {
  const match = dated.exec(text);
  if (!match) return null;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = Number(match[2]);
  if (day < 1 || day > 31) return null;
  const date = `${match[3]}-${two(months.indexOf(match[1]!.toLowerCase()) + 1)}-${two(day)}`;
  if (match[4] === undefined) return date;
  const hour = (Number(match[4]) % 12) + (match[6]!.toLowerCase() === 'p' ? 12 : 0);
  return `${date}T${two(hour)}:${match[5]}:00Z`;
}

/** Title and time of a call, from the lines above its first heading: a date, and the nearest words before it. */
export function readTitle(lines: Lines, above: readonly Line[]): { title: string | null; heldAt: string | null } {
  const near = above
    .filter((line) => line.kind === 'words' && line.end - line.start < 2000)
    .slice(-30)
    .map((line) => lineText(lines, line).replace(/^[#*\s]+|[*\s]+$/g, ''))
    .filter((text) => text.length < 250)
    .reverse();
  const at = near.findIndex((text) => dated.test(text) && text.length < 120 && !/[.;]$/.test(text));
  const heldAt = at < 0 ? null : parseHeldAt(near[at]!);
  const candidates = (at < 0 ? near : near.slice(at)).filter((text) => !noise.test(text) && !/[.;]$/.test(text));
  const title =
    at < 0
      ? candidates.find((text) => telling.test(text))
      : (candidates.find((text) => telling.test(text)) ?? candidates.find((text) => parseHeldAt(text) === null));
  return { title: title ?? null, heldAt };
}
