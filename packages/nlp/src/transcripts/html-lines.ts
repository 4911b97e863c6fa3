import { Parser } from 'htmlparser2';
import type { Span } from '../corpus.ts';
import type { Line, LineKind, Run } from './line.ts';
import { rulePattern } from './text-lines.ts';

const blocks = new Set(
  (
    'address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header html li main ' +
    'ol p page pre section table tbody thead tr ul'
  ).split(' '),
);
const bolds = new Set(['b', 'strong', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const italics = new Set(['i', 'em', 'cite']);
const silent = new Set(['head', 'script', 'style', 'title', 'noscript']);
const white = /^(?:[ \t\r\n\f\v\xa0]|&nbsp;|&#160;|&#xa0;)*$/i;

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
    const first = runs.findIndex((run) => !this.#isWhite(run));
    if (first < 0) {
      if (broken) this.#push('blank', at, at, null);
      return;
    }
    let last = runs.length - 1;
    while (this.#isWhite(runs[last]!)) last--;
    const kept = runs.slice(first, last + 1);
    const start = kept[0]!.start;
    const end = kept.at(-1)!.end;
    const words = kept.length === 1 && end - start < 400 ? this.#raw.slice(start, end).trim() : '';
    this.#push(words !== '' && rulePattern.test(words) ? 'rule' : 'words', start, end, kept);
    this.#item = false;
  }

  mark(kind: LineKind, at: number): void {
    if (kind === 'blank' && this.lines.at(-1)?.kind === 'blank') return;
    this.#push(kind, at, at, null);
  }

  #isWhite(run: Run): boolean {
    return run.end - run.start < 200 && white.test(this.#raw.slice(run.start, run.end));
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
  let css = '';
  const block = (at: number): void => {
    builder.flush(at, false);
    builder.mark('blank', at);
  };
  const parser = new Parser(
    {
      onopentagname() {
        css = '';
      },
      onattribute(name, value) {
        if (name === 'style') css = value;
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
          if (css !== '' && /page-break-before:\s*always/i.test(css)) builder.mark('page-break', at);
        } else if (name === 'td' || name === 'th') builder.gap(at);
        stack.push(style);
        style = {
          bold: bolds.has(name) || (css === '' ? style.bold : weight(css, style.bold)),
          italic: italics.has(name) || (css === '' ? style.italic : slant(css, style.italic)),
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

function weight(css: string, inherited: boolean): boolean {
  const match = /font-weight:\s*(bold|bolder|[6-9]00|normal|[1-5]00)|\bfont:\s*[^;]*\bbold\b/i.exec(css);
  if (!match) return inherited;
  return match[1] === undefined || /^(?:bold|[6-9])/i.test(match[1]);
}

function slant(css: string, inherited: boolean): boolean {
  const match = /font-style:\s*(italic|oblique|normal)|\bfont:\s*[^;]*\bitalic\b/i.exec(css);
  if (!match) return inherited;
  return match[1] === undefined || match[1].toLowerCase() !== 'normal';
}
