import { Parser } from 'htmlparser2';
import type { Span } from '../corpus.ts';
import { isWhite, type Line, type LineKind, type Run } from './line.ts';
import { isRule } from './text-lines.ts';

const blocks = new Set(
  (
    'address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header html li main ' +
    'ol p page pre section table tbody thead tr ul'
  ).split(' '),
);
const bolds = new Set(['b', 'strong', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const italics = new Set(['i', 'em', 'cite']);
const silent = new Set(['head', 'script', 'style', 'title', 'noscript']);

class LineBuilder {
  readonly lines: Line[] = [];
  #runs: Run[] = [];
  #item = false;
  readonly #raw: string;

  constructor(raw: string) {
    this.#raw = raw;
  }

  text(start: number, end: number, bold: boolean, italic: boolean): void {
    const last = this.#runs.at(-1);
    if (last && last.end === start && last.bold === bold && last.italic === italic && last.start < last.end) {
      this.#runs[this.#runs.length - 1] = { ...last, end };
    } else this.#runs.push({ start, end, bold, italic });
  }

  gap(at: number): void {
    if (this.#runs.length > 0) this.#runs.push({ start: at, end: at, bold: false, italic: false });
  }

  item(): void {
    this.#item = true;
  }

  /** Ends the line; a line without words counts as a blank one where a person broke it. */
  flush(at: number, broken: boolean): void {
    const runs = this.#runs;
    this.#runs = [];
    const first = runs.findIndex((run) => !isWhite(this.#raw, run));
    if (first < 0) {
      if (broken) this.#push('blank', at, at, null);
      return;
    }
    let last = runs.length - 1;
    while (isWhite(this.#raw, runs[last]!)) last--;
    const kept = runs.slice(first, last + 1);
    const start = kept[0]!.start;
    const end = kept.at(-1)!.end;
    this.#push(kept.length === 1 && this.#isRule(start, end) ? 'rule' : 'words', start, end, kept);
    this.#item = false;
  }

  mark(kind: LineKind, at: number): void {
    if (kind === 'blank' && this.lines.at(-1)?.kind === 'blank') return;
    this.#push(kind, at, at, null);
  }

  #isRule(start: number, end: number): boolean {
    let first = start;
    let last = end;
    while (this.#raw.charCodeAt(first) <= 32) first++;
    while (this.#raw.charCodeAt(last - 1) <= 32) last--;
    return isRule(this.#raw, first, last);
  }

  #push(kind: LineKind, start: number, end: number, runs: readonly Run[] | null): void {
    this.lines.push({ kind, start, end, indent: 0, runs, item: kind === 'words' && this.#item });
  }
}

/** What an element changes for what it holds. */
interface Style {
  readonly bold: boolean;
  readonly italic: boolean;
  readonly pre: boolean;
  readonly silent: boolean;
}

/** The lines an HTML page shows: cut at block elements, `<BR>`, rules, and at line ends inside `<PRE>`. */
export function htmlLines(raw: string, span: Span): Line[] {
  const builder = new LineBuilder(raw);
  const offset = span.start;
  const stack: Style[] = [];
  let style: Style = { bold: false, italic: false, pre: false, silent: false };
  let declared: Declared = undeclared;
  const block = (at: number): void => {
    builder.flush(at, false);
    builder.mark('blank', at);
  };
  const parser = new Parser(
    {
      onopentagname() {
        declared = undeclared;
      },
      onattribute(name, value) {
        if (name === 'style') declared = declarations(value);
      },
      onopentag(name) {
        const at = offset + parser.startIndex;
        if (name === 'br') {
          if (!style.silent) builder.flush(at, true);
        } else if (name === 'hr' || name === 'page') {
          builder.flush(at, false);
          builder.mark(name === 'hr' ? 'rule' : 'page-break', at);
        } else if (blocks.has(name)) {
          block(at);
          if (name === 'li') builder.item();
          if (declared.pageBreak) builder.mark('page-break', at);
        } else if (name === 'td' || name === 'th') builder.gap(at);
        stack.push(style);
        style = {
          bold: bolds.has(name) || (declared.bold ?? style.bold),
          italic: italics.has(name) || (declared.italic ?? style.italic),
          pre: style.pre || name === 'pre',
          silent: style.silent || silent.has(name),
        };
      },
      onclosetag(name) {
        const at = offset + parser.startIndex;
        if (blocks.has(name)) block(at);
        style = stack.pop() ?? style;
      },
      ontext(data) {
        if (style.silent) return;
        const end = offset + parser.endIndex + 1;
        const start = end - data.length;
        if (!style.pre) {
          builder.text(start, end, style.bold, style.italic);
          return;
        }
        let from = start;
        for (let stop = raw.indexOf('\n', from); stop >= 0 && stop < end; stop = raw.indexOf('\n', from)) {
          if (stop > from) builder.text(from, stop, style.bold, style.italic);
          builder.flush(stop, true);
          from = stop + 1;
        }
        if (from < end) builder.text(from, end, style.bold, style.italic);
      },
    },
    { decodeEntities: false },
  );
  parser.end(raw.slice(span.start, span.end));
  builder.flush(span.end, false);
  return builder.lines;
}

/** What a `style` attribute says of the few things that matter here; null where it says nothing. */
interface Declared {
  readonly bold: boolean | null;
  readonly italic: boolean | null;
  readonly pageBreak: boolean;
}

const undeclared: Declared = { bold: null, italic: null, pageBreak: false };

// Filing agents repeat a handful of styles thousands of times.
const declaredBy = new Map<string, Declared>();

function declarations(css: string): Declared {
  let declared = declaredBy.get(css);
  if (!declared) {
    const weight = /font-weight:\s*(\w+)|\bfont:[^;]*\b(bold)\b/i.exec(css);
    const slant = /font-style:\s*(\w+)|\bfont:[^;]*\b(italic)\b/i.exec(css);
    declared = {
      bold: weight && /^(?:bold|bolder|[6-9]00)$/i.test(weight[1] ?? 'bold'),
      italic: slant && /^(?:italic|oblique)$/i.test(slant[1] ?? 'italic'),
      pageBreak: /page-break-before:\s*always/i.test(css),
    };
    if (declaredBy.size < 1000) declaredBy.set(css, declared);
  }
  return declared;
}
