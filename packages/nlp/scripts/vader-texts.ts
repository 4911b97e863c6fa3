/** The texts on which VADER is held against PyPI's vaderSentiment, and the digest by which their scores are compared. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VaderScores } from '../src/labelers/vader/index.ts';
import { boosters, emojis, negations, phrases, valences } from '../src/labelers/vader/lexicon.ts';

const humanFiles = [
  'amazonReviewSnippets_GroundTruth.txt',
  'nytEditorialSnippets_GroundTruth.txt',
  'tweets_GroundTruth.txt',
];

/** The third column of the three files of human ratings of Hutto and Gilbert, in order. */
export function humanRatedTexts(folder: string): string[] {
  return humanFiles.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/\r$/u, '').split('\t')[2]!),
  );
}

/** `count` texts made of VADER's own words, marks, emojis and odd spaces by a fixed sequence of random numbers. */
export function madeTexts(count: number): string[] {
  let state = 0x5eed;
  const below = (limit: number): number => {
    // A linear congruential generator of 31 bits; the low bits are weak, so the high ones decide.
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * limit);
  };
  const pick = (list: readonly string[]): string => list[below(list.length)]!;
  const rated = [...valences.keys()].sort();
  const picture = [...emojis.keys()].sort();
  const joined = [...boosters.keys(), ...negations].sort();
  const told = [...phrases.keys(), 'kind of', 'sort of', 'just enough', 'without doubt', 'never so', 'never this'];
  const plain =
    'the company said that it was but at least very No or nor İstanbul ǅ ẞtraße Ünder but so this heart'.split(' ');
  const between = [' ', ' ', ' ', ' ', '  ', '\t', '\u00a0', '\u2009', '\u0085', '\u001c', '\ufeff', '!', '??', ', '];
  const around = ['', '', '', '!', '...', '"', '?', '?!', '…', "'"];
  const oneOf = [rated, joined, told, plain, rated, joined, plain, picture];
  const texts: string[] = ['', ' ', '!!!', 'no', 'but', ':)', '👍🏽', '❤️', 'a❤️b'];
  while (texts.length < count) {
    let text = '';
    for (let words = 1 + below(14); words > 0; words--) {
      const word = pick(oneOf[below(oneOf.length)]!);
      const cased = below(5) === 0 ? word.toUpperCase() : word;
      text += pick(around) + cased + pick(around) + pick(between);
    }
    texts.push(text);
  }
  return texts;
}

/** SHA-256 over the scores of all texts, each to the digits that vaderSentiment prints. */
export function digestOf(scores: Iterable<VaderScores>): string {
  const hash = createHash('sha256');
  for (const { negative, neutral, positive, compound } of scores) {
    hash.update(`${negative.toFixed(3)} ${neutral.toFixed(3)} ${positive.toFixed(3)} ${compound.toFixed(4)}\n`);
  }
  return hash.digest('hex');
}
