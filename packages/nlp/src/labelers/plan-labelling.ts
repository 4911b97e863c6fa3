import { type AnswerCache, MemoryCache } from './answer-cache.ts';
import { refuseDuplicates, type TextToLabel } from './label-texts.ts';
import type { Labeler } from './labeler.ts';
import { batchesOf, questionsOf } from './questions.ts';

/** What a labelling would take of one labeler, if every request is answered at the first time. */
export interface LabelerPlan {
  readonly name: string;
  readonly version: string;
  readonly texts: number;
  /** Answered from the cache. */
  readonly cached: number;
  /** Asked for in parts, since they are longer than the labeler takes. */
  readonly split: number;
  /** Can be given no label, since they are too long or blank. */
  readonly refused: number;
  readonly requests: number;
  readonly usd: number;
  /** At the labeler's pace; 0 where it has none. */
  readonly seconds: number;
}

/**
 * What {@link labelTexts} would send, and what that costs; nothing is sent.
 *
 * @throws {NlpError} ASSAY_LABEL_DUPLICATE_ID, ASSAY_LABEL_DUPLICATE_LABELER
 */
export function planLabelling(
  labelers: readonly Labeler[],
  texts: readonly TextToLabel[],
  cache: AnswerCache = new MemoryCache(),
): LabelerPlan[] {
  refuseDuplicates(labelers, texts);
  return labelers.map((labeler) => {
    const questions = questionsOf(
      labeler,
      texts.map(({ text }) => text),
      cache,
    );
    const batches = batchesOf(questions.open, labeler.limits.textsPerRequest);
    const { requestsPerSecond } = labeler.limits;
    return {
      name: labeler.name,
      version: labeler.version,
      texts: texts.length,
      cached: questions.cached,
      split: questions.split,
      refused: questions.texts.filter((text) => 'failure' in text).length,
      requests: batches.length,
      usd: batches.reduce((sum, batch) => sum + labeler.cost(batch.map(({ text }) => text)), 0),
      seconds: requestsPerSecond === undefined ? 0 : batches.length / requestsPerSecond,
    };
  });
}
