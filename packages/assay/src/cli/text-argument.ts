import { AssayError } from '../errors.ts';

/** @throws AssayError `ASSAY_TEXT_EMPTY` for a text without a letter or a digit. */
export function requireText(text: string): void {
  if (/[\p{L}\p{N}]/u.test(text)) return;
  throw new AssayError('ASSAY_TEXT_EMPTY', 'the text has no words', {
    hint: 'Give the text in quotes: "We raised our guidance."',
  });
}
