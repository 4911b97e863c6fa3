import type { Span } from '../corpus.ts';
import type { Line } from './line.ts';

// A long rule may have caught a stray character, as one of the real transcripts has it.
const rule = /^([-=_*~])(?:[ ]?\1){9,}(?:(?<=.{40})\S{1,2})?$/;
const ruleStarts = new Set('-=_*~');
const pageMark = /^<PAGE>(?:\s+\d+)?$/i;

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
      const first = raw[start]!;
      const words = stop - start < 400 && (ruleStarts.has(first) || first === '<') ? raw.slice(start, stop) : '';
      const kind = words === '' ? 'words' : rule.test(words) ? 'rule' : pageMark.test(words) ? 'page-break' : 'words';
      lines.push({ kind, start, end: stop, indent, runs: null, item: false });
    }
    at = next;
  }
  return lines;
}

export { rule as rulePattern };
