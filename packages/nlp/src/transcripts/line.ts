/** A run of one line's text in a document, in bytes of the filing, with how it is set. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly bold: boolean;
  readonly italic: boolean;
}

export type LineKind = 'blank' | 'words' | 'rule' | 'page-break';

/** A line of a text document, or what an HTML page shows between two breaks. */
export interface Line {
  readonly kind: LineKind;
  readonly start: number;
  readonly end: number;
  /** Blanks before the first character; 0 in HTML. */
  readonly indent: number;
  /** Null where the line is one plain run from start to end. */
  readonly runs: readonly Run[] | null;
  /** A bullet stands before it. */
  readonly item: boolean;
}

/** A document's lines, and how to read them. */
export interface Lines {
  readonly raw: string;
  readonly markup: 'text' | 'html';
  readonly lines: readonly Line[];
}

const white = /^(?:[ \t\r\n\f\v\xa0]|&nbsp;|&#160;|&#xa0;)*$/i;

/** Whether an HTML run shows nothing but blanks. */
export function isWhite(raw: string, run: Run): boolean {
  const first = raw.charCodeAt(run.start);
  if (run.start < run.end && first > 32 && first < 127 && first !== 38) return false;
  return run.end - run.start < 200 && white.test(raw.slice(run.start, run.end));
}
