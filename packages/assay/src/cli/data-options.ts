import { AssayError } from '../errors.ts';

/** `KEY=VALUE` words as a map. @throws AssayError `ASSAY_CLI_PAIR` */
export function pairs(words: readonly string[], option: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
      throw new AssayError('ASSAY_CLI_PAIR', `${option} ${word}: there is no name and value in it`, {
        hint: `Write ${option} KEY=VALUE.`,
      });
    }),
  );
}
