import { createHash } from 'node:crypto';
import type { Answer, Json, Labeler } from './labeler.ts';

/** Answers by the key of {@link answerKeys}. */
export interface AnswerCache {
  get(key: string): Answer | undefined;
  /** Resolves when the answers outlive the process. */
  put(answers: readonly (readonly [key: string, answer: Answer])[]): Promise<void>;
}

/** Forgets with the process. */
export class MemoryCache implements AnswerCache {
  readonly #answers = new Map<string, Answer>();

  get(key: string): Answer | undefined {
    return this.#answers.get(key);
  }

  async put(answers: readonly (readonly [string, Answer])[]): Promise<void> {
    for (const [key, answer] of answers) this.#answers.set(key, answer);
  }
}

/** Text → SHA-256 (hex) of the labeler's name, version and configuration and of the text. */
export function answerKeys(labeler: Labeler): (text: string) => string {
  const identity = JSON.stringify([labeler.name, labeler.version, sorted(labeler.configuration)]);
  const prefix = createHash('sha256').update(identity).digest();
  return (text) => createHash('sha256').update(prefix).update(text).digest('hex');
}

/** The same value with every object's keys in one order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}
