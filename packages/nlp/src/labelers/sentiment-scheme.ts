import { type Sentiment, sentiments } from '../corpus.ts';
import type { Answer, Json, Labeler } from './labeler.ts';

/** A score between the two is neutral; at or beyond them it is negative or positive. */
export interface NeutralBand {
  readonly negative: number;
  readonly positive: number;
}

function sentimentOf(score: number, band: NeutralBand): Sentiment {
  if (score >= band.positive) return 'positive';
  return score <= band.negative ? 'negative' : 'neutral';
}

/** A labeler that runs here, at no cost, one text at a time, and always has an answer. */
export function localSentimentLabeler(definition: {
  readonly name: string;
  readonly version: string;
  readonly band: NeutralBand;
  readonly score: (text: string) => { readonly score: number; readonly raw: Json };
}): Labeler {
  const { name, version, band } = definition;
  return {
    name,
    version,
    configuration: { neutral_band: { negative: band.negative, positive: band.positive } },
    labels: sentiments,
    limits: { textsPerRequest: 256 },
    cost: () => 0,
    async label(texts, { signal }): Promise<Answer[]> {
      signal.throwIfAborted();
      return texts.map((text) => {
        const { score, raw } = definition.score(text);
        return { label: sentimentOf(score, band), score, raw };
      });
    },
  };
}
