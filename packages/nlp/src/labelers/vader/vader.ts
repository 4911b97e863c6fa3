import { roundHalfEven } from './decimal-rounding.ts';
import { boosters, emojis, negations, phrases, valences } from './lexicon.ts';

/** What VADER says of a text: `compound` in [−1, 1], and the shares of negative, neutral and positive words. */
export interface VaderScores {
  readonly negative: number;
  readonly neutral: number;
  readonly positive: number;
  readonly compound: number;
}

interface Word {
  readonly lower: string;
  /** In capitals, in a text where not every word is. */
  readonly shouted: boolean;
  /** Its rating, where the lexicon has one. */
  readonly valence: number | undefined;
  readonly boost: number | undefined;
  readonly negates: boolean;
}

const capitals = 0.733;
const negation = -0.74;
/** How much of a booster is left one, two and three words before. */
const fading = [1, 0.95, 0.9] as const;
/** Approximates the largest sum to be expected. */
const normalization = 15;

// What Python's str.split() parts at: unlike \s it takes the four separators and NEL, and not the byte order mark.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are white space to Python
const whiteSpace = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same within ASCII, a quarter faster
const asciiSpace = /[\t-\r\x1c-\x20]+/;
const beyondAscii = /[^\0-\x7f]/u;
const phraseEnds: ReadonlySet<string> = new Set(
  [...phrases.keys(), ...boosters.keys()]
    .filter((phrase) => phrase.includes(' '))
    .map((phrase) => phrase.slice(phrase.lastIndexOf(' ') + 1)),
);

/**
 * Scores a text of any length by VADER's rules.
 *
 * C. J. Hutto and E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text",
 * ICWSM 2014. Gives what PyPI's vaderSentiment 3.3.2 gives, to the digits it prints (three for the shares, four for
 * `compound`), including where that differs from the paper.
 */
export function vaderScores(text: string): VaderScores {
  const spelledOut = spellOutEmojis(text);
  const words = splitIntoWords(spelledOut);
  const sentiments = words.map((_, index) => wordSentiment(words, index));
  weighAroundBut(words, sentiments);
  return summarize(sentiments, emphasis(spelledOut));
}

function spellOutEmojis(text: string): string {
  if (!beyondAscii.test(text)) return text;
  let result = '';
  let afterSpace = true;
  for (const character of text) {
    const name = emojis.get(character);
    if (name === undefined) {
      result += character;
      afterSpace = character === ' ';
    } else {
      result += afterSpace ? name : ` ${name}`;
      afterSpace = false;
    }
  }
  return result;
}

function splitIntoWords(text: string): Word[] {
  const tokens = text.split(beyondAscii.test(text) ? whiteSpace : asciiSpace).filter((token) => token !== '');
  const bare = tokens.map(withoutOuterPunctuation);
  const upper = bare.map(isUpperCase);
  const shouting = upper.filter(Boolean).length;
  const differs = shouting > 0 && shouting < bare.length;
  return bare.map((token, index) => {
    const lower = token.toLowerCase();
    return {
      lower,
      shouted: differs && upper[index]!,
      valence: valences.get(lower),
      boost: boosters.get(lower),
      negates: negations.has(lower) || lower.includes("n't"),
    };
  });
}

function withoutOuterPunctuation(token: string): string {
  let start = 0;
  let end = token.length;
  while (start < end && isPunctuation(token.charCodeAt(start))) start++;
  while (start < end && isPunctuation(token.charCodeAt(end - 1))) end--;
  if (start === 0 && end === token.length) return token;
  const stripped = token.slice(start, end);
  // What is left of an emoticon is short: ":)" stays whole.
  const isShort = stripped.length <= 2 || (stripped.length <= 4 && [...stripped].length <= 2);
  return isShort ? token : stripped;
}

/** The 32 marks of ASCII. */
function isPunctuation(unit: number): boolean {
  return (
    (unit >= 33 && unit <= 47) ||
    (unit >= 58 && unit <= 64) ||
    (unit >= 91 && unit <= 96) ||
    (unit >= 123 && unit <= 126)
  );
}

/** Some letter with case, and none that is not upper case. */
function isUpperCase(token: string): boolean {
  if (!beyondAscii.test(token)) return /[A-Z]/u.test(token) && !/[a-z]/u.test(token);
  return /\p{Uppercase}/u.test(token) && !/[\p{Lowercase}\p{Lt}]/u.test(token);
}

function wordSentiment(words: readonly Word[], index: number): number {
  const word = words[index]!;
  const next = words[index + 1];
  if (word.boost !== undefined || word.valence === undefined) return 0;
  if (word.lower === 'kind' && next?.lower === 'of') return 0;

  let valence = word.valence;
  const before = (distance: number): string | undefined => words[index - distance]?.lower;
  // Before a rated word, "no" only negates.
  if (word.lower === 'no' && next?.valence !== undefined) valence = 0;
  if (before(1) === 'no' || before(2) === 'no' || (before(3) === 'no' && (before(1) === 'or' || before(1) === 'nor'))) {
    valence = word.valence * negation;
  }
  if (word.shouted) valence += valence > 0 ? capitals : -capitals;

  for (let distance = 1; distance <= 3 && distance <= index; distance++) {
    const modifier = words[index - distance]!;
    if (modifier.valence !== undefined) continue;
    valence += boost(modifier, valence) * fading[distance - 1]!;
    valence = negate(words, index, distance, valence);
    if (distance === 3) valence = applyPhrases(words, index, valence);
  }
  return applyLeast(words, index, valence);
}

