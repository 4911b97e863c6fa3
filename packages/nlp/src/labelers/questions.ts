import { type AnswerCache, answerKeys } from './answer-cache.ts';
import type { Answer, Labeler } from './labeler.ts';
import { codePoints, excess, fits, splitText } from './split-text.ts';

/** One text to ask for, and the places of the texts that wait for its answer. */
export interface Question {
  readonly key: string;
  readonly text: string;
  readonly places: number[];
}

/** What one labeler must be asked, so that every text has its answer. */
export interface Questions {
  /** Of each text: the keys of its parts, one where it was not split; or why it cannot be asked for. */
  readonly texts: readonly (TextParts | { readonly failure: string })[];
  /** By key; what the cache had, and what was answered since. */
  readonly answers: Map<string, Answer>;
  readonly open: readonly Question[];
  /** Texts with every answer in the cache. */
  readonly cached: number;
  /** Texts that are asked for in parts. */
  readonly split: number;
}

interface TextParts {
  readonly keys: readonly string[];
  readonly characters: readonly number[];
}

/** The same content is asked for once, whatever texts it stands in; what the cache has, not at all. */
export function questionsOf(labeler: Labeler, texts: readonly string[], cache: AnswerCache): Questions {
  const keyOf = answerKeys(labeler);
  const answers = new Map<string, Answer>();
  const open = new Map<string, Question>();
  let cached = 0;
  let split = 0;
  const parts = texts.map((text, place): TextParts | { failure: string } => {
    if (labeler.limits.refusesBlank && text.trim() === '') return { failure: 'The text is blank.' };
    const whole = fits(text, labeler.limits);
    if (!whole && labeler.combine === undefined) return { failure: excess(text, labeler.limits) };
    const pieces = whole ? [text] : splitText(text, labeler.limits);
    if (pieces.length === 0) return { failure: 'The text is blank.' };
    if (pieces.length > 1) split++;
    const keys = pieces.map(keyOf);
    let missing = false;
    for (const [index, key] of keys.entries()) {
      if (!answers.has(key)) {
        const kept = cache.get(key);
        if (kept !== undefined) answers.set(key, labeler.read?.(kept.raw) ?? kept);
      }
      if (answers.has(key)) continue;
      missing = true;
      const asked = open.get(key);
      if (asked === undefined) open.set(key, { key, text: pieces[index]!, places: [place] });
      else if (asked.places.at(-1) !== place) asked.places.push(place);
    }
    if (!missing) cached++;
    return { keys, characters: pieces.length === 1 ? [0] : pieces.map(codePoints) };
  });
  return { texts: parts, answers, open: [...open.values()], cached, split };
}

/** The answer for the text at `place`, once all its parts are answered. */
export function answerAt({ texts, answers }: Questions, labeler: Labeler, place: number): Answer {
  const text = texts[place]!;
  if ('failure' in text) return { label: null, failure: text.failure, raw: null };
  if (text.keys.length === 1) return answers.get(text.keys[0]!)!;
  const parts = [];
  for (const [index, key] of text.keys.entries()) {
    const answer = answers.get(key)!;
    if (answer.label === null) {
      return { ...answer, failure: `Part ${index + 1} of ${text.keys.length}: ${answer.failure}` };
    }
    parts.push({ answer, characters: text.characters[index]! });
  }
  return labeler.combine!(parts);
}

export function partsAt({ texts }: Questions, place: number): number {
  const text = texts[place]!;
  return 'failure' in text ? 1 : text.keys.length;
}

export function batchesOf(questions: readonly Question[], size: number): Question[][] {
  const result: Question[][] = [];
  for (let start = 0; start < questions.length; start += size) result.push(questions.slice(start, start + size));
  return result;
}
