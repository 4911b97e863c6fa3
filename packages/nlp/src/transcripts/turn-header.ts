import type { Line, Lines } from './line.ts';
import { markedLine } from './lines.ts';
import { isOperator, isUnnamed, type Role, type Roster, splitName, splitRole } from './participants.ts';

export interface Speaker extends Role {
  readonly name: string;
}

const numbered = /^(.+?)\s*\[(\d{1,4})\]$/;
const longest = 300;

/** `Name,  Company - Title    [12]` or `Operator    [1]`: StreetEvents' header of a turn. */
export function numberedHeader(text: string, roster: Roster): { speaker: Speaker; number: number } | null {
  if (text.length > longest) return null;
  const match = numbered.exec(text);
  if (!match) return null;
  const words = match[1]!.trim();
  const { name, rest } = nameOf(words, roster);
  return { speaker: { name, ...splitRole(rest) }, number: Number(match[2]) };
}

// A name may itself hold a comma, so one of the list is looked for first.
function nameOf(words: string, roster: Roster): { name: string; rest: string } {
  for (let at = words.indexOf(','); at >= 0; at = words.indexOf(',', at + 1)) {
    const name = words.slice(0, at).trim();
    if (roster.find(name)) return { name, rest: words.slice(at + 1).trim() };
  }
  return splitName(words);
}

/** A header between two rules that lost its number. */
export function ruledHeader(text: string, roster: Roster): Speaker | null {
  if (text.length > longest || /[.?!]$/.test(text)) return null;
  const { name, rest } = nameOf(text, roster);
  if (isOperator(text) || roster.find(name) || (isUnnamed(name) && name.length < 60))
    return { name, ...splitRole(rest) };
  return null;
}

/** `**Name** - *Company - Title*`, in HTML or Markdown's marks, or plain where the name is known; `text` is the line's. */
export function markedHeader(lines: Lines, line: Line, text: string, roster: Roster): Speaker | null {
  const marked = markedLine(lines, line);
  if (marked) {
    if (marked.strong.length > longest || marked.rest.length > longest) return null;
    const name = marked.strong.replace(/[\s:,\u2013\u2014-]+$/, '');
    const known = isOperator(name) || isUnnamed(name) || roster.find(name) !== undefined;
    if (marked.rest === '') return known ? { name, ...roleOf(name, roster) } : plainHeader(marked.strong, roster, true);
    const dashed = /^[-\u2013\u2014]\s+(.+)$/.exec(marked.rest)?.[1] ?? (marked.italic ? marked.rest : null);
    if (
      dashed !== null &&
      (known || marked.italic || /\s[-\u2013\u2014]\s/.test(dashed)) &&
      !/[.?!]$/.test(stripEnding(dashed))
    ) {
      return { name, ...splitRole(dashed) };
    }
    return null;
  }
  return text.length > longest ? null : plainHeader(text, roster, false);
}

function stripEnding(role: string): string {
  return role.replace(/\b(?:Inc|Corp|Co|Ltd|L\.P|LLC|LP|S\.A|N\.V|P\.L\.C|Jr|Sr)\.$/, '');
}

function roleOf(name: string, roster: Roster): Role {
  const listed = roster.find(name);
  return { affiliation: listed?.affiliation ?? null, position: listed?.position ?? null };
}

// Without any mark only a name that the list of participants has can be trusted.
function plainHeader(text: string, roster: Roster, strong: boolean): Speaker | null {
  // What ends as a sentence does is none, unless it is a company's "Inc.".
  if (/[.?!]$/.test(text) && !/\s[-\u2013\u2014]\s/.test(text)) return null;
  const plain = text.replace(/^#+\s*/, '').replace(/:$/, '');
  if (isOperator(plain)) return { name: plain, affiliation: null, position: null };
  if (roster.find(plain)) return { name: plain, ...roleOf(plain, roster) };
  const match = /^(.{2,80}?)\s+[-\u2013\u2014]\s+(.+)$/.exec(plain);
  if (
    match &&
    !/[.?!]$/.test(stripEnding(plain)) &&
    (roster.find(match[1]!) || (strong && /\s[-\u2013\u2014]\s/.test(match[2]!)))
  ) {
    return { name: match[1]!, ...splitRole(match[2]!) };
  }
  return isUnnamed(plain) && plain.length < 60 && !/[.?!]$/.test(plain)
    ? { name: plain, affiliation: null, position: null }
    : null;
}
