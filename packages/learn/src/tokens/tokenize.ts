/** A piece of a text. */
export interface Token {
  /** The word as the vocabulary knows it: lower case, numbers as `<number>`, apostrophes straight. */
  readonly word: string;
  /** Where it lies in the text, in UTF-16 units: `text.slice(start, end)` is the token as written. */
  readonly start: number;
  readonly end: number;
}

/** Written into every model; it changes whenever a text may give other tokens than before. */
export const TOKENIZER_VERSION = 'english-1';

/** Longer runs of letters are cut to this many UTF-16 units in `word`; their offsets stay whole. */
const LONGEST_WORD = 64;

/**
 * In order: numbers with their separators; one character of a script that writes no spaces; a word up to "n't", and the
 * contraction itself; words; contractions after an apostrophe; runs of emphasis; emoji; marks that carry meaning.
 */
const PATTERN = new RegExp(
  [
    String.raw`(?<number>\p{Nd}+(?:[.,:/]\p{Nd}+)*)`,
    String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*`,
    String.raw`[\p{L}\p{M}]+?(?=n['’]t(?![\p{L}\p{M}]))`,
    String.raw`n['’]t(?![\p{L}\p{M}])`,
    String.raw`[\p{L}\p{M}]+`,
    String.raw`['’](?:s|re|ve|ll|d|m)(?![\p{L}\p{M}])`,
    String.raw`(?<repeated>[!?]|\.(?=\.))\k<repeated>*`,
    String.raw`\p{Extended_Pictographic}\u{fe0f}?(?:\u{200d}\p{Extended_Pictographic}\u{fe0f}?)*`,
    String.raw`[.,:;()$€£¥%…&+]|[—–]|--|-(?=\s)`,
  ].join('|'),
  'giu',
);

/**
 * Splits an English text into the tokens a classifier reads. "don't" gives "do" and "n't" (as the Penn Treebank does),
 * "10.5%" gives `<number>` and "%", "!!!" one token; quotation marks and other ornaments give none. Texts in other
 * scripts are split too: words by letters, scripts without spaces by character.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(PATTERN)) {
    const [written] = match;
    tokens.push({ word: normalise(written, match.groups!), start: match.index, end: match.index + written.length });
  }
  return tokens;
}

function normalise(written: string, groups: Readonly<Record<string, string | undefined>>): string {
  if (groups.number !== undefined) return '<number>';
  if (groups.repeated !== undefined)
    return groups.repeated === '.' ? '…' : groups.repeated.repeat(written.length > 1 ? 2 : 1);
  return written.slice(0, LONGEST_WORD).toLowerCase().replaceAll('’', "'");
}
