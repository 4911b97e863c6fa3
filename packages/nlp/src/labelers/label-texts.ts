import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LabelLine } from '../corpus.ts';
import { NlpError } from '../errors.ts';
import { type AnswerCache, MemoryCache } from './answer-cache.ts';
import { Budget, type BudgetLimits } from './budget.ts';
import type { Answer, Labeler } from './labeler.ts';
import { answerAt, batchesOf, partsAt, questionsOf } from './questions.ts';
import { Requests } from './requests.ts';

export interface TextToLabel {
  readonly id: string;
  readonly text: string;
}

export interface LabelTextsOptions {
  /** Where answers are kept; without one, identical texts of this run still share one answer. */
  readonly cache?: AnswerCache;
  /** Requests in flight for each labeler; 4 when not given. */
  readonly concurrency?: number;
  readonly onProgress?: (progress: { readonly labeler: string; readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
  /** For all labelers together. */
  readonly budget?: BudgetLimits;
}

export interface LabelerRun {
  readonly name: string;
  readonly version: string;
  /** Texts with a label, from the cache or not. */
  readonly labelled: number;
  /** Texts whose answer was in the cache. */
  readonly cached: number;
  /** Texts that were longer than the labeler takes, and were asked for in parts. */
  readonly split: number;
  readonly failed: number;
  /** Requests sent, retries included. */
  readonly requests: number;
  readonly retries: number;
  /** As estimated by the labeler for the requests sent. */
  readonly usd: number;
  readonly seconds: number;
}

export interface Labelling {
  /** One line for each text, in order. */
  readonly lines: readonly LabelLine[];
  /** Labeler → its answers, in the texts' order. */
  readonly answers: ReadonlyMap<string, readonly Answer[]>;
  readonly runs: readonly LabelerRun[];
}

/**
 * Has every labeler label every text: in batches of each one's size, at its pace, again with back-off where a request
 * may be repeated, and never twice for the same content. A text beyond a labeler's size limit is asked for in parts, by
 * its sentences, where the labeler can combine what is said of them; else it gets no label from it.
 *
 * @throws {NlpError} ASSAY_LABEL_DUPLICATE_ID, ASSAY_LABEL_DUPLICATE_LABELER, ASSAY_LABEL_BUDGET_REACHED,
 * ASSAY_LABELER_UNAVAILABLE (after the last retry), ASSAY_LABELER_ANSWER (an answer that breaks the port's rules), and
 * what a labeler or the cache throws. Answers received before are in the cache. Rejects with the signal's reason when
 * it is aborted.
 */
export async function labelTexts(
  labelers: readonly Labeler[],
  texts: readonly TextToLabel[],
  options: LabelTextsOptions = {},
): Promise<Labelling> {
  refuseDuplicates(labelers, texts);
  const failing = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, failing.signal]) : failing.signal;
  const cache = options.cache ?? new MemoryCache();
  const budget = new Budget(options.budget ?? {});
  const settled = await Promise.allSettled(
    labelers.map((labeler) =>
      labelAll(labeler, texts, { ...options, cache, budget, signal }).catch((error: unknown) => {
        failing.abort(error);
        throw error;
      }),
    ),
  );
  options.signal?.throwIfAborted();
  failing.signal.throwIfAborted();
  const results = settled.filter((result) => result.status === 'fulfilled').map((result) => result.value);

  const answers = new Map(results.map((result) => [result.run.name, result.answers]));
  const lines = texts.map(({ id }, index): LabelLine => {
    const said = [...answers].map(([name, list]) => [name, list[index]!] as const);
    const split = results.filter(({ parts }) => parts[index]! > 1).map(({ run, parts }) => [run.name, parts[index]!]);
    return {
      id,
      labels: Object.fromEntries(said.map(([name, answer]) => [name, answer.label])),
      scores: Object.fromEntries(said.map(([name, answer]) => [name, answer.label === null ? null : answer.score])),
      ...(split.length > 0 ? { parts: Object.fromEntries(split) } : {}),
    };
  });
  return { lines, answers, runs: results.map((result) => result.run) };
}

export function refuseDuplicates(labelers: readonly Labeler[], texts: readonly TextToLabel[]): void {
  const ids = new Set<string>();
  for (const { id } of texts) {
    if (ids.has(id)) {
      throw new NlpError('ASSAY_LABEL_DUPLICATE_ID', `Two texts have the id "${id}".`, {
        hint: 'Give every text an id of its own.',
      });
    }
    ids.add(id);
  }
  const names = new Set<string>();
  for (const { name } of labelers) {
    if (names.has(name)) {
      throw new NlpError('ASSAY_LABEL_DUPLICATE_LABELER', `The labeler "${name}" is named twice.`, {
        hint: 'Name each labeler once.',
      });
    }
    names.add(name);
  }
}

async function labelAll(
  labeler: Labeler,
  texts: readonly TextToLabel[],
  options: LabelTextsOptions & { cache: AnswerCache; budget: Budget; signal: AbortSignal },
): Promise<{ run: LabelerRun; answers: Answer[]; parts: number[] }> {
  const started = performance.now();
  const { cache, signal } = options;
  const questions = questionsOf(
    labeler,
    texts.map(({ text }) => text),
    cache,
  );
  const waiting = new Map<number, number>();
  for (const { places } of questions.open) {
    for (const place of places) waiting.set(place, (waiting.get(place) ?? 0) + 1);
  }
  const report = (): void =>
    options.onProgress?.({ labeler: labeler.name, done: texts.length - waiting.size, total: texts.length });
  report();

  const requests = new Requests(labeler, options.budget, signal);
  const queue = batchesOf(questions.open, labeler.limits.textsPerRequest);
  const worker = async (): Promise<void> => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const received = await requests.send(batch.map((question) => question.text));
      const keep: [string, Answer][] = [];
      batch.forEach(({ key, places }, index) => {
        const answer = received[index]!;
        questions.answers.set(key, answer);
        if (answer.label !== null) keep.push([key, answer]);
        for (const place of places) {
          const left = waiting.get(place)! - 1;
          if (left === 0) waiting.delete(place);
          else waiting.set(place, left);
        }
      });
      await cache.put(keep);
      report();
      // A labeler that never waits must not hold up signals and the others.
      await nextTurn();
      signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 4 }, worker));

  const answers = texts.map((_, place) => answerAt(questions, labeler, place));
  const labelled = answers.filter((answer) => answer.label !== null).length;
  const run = {
    name: labeler.name,
    version: labeler.version,
    labelled,
    cached: questions.cached,
    split: questions.split,
    failed: texts.length - labelled,
    requests: requests.sent,
    retries: requests.retries,
    usd: requests.usd,
    seconds: (performance.now() - started) / 1000,
  };
  return { run, answers, parts: texts.map((_, place) => partsAt(questions, place)) };
}
