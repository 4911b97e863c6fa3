import type { Span } from '../corpus.ts';
import { NlpError } from '../errors.ts';
import { characterAt } from './decode.ts';
import { resolveEntity } from './entity.ts';

/**
 * Text as people read it (decoded, references resolved, white space folded to single blanks, none at either end) that
 * still knows which bytes of the filing each of its characters came from.
 */
export interface Folded {
  readonly text: string;
  /** The bytes behind `text[from, to)`, which must not begin or end with a blank. */
  bytes(from: number, to: number): Span;
}

/** `[start, end, start, end, …]` in bytes; an empty range (start = end) stands for a blank, as between two table cells. */
export type Ranges = readonly number[];

// What cannot be taken over byte by byte. In a text document tags are noise too (<PAGE>, <Sync id="L1"/>).
const special = /[ \t\r\n\f\v]{2,}|[^ -~]|&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]*);?/g;
const specialOfText =
  /[ \t\r\n\f\v]{2,}|[^ -~]|&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]*);|<\/?[A-Za-z][A-Za-z\d]*(?:\s[^<>]*)?\/?>/g;

// Zero-width characters and the soft hyphen carry no text.
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/;

class Pieces implements Folded {
  text = '';
  // Of each piece: where it starts in the text, and its first byte and end. A piece is verbatim (a character a byte) or
  // stands as a whole for its bytes.
  readonly #at: number[] = [];
  readonly #start: number[] = [];
  readonly #end: number[] = [];
  readonly #verbatim: boolean[] = [];
  #blank = true;
  #cursor = 0;

  verbatim(raw: string, start: number, end: number): void {
    let from = start;
    if (this.#blank) while (from < end && raw.charCodeAt(from) === 32) from++;
    if (from === end) return;
    this.#push(from, end, true);
    this.text += raw.slice(from, end);
    this.#blank = raw.charCodeAt(end - 1) === 32;
  }

  whole(replacement: string, start: number, end: number): void {
    for (const character of replacement) {
      if (invisible.test(character)) continue;
      const isBlank = /\s/.test(character);
      if (isBlank && this.#blank) continue;
      this.#push(start, end, false);
      this.text += isBlank ? ' ' : character;
      this.#blank = isBlank;
    }
  }

  finish(): this {
    if (this.text.endsWith(' ')) this.text = this.text.slice(0, -1);
    return this;
  }

  bytes(from: number, to: number): Span {
    const first = this.#piece(from);
    const start = this.#start[first]! + (this.#verbatim[first] ? from - this.#at[first]! : 0);
    const last = this.#piece(to - 1);
    const end = this.#verbatim[last] ? this.#start[last]! + (to - this.#at[last]!) : this.#end[last]!;
    return { start, end };
  }

  #push(start: number, end: number, verbatim: boolean): void {
    this.#at.push(this.text.length);
    this.#start.push(start);
    this.#end.push(end);
    this.#verbatim.push(verbatim);
  }

  // Sentences are asked for in order, so the piece is nearly always at the cursor or right after it.
  #piece(index: number): number {
    const at = this.#at;
    let cursor = at[this.#cursor]! <= index ? this.#cursor : 0;
    while (cursor + 1 < at.length && at[cursor + 1]! <= index) cursor++;
    this.#cursor = cursor;
    return cursor;
  }
}

/**
 * Folds byte ranges of a filing (given as latin-1) into text. In a `text` document SGML tags are dropped as well; the
 * ranges of an `html` one hold no tags.
 *
 * Throws `ASSAY_TRANSCRIPT_ENCODING` at a byte that means nothing in UTF-8 or windows-1252, and at control characters.
 */
export function fold(raw: string, ranges: Ranges, markup: 'text' | 'html'): Folded {
  const pieces = new Pieces();
  const pattern = markup === 'text' ? specialOfText : special;
  for (let r = 0; r < ranges.length; r += 2) {
    const start = ranges[r]!;
    const end = ranges[r + 1]!;
    if (start === end) {
      pieces.whole(' ', start, end);
      continue;
    }
    const slice = raw.slice(start, end);
    pattern.lastIndex = 0;
    let done = 0;
    for (let match = pattern.exec(slice); match !== null; match = pattern.exec(slice)) {
      const at = match.index;
      if (at > done) pieces.verbatim(raw, start + done, start + at);
      done = at + match[0].length;
      const code = match[0].charCodeAt(0);
      if (code >= 0x80) {
        const character = characterAt(raw, start + at);
        if (character === null) throw badByte(raw, start + at);
        done = at + character.length;
        pattern.lastIndex = done;
        pieces.whole(String.fromCodePoint(character.codePoint), start + at, start + done);
      } else if (code === 0x26) pieces.whole(resolveEntity(match[0]), start + at, start + done);
      else if (code === 0x3c) continue;
      else if (code !== 0x20 && (code < 0x09 || code > 0x0d)) throw badByte(raw, start + at);
      else pieces.whole(' ', start + at, start + done);
    }
    if (done < slice.length) pieces.verbatim(raw, start + done, end);
  }
  return pieces.finish();
}

function badByte(raw: string, at: number): NlpError {
  const byte = raw.charCodeAt(at).toString(16).padStart(2, '0').toUpperCase();
  return new NlpError(
    'ASSAY_TRANSCRIPT_ENCODING',
    `byte 0x${byte} at offset ${at} is no text in UTF-8 or windows-1252.`,
    { hint: 'The file is damaged or in another encoding; fetch it again, or convert it to UTF-8.' },
  );
}
