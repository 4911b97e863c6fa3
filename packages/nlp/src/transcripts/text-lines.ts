import type { Span } from '../corpus.ts';
import type { Line } from './line.ts';

const ruleSigns = '-=_*~';
const pageMark = /^<PAGE>(?:\s+\d+)?$/i;

/**
 * Whether bytes `[start, end)`, without blanks at either end, are a rule: ten or more of one sign, blanks between or not.
 * A long one may have caught a stray character at its end, as in one of the real transcripts.
 */
export function isRule(raw: string, start: number, end: number): boolean {
  if (end - start < 10 || end - start > 400) return false;
  const sign = raw.charCodeAt(start);
  if (!ruleSigns.includes(raw[start]!)) return false;
  let signs = 0;
  for (let at = start; at < end; at++) {
    const code = raw.charCodeAt(at);
    if (code === sign) signs++;
    else if (code !== 0x20 || raw.charCodeAt(at - 1) !== sign) return signs >= 40 && end - at <= 2;
  }
  return signs >= 10;
}

/** Cuts bytes `[start, end)` of a text document into lines; tabs stand for up to eight blanks. */
export function textLines(raw: string, span: Span, pem: boolean): Line[] {
  const lines: Line[] = [];
  let at = span.start;
  while (at < span.end) {
    let stop = raw.indexOf('\n', at);
    if (stop < 0 || stop > span.end) stop = span.end;
    const next = stop + 1;
    let start = at;
    // RFC 1421, 4.3.2.4: in a PEM message a line that begins with "-" is sent with "- " before it.
    if (pem && raw.startsWith('- -', start)) start += 2;
    let indent = 0;
    let pageBreak = false;
    for (; start < stop; start++) {
      const code = raw.charCodeAt(start);
      if (code === 32) indent++;
      else if (code === 9) indent += 8 - (indent % 8);
      else if (code === 12) pageBreak = true;
      else if (code !== 13) break;
    }
    while (
      stop > start &&
      (raw.charCodeAt(stop - 1) === 13 || raw.charCodeAt(stop - 1) === 32 || raw.charCodeAt(stop - 1) === 9)
    )
      stop--;
    if (pageBreak) lines.push({ kind: 'page-break', start, end: start, indent: 0, runs: null, item: false });
    if (start === stop) {
      if (!pageBreak) lines.push({ kind: 'blank', start, end: start, indent: 0, runs: null, item: false });
    } else {
      const isPage = raw[start] === '<' && stop - start < 40 && pageMark.test(raw.slice(start, stop));
      const kind = isPage ? 'page-break' : isRule(raw, start, stop) ? 'rule' : 'words';
      lines.push({ kind, start, end: stop, indent, runs: null, item: false });
    }
    at = next;
  }
  return lines;
}