function boost(modifier: Word, valence: number): number {
  if (modifier.boost === undefined) return 0;
  const signed = valence < 0 ? -modifier.boost : modifier.boost;
  if (!modifier.shouted) return signed;
  return valence > 0 ? signed + capitals : signed - capitals;
}

function negate(words: readonly Word[], index: number, distance: number, valence: number): number {
  const before = (back: number): string => words[index - back]!.lower;
  const intensifies = (word: string): boolean => word === 'so' || word === 'this';
  if (distance === 2) {
    if (before(2) === 'never' && intensifies(before(1))) return valence * 1.25;
    if (before(2) === 'without' && before(1) === 'doubt') return valence;
  }
  if (distance === 3) {
    // The original's `and` binds before its `or`: "so" or "this" just before strengthens with and without "never".
    if ((before(3) === 'never' && intensifies(before(2))) || intensifies(before(1))) return valence * 1.25;
    if (before(3) === 'without' && (before(2) === 'doubt' || before(1) === 'doubt')) return valence;
  }
  return words[index - distance]!.negates ? valence * negation : valence;
}

/** Called with at least three words before `index`. */
function applyPhrases(words: readonly Word[], index: number, before: number): number {
  let valence = before;
  const phrase = (from: number, to: number): string | undefined => {
    const last = words[index + to]?.lower;
    if (last === undefined || !phraseEnds.has(last)) return undefined;
    return words
      .slice(index + from, index + to + 1)
      .map((word) => word.lower)
      .join(' ');
  };
  const rating = (found: string | undefined): number | undefined =>
    found === undefined ? undefined : phrases.get(found);

  const threeBefore = phrase(-3, -1);
  const firstTwo = phrase(-3, -2);
  const twoBefore = phrase(-2, -1);
  for (const candidate of [phrase(-1, 0), phrase(-2, 0), twoBefore, threeBefore, firstTwo]) {
    const rated = rating(candidate);
    if (rated !== undefined) {
      valence = rated;
      break;
    }
  }
  valence = rating(phrase(0, 1)) ?? valence;
  valence = rating(phrase(0, 2)) ?? valence;
  for (const degree of [threeBefore, firstTwo, twoBefore]) {
    if (degree !== undefined) valence += boosters.get(degree) ?? 0;
  }
  return valence;
}

function applyLeast(words: readonly Word[], index: number, valence: number): number {
  if (words[index - 1]?.lower !== 'least') return valence;
  const earlier = words[index - 2]?.lower;
  return earlier === 'at' || earlier === 'very' ? valence : valence * negation;
}

/** What comes before the first "but" counts half, what comes after it one and a half times. */
function weighAroundBut(words: readonly Word[], sentiments: number[]): void {
  const but = words.findIndex((word) => word.lower === 'but');
  if (but < 0) return;
  // The original looks each value up in the list that it is changing, so equal values share the place of the first.
  for (let index = 0; index < sentiments.length; index++) {
    const sentiment = sentiments[index]!;
    if (sentiment === 0) continue;
    const place = sentiments.indexOf(sentiment);
    if (place < but) sentiments[place] = sentiment * 0.5;
    else if (place > but) sentiments[place] = sentiment * 1.5;
  }
}

/** What the exclamation and question marks of a text add. */
function emphasis(text: string): number {
  let exclamations = 0;
  let questions = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 33) exclamations++;
    else if (unit === 63) questions++;
  }
  const asked = questions <= 1 ? 0 : questions <= 3 ? questions * 0.18 : 0.96;
  return Math.min(exclamations, 4) * 0.292 + asked;
}

function summarize(sentiments: readonly number[], emphasized: number): VaderScores {
  if (sentiments.length === 0) return { negative: 0, neutral: 0, positive: 0, compound: 0 };
  let sum = 0;
  let positive = 0;
  let negative = 0;
  let neutral = 0;
  for (const sentiment of sentiments) {
    sum += sentiment;
    // The 1 makes up for neutral words, which count 1 each.
    if (sentiment > 0) positive += sentiment + 1;
    else if (sentiment < 0) negative += sentiment - 1;
    else neutral++;
  }
  if (sum > 0) sum += emphasized;
  else if (sum < 0) sum -= emphasized;
  if (positive > -negative) positive += emphasized;
  else if (positive < -negative) negative -= emphasized;
  const total = positive - negative + neutral;
  return {
    negative: roundHalfEven(Math.abs(negative) / total, 3),
    neutral: roundHalfEven(neutral / total, 3),
    positive: roundHalfEven(positive / total, 3),
    compound: roundHalfEven(sum / Math.sqrt(sum * sum + normalization), 4),
  };
}
