import { LearnError } from '../errors.ts';
import type { Token } from '../tokens/index.ts';

/** Scripts that write no spaces between words: there, every character is a word. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;

const EMOJI = String.raw`\p{Extended_Pictographic}[\u{fe0f}\p{Emoji_Modifier}]?`;

const WORD = new RegExp(
  [
    String.raw`[${UNSPACED}]\p{M}*`,
    String.raw`(?:(?![${UNSPACED}])[\p{L}\p{N}\p{M}_])+`,
    String.raw`\p{RI}\p{RI}|${EMOJI}(?:\u{200d}${EMOJI})*`,
  ].join('|'),
  'gu',
);

/** With more, the linear models behind the explanations take minutes, and nobody reads the result. */
const MOST_WORDS = 1000;

/**
 * The words of a text as explanations of any model see them: what `\W+` separates (letters, digits, underscores), and
 * besides the characters of scripts without spaces, and emoji. `word` is the word as written.
 *
 * @throws LearnError `ASSAY_LEARN_TEXT_EMPTY` without words, `ASSAY_LEARN_TEXT_LONG` for over 1,000.
 */
export function splitWords(text: string): Token[] {
  const words: Token[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    words.push({ word, start: index, end: index + word.length });
    if (words.length > MOST_WORDS) {
      throw new LearnError('ASSAY_LEARN_TEXT_LONG', `A text to explain has over ${MOST_WORDS} words.`, {
        hint: 'Explain a part of it; integrated gradients take as many tokens as the model reads.',
      });
    }
  }
  if (words.length === 0) {
    throw new LearnError(
      'ASSAY_LEARN_TEXT_EMPTY',
      `A text to explain has no words: ${JSON.stringify(text.slice(0, 60))}.`,
      {
        hint: 'Give a text with a word.',
      },
    );
  }
  return words;
}

/** Writes a text with only some of its features: `keep` has one number for each, 0 for those that are hidden. */
export type Masking = (keep: ArrayLike<number>) => string;

/** Hidden words vanish; what stands between the words stays. A feature is one or several of the words. */
export function removing(text: string, features: readonly (readonly Token[])[]): Masking {
  const spans = features
    .flatMap((words, feature) => words.map(({ start, end }) => ({ start, end, feature })))
    .sort((a, b) => a.start - b.start);
  const between = spans.map(({ start }, i) => text.slice(i === 0 ? 0 : spans[i - 1]!.end, start));
  const words = spans.map(({ start, end }) => text.slice(start, end));
  const rest = text.slice(spans.at(-1)!.end);
  return (keep) => {
    let out = '';
    for (let i = 0; i < spans.length; i++) {
      out += between[i]!;
      if (keep[spans[i]!.feature] !== 0) out += words[i]!;
    }
    return out + rest;
  };
}

/**
 * A text cut into one piece for each word: the word with what stands behind it, the first also with what stands before.
 * Together they are the text.
 */
export function segmentsOf(text: string, words: readonly Token[]): string[] {
  return words.map((_, i) => text.slice(i === 0 ? 0 : words[i]!.start, words[i + 1]?.start ?? text.length));
}

/** Runs of hidden words become one mask; white space is one space. As the text masker of SHAP. */
export function replacing(segments: readonly string[], mask: string): Masking {
  return (keep) => {
    let out = '';
    let masked = false;
    for (let i = 0; i < segments.length; i++) {
      if (keep[i] !== 0) out += segments[i]!;
      else if (!masked) out += ` ${mask}`;
      masked = keep[i] === 0;
    }
    return out.replace(/\s+/gu, ' ').trim();
  };
}
