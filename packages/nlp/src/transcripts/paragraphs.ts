import type { Line, Lines } from './line.ts';
import { rangesOf } from './lines.ts';

const pageNumber = /^(?:page\s+)?[-\u2013]?\s*(?:[A-Z]-)?\d{1,4}\s*[-\u2013]?(?:\s+of\s+\d{1,4})?$/i;
const finished =
  /(?:[.?!:;\u2026]|&(?:#8230|hellip);)(?:["')\]]|&(?:quot|rdquo|rsquo|#8221|#8217|#14[68]);|\x92|\x94|\xe2\x80[\x99\x9d])*$/;
const narrow = 120;

/** Columns a line takes to where it ends, a character reference or a UTF-8 sequence counted as one. */
function column(raw: string, line: Line): number {
  let width = line.indent;
  for (let at = line.start; at < line.end; at++) {
    const code = raw.charCodeAt(at);
    if (code === 0x26) {
      const semicolon = raw.slice(at, at + 9).indexOf(';');
      if (semicolon > 0) at += semicolon;
    }
    if ((code & 0xc0) !== 0x80) width++;
  }
  return width;
}

function tail(raw: string, line: Line): string {
  return raw.slice(Math.max(line.start, line.end - 12), line.end);
}

function isPageNumber(raw: string, line: Line | undefined): boolean {
  return line?.kind === 'words' && line.end - line.start < 24 && pageNumber.test(raw.slice(line.start, line.end));
}

/** A line of words, a break between paragraphs, or a page's end, which may stand in the middle of a sentence. */
type Part = Line | 'break' | 'page';

function withoutPages(raw: string, lines: readonly Line[]): Part[] {
  const parts: Part[] = [];
  const dropBlanks = (): void => {
    while (parts.at(-1) === 'break') parts.pop();
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const last = parts.at(-1);
    if (line.kind === 'page-break' || (line.kind === 'rule' && besideNumber(at))) {
      dropBlanks();
      const number = parts.at(-1);
      if (typeof number === 'object' && isPageNumber(raw, number)) {
        parts.pop();
        dropBlanks();
      }
      if (parts.at(-1) !== 'page') parts.push('page');
      let next = at + 1;
      while (lines[next]?.kind === 'blank') next++;
      if (isPageNumber(raw, lines[next])) at = next;
    } else if (line.kind !== 'words') {
      if (last !== 'page' && last !== 'break') parts.push('break');
    } else if (line.indent >= 20 && isPageNumber(raw, line)) {
      dropBlanks();
      if (parts.at(-1) !== 'page') parts.push('page');
    } else parts.push(line);
  }
  return parts;

  function besideNumber(at: number): boolean {
    for (const step of [-1, 1]) {
      let near = at + step;
      while (lines[near]?.kind === 'blank') near += step;
      if (isPageNumber(raw, lines[near])) return true;
    }
    return false;
  }
}

/** How a call's lines make paragraphs. */
export interface Wrapping {
  /** Columns of the longest line if paragraphs are broken over several lines; null if each line is a paragraph. */
  readonly width: number | null;
}

/**
 * Tells text that is hard-wrapped from one line a paragraph. It is wrapped if hardly any line is longer than a printed
 * one, and if most line ends had to be there: the next line's first word would not have fitted.
 */
export function wrappingOf(raw: string, turns: readonly { readonly lines: readonly Line[] }[]): Wrapping {
  const inRows = ({ lines }: { readonly lines: readonly Line[] }): boolean =>
    lines.some((line, at) => line.kind === 'words' && lines[at + 1]?.kind === 'words');
  if (!turns.some(inRows) || isPlainlyLong(turns)) return { width: null };
  let all = 0;
  let long = 0;
  let width = 0;
  // Of each two lines of words in a row: the columns the first would take with the second one's first word.
  const joined: number[] = [];
  for (const { lines } of turns) {
    let before = 0;
    for (const line of lines) {
      if (line.kind !== 'words') {
        before = 0;
        continue;
      }
      const columns = column(raw, line);
      all += columns;
      if (columns > narrow) long += columns;
      else if (columns > width) width = columns;
      if (before > 0) {
        let word = line.start;
        while (word < line.end && raw.charCodeAt(word) > 32) word++;
        joined.push(before + 1 + word - line.start);
      }
      before = columns;
    }
  }
  if (long > all * 0.05 || joined.length === 0) return { width: null };
  // A few columns of grace: who wraps by hand does not fill lines to the last one.
  const forced = joined.reduce((count, columns) => count + (columns > width - 4 ? 1 : 0), 0);
  return { width: forced >= joined.length / 2 ? width : null };
}

/** Saves counting columns where a good part of the text is in lines that no wrapping leaves. */
function isPlainlyLong(turns: readonly { readonly lines: readonly Line[] }[]): boolean {
  let all = 0;
  let long = 0;
  for (const { lines } of turns) {
    for (const { kind, start, end } of lines) {
      if (kind !== 'words') continue;
      all += end - start;
      if (end - start > 4 * narrow) long += end - start;
    }
  }
  return long > all * 0.25;
}

/** Cuts what one speaker said into paragraphs, each given as the byte ranges of its text. */
export function paragraphsOf(lines: Lines, turn: readonly Line[], wrapping: Wrapping): number[][] {
  const { raw } = lines;
  const paragraphs: number[][] = [];
  let current: number[] = [];
  let previous: Line | null = null;
  const end = (): void => {
    if (current.length > 0) paragraphs.push(current);
    current = [];
    previous = null;
  };
  let afterPage = false;
  for (const part of withoutPages(raw, turn)) {
    if (part === 'break') end();
    else if (part === 'page') afterPage = true;
    else {
      const before: Line | null = previous;
      if (before !== null && !(afterPage ? !finished.test(tail(raw, before)) : continues(raw, before, part, wrapping)))
        end();
      if (previous !== null) current.push((previous as Line).end, (previous as Line).end);
      current.push(...rangesOf(part));
      previous = part;
      afterPage = false;
    }
  }
  end();
  return paragraphs;
}

function continues(raw: string, before: Line, line: Line, { width }: Wrapping): boolean {
  if (width === null) return false;
  if (line.indent >= before.indent + 3) return false;
  return column(raw, before) > width * 0.75 || !finished.test(tail(raw, before));
}
