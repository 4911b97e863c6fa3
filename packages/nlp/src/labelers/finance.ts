import { concessions, directions, hedges, measures, negators, polarity, turns } from './finance-lexicon.ts';
import type { Labeler } from './labeler.ts';
import { localSentimentLabeler } from './sentiment-scheme.ts';
import { PhraseTable, wordsOf } from './words.ts';

const loaded = new PhraseTable(polarity);
const measured = new PhraseTable(measures);

/** How far a negation, a hedge, and a measure's direction reach, in words. */
const reach = { negation: 3, hedge: 6, measure: 5 } as const;

export interface FinanceScore {
  /** Sum over the clauses; 0 when nothing loaded was found. */
  readonly sum: number;
  /** Loaded words, phrases and movements found. */
  readonly found: number;
}

/**
 * Scores a paragraph of a call with the project's own lexicon, clause by clause:
 *
 * - a loaded word or phrase counts ±1 or ±2;
 * - a movement ("revenue grew", "lower costs") counts +1 when it is for the better, −1 when not;
 * - a negator up to three words before turns it, except in "not only": what is good in full, what is bad by half, as
 *   "no problems" praises less than "no improvement" blames;
 * - a hedge ("may", "we expect") up to six words before halves it;
 * - what comes after "but" or "however" in a sentence counts one and a half times, what comes before half;
 * - a clause that begins with a concession ("despite", "partially offset by") counts half.
 */
export function financeScore(text: string): FinanceScore {
  let sum = 0;
  let found = 0;
  for (const sentence of text.split(/[.!?]+(?=\s|$)|\n+/u)) {
    const clauses = sentence.split(/[,;:—–]+(?=\s|$)|\s[-–—]+\s/u).flatMap(splitAtTurns);
    const turn = clauses.findIndex((clause) => turns.has(clause[0] ?? ''));
    clauses.forEach((clause, index) => {
      const score = clauseScore(clause);
      const weight = turn <= 0 ? 1 : index < turn ? 0.5 : 1.5;
      const conceded = concessions.has(clause[0] ?? '') || concessions.has(clause[1] ?? '') ? 0.5 : 1;
      sum += score.sum * weight * conceded;
      found += score.found;
    });
  }
  return { sum, found };
}

function splitAtTurns(clause: string): string[][] {
  const parts: string[][] = [[]];
  for (const word of wordsOf(clause)) {
    if (turns.has(word) && parts.at(-1)!.length > 0) parts.push([]);
    parts.at(-1)!.push(word);
  }
  return parts;
}

function clauseScore(words: readonly string[]): FinanceScore {
  let sum = 0;
  let found = 0;
  const spent = new Set<number>();
  const add = (value: number, at: number): void => {
    let worth = value;
    if (isNegated(words, at)) worth *= worth > 0 ? -1 : -0.5;
    if (within(words, at, reach.hedge, (word) => hedges.has(word))) worth *= 0.5;
    sum += worth;
    found++;
  };
  for (let index = 0; index < words.length; ) {
    const phrase = loaded.at(words, index);
    if (phrase) {
      if (phrase.value !== 0) add(phrase.value, index);
      for (let taken = index; taken < index + phrase.length; taken++) spent.add(taken);
    }
    index += phrase?.length ?? 1;
  }
  for (let index = 0; index < words.length; index++) {
    const direction = spent.has(index) ? undefined : directions.get(words[index]!);
    if (direction === undefined) continue;
    const measure = nearestMeasure(words, index);
    if (measure !== undefined) add(direction * measure, index);
  }
  return { sum, found };
}

function within(words: readonly string[], at: number, distance: number, test: (word: string) => boolean): boolean {
  for (let index = Math.max(0, at - distance); index < at; index++) if (test(words[index]!)) return true;
  return false;
}

function isNegated(words: readonly string[], at: number): boolean {
  for (let index = Math.max(0, at - reach.negation); index < at; index++) {
    if (negators.has(words[index]!) && words[index + 1] !== 'only') return true;
  }
  return false;
}

/** The worth of what moves: the measure nearest to the direction, the one after it where two are as near. */
function nearestMeasure(words: readonly string[], at: number): 1 | -1 | undefined {
  for (let distance = 1; distance <= reach.measure; distance++) {
    for (const index of [at + distance, at - distance]) {
      if (index < 0 || index >= words.length) continue;
      const measure = measured.at(words, index);
      if (measure) return measure.value;
    }
  }
  return undefined;
}

/**
 * The project's own lexicon: score is sum / √(sum² + 4), positive from 0.4 and negative from −0.4, which is a sum of
 * 0.87: one plain loaded word decides, one that is hedged does not. The thresholds were set beforehand, not
 * fitted to any labels.
 */
export function financeLabeler(): Labeler {
  return localSentimentLabeler({
    name: 'lexicon',
    version: '1',
    band: { negative: -0.4, positive: 0.4 },
    score: (text) => {
      const { sum, found } = financeScore(text);
      return { score: sum / Math.sqrt(sum * sum + 4), raw: { sum, found } };
    },
  });
}
