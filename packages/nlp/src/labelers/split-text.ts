import { sentenceBounds } from '../text/index.ts';
import type { LabelerLimits } from './labeler.ts';

type TextLimits = Pick<LabelerLimits, 'bytesPerText' | 'charactersPerText'>;

/** Whether a labeler takes the text as it is. */
export function fits(text: string, { bytesPerText = Infinity, charactersPerText = Infinity }: TextLimits): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8, and at least half a code point.
  if (text.length * 3 > bytesPerText && Buffer.byteLength(text) > bytesPerText) return false;
  return text.length <= charactersPerText || codePoints(text) <= charactersPerText;
}

/** How a text passes a labeler's limit, in words. */
export function excess(text: string, { bytesPerText = Infinity, charactersPerText = Infinity }: TextLimits): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesPerText) return `The text has ${bytes} bytes, more than the ${bytesPerText} it takes.`;
  return `The text has ${codePoints(text)} characters, more than the ${charactersPerText} it takes.`;
}

/**
 * A text in parts that each fit: as many whole sentences as go into one; a sentence too long by itself is cut between
 * words, and a word too long between its characters. Blanks between parts are dropped.
 */
export function splitText(text: string, limits: TextLimits): string[] {
  const parts: string[] = [];
  let open = '';
  const add = (piece: string, glue: string): void => {
    const joined = open === '' ? piece : open + glue + piece;
    if (fits(joined, limits)) {
      open = joined;
      return;
    }
    if (open !== '') parts.push(open);
    open = '';
    if (fits(piece, limits) || codePoints(piece) === 1) {
      open = piece;
      return;
    }
    const words = piece.split(/\s+/u).filter((word) => word !== '');
    if (words.length > 1) for (const word of words) add(word, ' ');
    else for (const character of piece) add(character, '');
  };
  const bounds = sentenceBounds(text);
  for (let at = 0; at < bounds.length; at += 2) {
    const sentence = text.slice(bounds[at], bounds[at + 1]).trim();
    if (sentence !== '') add(sentence, ' ');
  }
  if (open !== '') parts.push(open);
  return parts;
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
