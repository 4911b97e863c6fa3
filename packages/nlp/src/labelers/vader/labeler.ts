import type { Labeler } from '../labeler.ts';
import { localSentimentLabeler } from '../sentiment-scheme.ts';
import { vaderScores } from './vader.ts';

/**
 * VADER: positive from a compound of 0.05, negative from −0.05, as its authors recommend. The score is the compound.
 * A paragraph is scored whole.
 */
export function vaderLabeler(): Labeler {
  return localSentimentLabeler({
    name: 'vader',
    version: '3.3.2',
    band: { negative: -0.05, positive: 0.05 },
    score: (text) => {
      const { compound, positive, neutral, negative } = vaderScores(text);
      return { score: compound, raw: { compound, positive, neutral, negative } };
    },
  });
}
