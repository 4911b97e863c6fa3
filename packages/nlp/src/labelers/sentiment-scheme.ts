import { type Sentiment, sentiments } from '../corpus.ts';
import { NlpError } from '../errors.ts';
import type { Answer, Json, Labeler, Labelled, LabelledPart } from './labeler.ts';

/** A score between the two is neutral; at or beyond them it is negative or positive. */
export interface NeutralBand {
  readonly negative: number;
  readonly positive: number;
}

/** How what a service says of a text becomes a label. */
export interface SentimentScheme {
  /** With four, what is positive and negative at once is `mixed`; with three, its score decides. */
  readonly classes: 3 | 4;
  /** For labelers that give a score and no label of their own. */
  readonly band: NeutralBand;
}

/** What was said of a text, in one form for all services. */
export interface SentimentReading {
  /** −1 to 1. */
  readonly score: number;
  /** Positive and negative at once. */
  readonly mixed: boolean;
  /** What the service itself gives for each; mixed where it has that. */
  readonly probabilities?: Readonly<Record<Sentiment | 'mixed', number>>;
}

/** @throws {NlpError} ASSAY_LABELER_SETTINGS */
export function schemeOf(
  labeler: string,
  defaults: SentimentScheme,
  given: Partial<SentimentScheme> = {},
): SentimentScheme {
  const { classes, band } = { ...defaults, ...given };
  const inside = (value: number): boolean => Number.isFinite(value) && Math.abs(value) <= 1;
  if (
    (classes !== 3 && classes !== 4) ||
    !inside(band.negative) ||
    !inside(band.positive) ||
    band.negative > band.positive
  ) {
    throw new NlpError(
      'ASSAY_LABELER_SETTINGS',
      `The label scheme of ${labeler} cannot be: ${JSON.stringify(given)}.`,
      {
        hint: 'classes is 3 or 4; band has negative ≤ positive, both from −1 to 1.',
      },
    );
  }
  return { classes, band };
}

export function labelsOf({ classes }: SentimentScheme): readonly string[] {
  return classes === 4 ? [...sentiments, 'mixed'] : sentiments;
}

/** The label that a reading has in a scheme. */
function sentimentIn({ classes, band }: SentimentScheme, { score, mixed, probabilities }: SentimentReading): string {
  if (mixed && classes === 4) return 'mixed';
  if (mixed || probabilities === undefined) return byBand(score, band);
  return sentiments.reduce((best, label) => (probabilities[label] > probabilities[best] ? label : best), 'neutral');
}

export function labelled(scheme: SentimentScheme, reading: SentimentReading, raw: Json): Labelled {
  const { score, probabilities } = reading;
  return { label: sentimentIn(scheme, reading), score, ...(probabilities ? { probabilities } : {}), raw };
}

/**
 * The parts' readings, weighted by their length. Parts of which some are positive and some negative make a text mixed,
 * as does one that is mixed itself.
 */
function combinedReading(parts: readonly { reading: SentimentReading; characters: number }[]): SentimentReading {
  const total = parts.reduce((sum, { characters }) => sum + characters, 0);
  const mean = (of: (reading: SentimentReading) => number): number =>
    parts.reduce((sum, { reading, characters }) => sum + of(reading) * (characters / total), 0);
  const leans = parts.map(({ reading }) =>
    sentimentIn({ classes: 4, band: { negative: -0.25, positive: 0.25 } }, reading),
  );
  const mixed = leans.includes('mixed') || (leans.includes('positive') && leans.includes('negative'));
  const score = Math.max(
    -1,
    Math.min(
      1,
      mean((reading) => reading.score),
    ),
  );
  if (parts.some(({ reading }) => reading.probabilities === undefined)) return { score, mixed };
  const share = (label: Sentiment | 'mixed'): number => mean((reading) => reading.probabilities![label]);
  const probabilities = {
    negative: share('negative'),
    neutral: share('neutral'),
    positive: share('positive'),
    mixed: share('mixed'),
  };
  return { score, mixed, probabilities };
}

/** What a service's answers need for being read again and combined, from the way to read one. */
export function readBy(
  scheme: SentimentScheme,
  reading: (raw: Json) => SentimentReading,
): Required<Pick<Labeler, 'read' | 'combine'>> {
  return {
    read: (raw): Answer => labelled(scheme, reading(raw), raw),
    combine: (parts: readonly LabelledPart[]): Labelled => {
      const readings = parts.map(({ answer, characters }) => ({ reading: reading(answer.raw), characters }));
      const raw = { parts: parts.map(({ answer, characters }) => ({ characters, raw: answer.raw })) };
      return labelled(scheme, combinedReading(readings), raw);
    },
  };
}

function byBand(score: number, band: NeutralBand): Sentiment {
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
        return { label: byBand(score, band), score, raw };
      });
    },
  };
}
