import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LabelLine } from '../corpus.ts';
import { NlpError } from '../errors.ts';
import { type AnswerCache, answerKeys, MemoryCache } from './answer-cache.ts';
import { Budget, type BudgetLimits } from './budget.ts';
import type { Answer, Labeler, LabelerLimits } from './labeler.ts';
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
 * may be repeated, and never twice for the same content. A text beyond a labeler's size limit gets no label from it.
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
    return {
      id,
      labels: Object.fromEntries(said.map(([name, answer]) => [name, answer.label])),
      scores: Object.fromEntries(said.map(([name, answer]) => [name, answer.label === null ? null : answer.score])),
    };
  });
  return { lines, answers, runs: results.map((result) => result.run) };
}

function refuseDuplicates(labelers: readonly Labeler[], texts: readonly TextToLabel[]): void {
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

/** One text to ask for, and where its answer goes. */
interface Question {
  readonly key: string;
  readonly text: string;
  readonly places: number[];
}

async function labelAll(
  labeler: Labeler,
  texts: readonly TextToLabel[],
  options: LabelTextsOptions & { cache: AnswerCache; budget: Budget; signal: AbortSignal },
): Promise<{ run: LabelerRun; answers: Answer[] }> {
  const started = performance.now();
  const { cache, signal } = options;
  const answers = new Array<Answer>(texts.length);
  const questions = new Map<string, Question>();
  const keyOf = answerKeys(labeler);
  let done = 0;
  let cached = 0;
  texts.forEach(({ text }, place) => {
    const key = keyOf(text);
    const known = cache.get(key);
    const tooLong = known === undefined ? excess(text, labeler.limits) : undefined;
    const asked = questions.get(key);
    if (known !== undefined) {
      answers[place] = known;
      cached++;
      done++;
    } else if (tooLong !== undefined) {
      answers[place] = { label: null, failure: tooLong, raw: null };
      done++;
    } else if (asked !== undefined) asked.places.push(place);
    else questions.set(key, { key, text, places: [place] });
  });
  const report = (): void => options.onProgress?.({ labeler: labeler.name, done, total: texts.length });
  report();

  const requests = new Requests(labeler, options.budget, signal);
  const queue = batches([...questions.values()], labeler.limits.textsPerRequest);
  const worker = async (): Promise<void> => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const received = await requests.send(batch.map((question) => question.text));
      const keep: [string, Answer][] = [];
      batch.forEach((question, index) => {
        const answer = received[index]!;
        if (answer.label !== null) keep.push([question.key, answer]);
        for (const place of question.places) answers[place] = answer;
        done += question.places.length;
      });
      await cache.put(keep);
      report();
      // A labeler that never waits must not hold up signals and the others.
      await nextTurn();
      signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 4 }, worker));

  const labelled = answers.filter((answer) => answer.label !== null).length;
  const run = {
    name: labeler.name,
    version: labeler.version,
    labelled,
    cached,
    failed: texts.length - labelled,
    requests: requests.sent,
    retries: requests.retries,
    usd: requests.usd,
    seconds: (performance.now() - started) / 1000,
  };
  return { run, answers };
}

function batches(questions: readonly Question[], size: number): Question[][] {
  const result: Question[][] = [];
  for (let start = 0; start < questions.length; start += size) result.push(questions.slice(start, start + size));
  return result;
}

/** Why a text is too long for a labeler, in words. */
function excess(text: string, limits: LabelerLimits): string | undefined {
  const { bytesPerText = Infinity, charactersPerText = Infinity } = limits;
  // A UTF-16 unit is at most three bytes of UTF-8, and at least half a code point.
  if (text.length * 3 > bytesPerText) {
    const bytes = Buffer.byteLength(text);
    if (bytes > bytesPerText) return `The text has ${bytes} bytes, more than the ${bytesPerText} it takes.`;
  }
  if (text.length > charactersPerText) {
    const characters = [...text].length;
    if (characters > charactersPerText) {
      return `The text has ${characters} characters, more than the ${charactersPerText} it takes.`;
    }
  }
  return undefined;
}
