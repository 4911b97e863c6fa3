import { AssayError } from '../../errors.ts';

/** Deeper documents are refused rather than left to overflow the stack. */
export const DEEPEST = 100;
/** A document is read whole; what is larger is a file. */
export const LARGEST_DOCUMENT = 16 * 2 ** 20;
/** Values in one document, aliases written out. */
export const MOST_VALUES = 500_000;

/** A document that cannot be read, with its line and column where it is a text. */
export function refuse(name: string, text: string | undefined, at: number, message: string): AssayError {
  return new AssayError('ASSAY_TRACK_DOCUMENT', `${name}${placeOf(text, at)}: ${message}`, {
    hint: 'Nothing was recorded. Mend the document at that place.',
  });
}

/** `:line:column`, or the byte in what is no text. */
export function placeOf(text: string | undefined, at: number): string {
  if (text === undefined) return `: byte ${at}`;
  const before = text.slice(0, at);
  return `:${before.split('\n').length}:${at - before.lastIndexOf('\n')}`;
}
