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

// A character reference; in text documents, where "&" is mostly no markup, only one that is closed.
const reference = /&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]*);?/y;
const closedReference = /&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]*);/y;
// In a text document tags are noise too: <PAGE>, <Sync id="L1"/>.
const tag = /<\/?[A-Za-z][A-Za-z\d]*(?:\s[^<>]*)?\/?>/y;

// Zero-width characters and the soft hyphen carry no text.
const invisible = /[\u00ad\u200b-\u200d\u2060\ufeff]/;

const verbatim = -1;

// Bytes that stand for themselves: printable ASCII without the blank, "&" and "<".
const plain = Uint8Array.from({ length: 256 }, (_, code) =>
  code > 0x20 && code < 0x7f && code !== 0x26 && code !== 0x3c ? 1 : 0,
);

class Pieces implements Folded {
  text = '';
  // Of each piece in turn: where it starts in the text, its first byte, and the byte after its last one; the latter is
  // `verbatim` where each character stands for one byte.
  readonly #pieces: number[] = [];
  #blank = true;
  #cursor = 0;

  verbatim(raw: string, start: number, end: number): void {
    const from = this.#blank && raw.charCodeAt(start) === 32 ? start + 1 : start;
    if (from === end) return;
    this.#pieces.push(this.text.length, from, verbatim);
    this.text += raw.slice(from, end);
    this.#blank = raw.charCodeAt(end - 1) === 32;
  }

  blank(start: number, end: number): void {
    if (this.#blank) return;
    this.#pieces.push(this.text.length, start, end);
    this.text += ' ';
    this.#blank = true;
  }

  whole(replacement: string, start: number, end: number): void {
    for (const character of replacement) {
      if (invisible.test(character)) continue;
      if (/\s/.test(character)) {
        this.blank(start, end);
        continue;
      }
      this.#pieces.push(this.text.length, start, end);
      this.text += character;
      this.#blank = false;
    }
  }

  finish(): this {
    if (this.#blank && this.text !== '') this.text = this.text.slice(0, -1);
    return this;
  }

  bytes(from: number, to: number): Span {
    const pieces = this.#pieces;
    const first = this.#piece(from);
    const start = pieces[first + 1]! + (pieces[first + 2] === verbatim ? from - pieces[first]! : 0);
    const last = this.#piece(to - 1);
    const end = pieces[last + 2] === verbatim ? pieces[last + 1]! + (to - pieces[last]!) : pieces[last + 2]!;
    return { start, end };
  }

  // Sentences are asked for in order, so the piece is nearly always at the cursor or soon after it.
  #piece(index: number): number {
    const pieces = this.#pieces;
    let cursor = pieces[this.#cursor]! <= index ? this.#cursor : 0;
    while (cursor + 3 < pieces.length && pieces[cursor + 3]! <= index) cursor += 3;
    this.#cursor = cursor;
    return cursor;
  }
}

/** Length of what `pattern` (sticky) matches at `at`, 0 where it does not. */
function matchLength(pattern: RegExp, raw: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(raw) ? pattern.lastIndex - at : 0;
}

/**
 * Folds byte ranges of a filing (given as latin-1) into text. In a `text` document SGML tags are dropped as well; the
 * ranges of an `html` one hold no tags.
 *
 * Throws `ASSAY_TRANSCRIPT_ENCODING` at a byte that means nothing in UTF-8 or windows-1252, and at control characters.
 */
export function fold(raw: string, ranges: Ranges, markup: 'text' | 'html'): Folded {
  const pieces = new Pieces();
  const isText = markup === 'text';
  const entity = isText ? closedReference : reference;
  for (let r = 0; r < ranges.length; r += 2) {
    const end = ranges[r + 1]!;
    let done = ranges[r]!;
    if (done === end) pieces.blank(end, end);
    // From `done` to `at` stands what can be taken over byte by byte.
    for (let at = done; at < end; ) {
      const code = raw.charCodeAt(at);
      if (code === 0x20 ? raw.charCodeAt(at + 1) > 0x20 : plain[code] === 1) {
        at++;
        continue;
      }
      let length = 0;
      if (isBlank(code)) {
        length = 1;
        while (at + length < end && isBlank(raw.charCodeAt(at + length))) length++;
        if (at > done) pieces.verbatim(raw, done, at);
        pieces.blank(at, at + length);
      } else if (code === 0x26) {
        length = Math.min(matchLength(entity, raw, at), end - at);
        if (length > 0) {
          if (at > done) pieces.verbatim(raw, done, at);
          pieces.whole(resolveEntity(raw.slice(at, at + length)), at, at + length);
        }
      } else if (code === 0x3c) {
        length = isText ? matchLength(tag, raw, at) : 0;
        if (at + length > end) length = 0;
        if (length > 0 && at > done) pieces.verbatim(raw, done, at);
      } else {
        const character = code < 0x80 ? null : characterAt(raw, at);
        if (character === null) throw badByte(raw, at);
        length = character.length;
        if (at > done) pieces.verbatim(raw, done, at);
        pieces.whole(String.fromCodePoint(character.codePoint), at, at + length);
      }
      if (length === 0) at++;
      else {
        at += length;
        done = at;
      }
    }
    if (done < end) pieces.verbatim(raw, done, end);
  }
  return pieces.finish();
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function badByte(raw: string, at: number): NlpError {
  const byte = raw.charCodeAt(at).toString(16).padStart(2, '0').toUpperCase();
  return new NlpError(
    'ASSAY_TRANSCRIPT_ENCODING',
    `byte 0x${byte} at offset ${at} is no text in UTF-8 or windows-1252.`,
    { hint: 'The file is damaged or in another encoding; fetch it again, or convert it to UTF-8.' },
  );
}
