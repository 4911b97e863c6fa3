import type { CallLine, Section } from '../corpus.ts';
import { headingOf } from './headings.ts';
import type { Line, Lines } from './line.ts';
import { lineText } from './lines.ts';
import { type Participant, Roster, readParticipants } from './participants.ts';
import { readTitle } from './title.ts';
import { markedHeader, numberedHeader, ruledHeader, type Speaker } from './turn-header.ts';

type Layout = NonNullable<CallLine['call']>['layout'];

interface Turn {
  readonly section: Section;
  readonly speaker: Speaker;
  /** What was said, with the blank lines, rules and page marks between. */
  readonly lines: Line[];
}

export interface FoundCall {
  readonly lines: Lines;
  readonly title: string | null;
  readonly heldAt: string | null;
  readonly layout: Layout;
  readonly roster: Roster;
  readonly turns: readonly Turn[];
}

/** `notice`: boiler-plate that a turn's header ends. `outside`: what only a section's heading ends. */
type Place = 'outside' | 'company' | 'conference-call' | 'speech' | 'notice';

const longestHeading = 300;
// A name by itself may have what is said right below it; of a longer line that would be the rest.
const longestName = 60;

class CallReader {
  readonly #lines: Lines;
  readonly #roster = new Roster();
  readonly #turns: Turn[] = [];
  #place: Place = 'outside';
  #section: Section = 'presentation';
  #layout: Layout | null = null;
  #number = 0;
  #firstHeading = -1;
  #list: Line[] = [];
  readonly #headers = new Map<string, Speaker>();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  read(): FoundCall | null {
    const { lines } = this.#lines;
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at]!;
      if (line.kind === 'rule') {
        const closed = this.#ruled(at);
        if (closed > at) at = closed;
        else this.#keep(line);
      } else if (line.kind !== 'words' || !this.#marks(line, at)) this.#keep(line);
    }
    this.#closeList();
    if (this.#layout === null) return null;
    const above = lines.slice(0, Math.max(0, this.#firstHeading));
    return {
      lines: this.#lines,
      ...readTitle(this.#lines, above),
      layout: this.#layout,
      roster: this.#roster,
      turns: this.#turns,
    };
  }

  get #speaking(): boolean {
    return this.#place === 'speech' || this.#place === 'notice';
  }

  #keep(line: Line): void {
    if (this.#place === 'speech') this.#turns.at(-1)?.lines.push(line);
    else if (this.#place === 'company' || this.#place === 'conference-call') this.#list.push(line);
  }

  /** A turn's header between this rule and the next one: answers with the index of the closing rule, or −1. */
  #ruled(at: number): number {
    if (this.#place === 'outside' || this.#layout === 'marked-names') return -1;
    const { lines } = this.#lines;
    const between: Line[] = [];
    let close = at + 1;
    for (; close < lines.length && lines[close]!.kind !== 'rule'; close++) {
      const line = lines[close]!;
      if (line.kind === 'page-break') return -1;
      if (line.kind === 'words') between.push(line);
      if (between.length > 3 || line.end - line.start > longestHeading * 8) return -1;
    }
    if (close === lines.length || between.length === 0) return -1;
    const text = between.map((line) => lineText(this.#lines, line)).join(' ');
    const header = numberedHeader(text, this.#roster);
    const speaker = header?.speaker ?? (this.#speaking ? ruledHeader(text, this.#roster) : null);
    if (!speaker) return -1;
    this.#turn(speaker, 'streetevents', header?.number);
    return close;
  }

  /** Whether the line is a heading or a turn's header, and so no words of a speaker. */
  #marks(line: Line, at: number): boolean {
    const { lines, markup, raw } = this.#lines;
    const length = wordsLength(line);
    if (length > (markup === 'html' ? 2 * longestHeading : longestHeading)) return false;
    const alone = lines[at - 1]?.kind !== 'words';
    const followed = lines[at + 1]?.kind === 'words';
    const marked =
      markup === 'text'
        ? /^(?:\*\*|#)/.test(raw.slice(line.start, line.start + 2))
        : line.runs?.some((run) => run.bold);
    if (!marked && (!alone || (followed && length > longestName) || isSentence(raw, line))) return false;
    const text = lineText(this.#lines, line);
    const isHeadingPlace = !followed || (marked && markup === 'text');
    if (isHeadingPlace && this.#heading(text, at)) return true;
    if (!this.#speaking) return false;
    if (this.#layout !== 'marked-names' && isHeadingPlace && text.endsWith(']')) {
      const header = numberedHeader(text, this.#roster);
      if (header && (header.number === this.#number + 1 || header.number === 1)) {
        this.#turn(header.speaker, 'streetevents', header.number);
        return true;
      }
    }
    if (this.#layout === 'streetevents') return false;
    // A speaker's header comes again and again, set the same way.
    const key = `${marked} ${text}`;
    const speaker = this.#headers.get(key) ?? markedHeader(this.#lines, line, text, this.#roster);
    if (!speaker) return false;
    this.#headers.set(key, speaker);
    this.#turn(speaker, 'marked-names', undefined);
    return true;
  }

  #heading(text: string, at: number): boolean {
    const heading = headingOf(text);
    if (heading === null) return false;
    if (heading === 'notice' && !this.#speaking) return false;
    if (heading !== 'notice' && heading !== 'end' && this.#firstHeading < 0) this.#firstHeading = at;
    this.#closeList();
    if (heading === 'company-participants') this.#place = 'company';
    else if (heading === 'call-participants') this.#place = 'conference-call';
    else if (heading === 'presentation' || heading === 'questions-and-answers') {
      this.#place = 'speech';
      this.#section = heading;
      this.#number = 0;
    } else this.#place = heading === 'notice' ? 'notice' : 'outside';
    return true;
  }

  #closeList(): void {
    if (this.#place !== 'company' && this.#place !== 'conference-call') return;
    const side: Participant['side'] = this.#place;
    this.#headers.clear();
    this.#roster.add(readParticipants(this.#lines, this.#list, side));
    this.#list = [];
  }

  #turn(speaker: Speaker, layout: Layout, number: number | undefined): void {
    this.#closeList();
    this.#layout ??= layout;
    this.#place = 'speech';
    this.#number = number ?? this.#number + 1;
    const listed =
      speaker.affiliation === null && speaker.position === null ? this.#roster.find(speaker.name) : undefined;
    this.#turns.push({
      section: this.#section,
      speaker: listed ? { ...speaker, affiliation: listed.affiliation, position: listed.position } : speaker,
      lines: [],
    });
  }
}

// What ends with a full stop and holds no dash (or what may turn out one) is a sentence, and needs no closer look.
function isSentence(raw: string, line: Line): boolean {
  return /[.?!]/.test(raw[line.end - 1] ?? '') && !/[-;\x80-\xff]/.test(raw.slice(line.start, line.end));
}

// In HTML character references make a line longer than it reads.
function wordsLength(line: Line): number {
  if (line.runs === null) return line.end - line.start;
  let length = 0;
  for (const run of line.runs) length += run.end - run.start;
  return length;
}

/** Finds a call in a document's lines: sections, participants and speakers' turns; null where there is none. */
export function findCall(lines: Lines): FoundCall | null {
  return new CallReader(lines).read();
}
