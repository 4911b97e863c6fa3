import type { FilingDocument, Submission } from '../edgar/index.ts';
import { fold } from '../text/index.ts';
import { htmlLines } from './html-lines.ts';
import { isWhite, type Line, type Lines, type Run } from './line.ts';
import { textLines } from './text-lines.ts';

/** Cuts a readable document of a filing into lines. */
export function documentLines(submission: Submission, document: FilingDocument): Lines {
  const { raw, pem } = submission;
  const { content } = document;
  return document.format === 'html'
    ? { raw, markup: 'html', lines: htmlLines(raw, content) }
    : { raw, markup: 'text', lines: textLines(raw, content, pem) };
}

/** Byte ranges of a line's text, for `fold`. */
export function rangesOf(line: Line): number[] {
  if (line.runs === null) return [line.start, line.end];
  return ranges(line.runs);
}

function ranges(runs: readonly Run[]): number[] {
  const flat: number[] = [];
  for (const run of runs) flat.push(run.start, run.end);
  return flat;
}

export function lineText(lines: Lines, line: Line): string {
  return fold(lines.raw, rangesOf(line), lines.markup).text;
}

/** A line that begins in bold: the bold words, and what follows them. */
export interface MarkedLine {
  readonly strong: string;
  readonly rest: string;
  /** What follows is in italics, if anything does. */
  readonly italic: boolean;
}

const markdown = /^\*\*(.+?)\*\*\s*(.*)$/;

/** Tells a line that begins in bold, by HTML or by `**`, from one that does not. */
export function markedLine(lines: Lines, line: Line): MarkedLine | null {
  if (lines.markup === 'text') {
    if (!lines.raw.startsWith('**', line.start)) return null;
    const match = markdown.exec(lineText(lines, line));
    if (!match) return null;
    const rest = match[2] ?? '';
    const italic = /^[-\u2013\u2014:]?\s*[*_](.+)[*_]$/.exec(rest);
    return { strong: match[1]!.trim(), rest: italic ? `- ${italic[1]}` : rest, italic: italic !== null };
  }
  const runs = line.runs ?? [];
  if (!runs.some((run) => run.bold)) return null;
  let lead = 0;
  while (lead < runs.length && (runs[lead]!.bold || isWhite(lines.raw, runs[lead]!))) lead++;
  const strong = fold(lines.raw, ranges(runs.slice(0, lead)), 'html').text;
  if (strong === '') return null;
  const tail = runs.slice(lead);
  const set = tail.filter((run) => !isWhite(lines.raw, run) && /\w/.test(lines.raw.slice(run.start, run.end)));
  return {
    strong,
    rest: fold(lines.raw, ranges(tail), 'html').text,
    italic: set.length > 0 && set.every((run) => run.italic),
  };
}
