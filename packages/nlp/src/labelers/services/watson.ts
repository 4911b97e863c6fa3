import { z } from 'zod';
import { NlpError } from '../../errors.ts';
import type { Json, Labeler, Labelled } from '../labeler.ts';
import { labelled, labelsOf, readBy, type SentimentReading, schemeOf } from '../sentiment-scheme.ts';
import { codePoints } from '../split-text.ts';
import { postJson, unreadable } from './post-json.ts';
import { endpointOf, type ServiceSettings, type ServiceSurroundings } from './service-settings.ts';
import { watsonCredentials } from './watson-credentials.ts';

const apiVersion = '2022-04-07';

const sentimentAnswer = z.object({
  sentiment: z.object({
    document: z.object({
      score: z.number().min(-1).max(1),
      label: z.enum(['positive', 'negative', 'neutral']),
      mixed: z.string().optional(),
    }),
  }),
});

const emotions = ['anger', 'disgust', 'fear', 'joy', 'sadness'] as const;
const share = z.number().min(0).max(1);
const emotionAnswer = z.object({
  emotion: z.object({
    document: z.object({
      emotion: z.object({ anger: share, disgust: share, fear: share, joy: share, sadness: share }),
    }),
  }),
});

function sentimentReading(raw: unknown): SentimentReading {
  const { score, mixed } = sentimentAnswer.parse(raw).sentiment.document;
  return { score, mixed: mixed === '1' };
}

/**
 * IBM Watson Natural Language Understanding, sentiment of the document: one text of up to 50,000 characters in a
 * request, one item of the price list for each 10,000. What it calls neutral is a score of 0; the scheme's band decides.
 *
 * @throws {NlpError} ASSAY_LABELER_SETTINGS, ASSAY_LABELER_ENDPOINT, ASSAY_LABELER_CREDENTIALS, and from `label`
 * ASSAY_LABELER_CREDENTIALS, ASSAY_LABELER_REFUSED, ASSAY_LABELER_ANSWER.
 */
export function watsonLabeler(settings: ServiceSettings, surroundings: ServiceSurroundings): Labeler {
  const scheme = schemeOf('watson', { classes: 3, band: { negative: -0.25, positive: 0.25 } }, settings.scheme);
  return {
    ...watson('watson', settings, surroundings, 'sentiment', (said) => {
      const parsed = sentimentAnswer.safeParse(said);
      if (!parsed.success) throw unreadable('watson', parsed.error);
      return labelled(scheme, sentimentReading(said), said as Json);
    }),
    labels: labelsOf(scheme),
    ...readBy(scheme, sentimentReading),
  };
}

/**
 * The same service's emotions of the document: the strongest of five, or `none` where none reaches `threshold` (0.5
 * when not given). The strengths do not sum to 1, so there are no probabilities, and no signed score.
 *
 * @throws {NlpError} as {@link watsonLabeler}.
 */
export function watsonEmotionLabeler(
  settings: ServiceSettings & { readonly threshold?: number },
  surroundings: ServiceSurroundings,
): Labeler {
  const { threshold = 0.5 } = settings;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new NlpError('ASSAY_LABELER_SETTINGS', `The threshold of watson-emotion is ${threshold}.`, {
      hint: 'A number from 0 to 1: an emotion weaker than it is none.',
    });
  }
  const strongest = (strength: (emotion: (typeof emotions)[number]) => number, raw: Json): Labelled => {
    const label = emotions.reduce((best, emotion) => (strength(emotion) > strength(best) ? emotion : best));
    return { label: strength(label) >= threshold ? label : 'none', score: null, raw };
  };
  const strengths = (raw: unknown) => emotionAnswer.parse(raw).emotion.document.emotion;
  const read = (raw: Json): Labelled => strongest((emotion) => strengths(raw)[emotion], raw);
  return {
    ...watson('watson-emotion', settings, surroundings, 'emotion', (said) => {
      const parsed = emotionAnswer.safeParse(said);
      if (!parsed.success) throw unreadable('watson-emotion', parsed.error);
      return read(said as Json);
    }),
    labels: [...emotions, 'none'],
    read,
    combine: (parts) => {
      const total = parts.reduce((sum, { characters }) => sum + characters, 0);
      return strongest(
        (emotion) =>
          parts.reduce((sum, { answer, characters }) => sum + (strengths(answer.raw)[emotion] * characters) / total, 0),
        { parts: parts.map(({ answer, characters }) => ({ characters, raw: answer.raw })) },
      );
    },
  };
}

function watson(
  name: string,
  settings: ServiceSettings,
  surroundings: ServiceSurroundings,
  feature: 'sentiment' | 'emotion',
  answer: (said: unknown) => Labelled,
): Omit<Labeler, 'labels' | 'read' | 'combine'> {
  const { url, authorization } = watsonCredentials(surroundings);
  const address = settings.endpoint ?? url;
  if (address === undefined) {
    throw new NlpError('ASSAY_LABELER_SETTINGS', `${name} needs the address of your instance of Watson.`, {
      hint: 'Set NATURAL_LANGUAGE_UNDERSTANDING_URL, or `endpoint` in the settings of the labeler.',
    });
  }
  const endpoint = endpointOf(name, address);
  const language = settings.language ?? 'en';
  return {
    name,
    version: apiVersion,
    configuration: { language },
    limits: {
      textsPerRequest: 1,
      charactersPerText: 50_000,
      requestsPerSecond: settings.requestsPerSecond ?? 5,
      refusesBlank: true,
    },
    cost: (texts) =>
      texts.reduce((items, text) => items + Math.ceil(codePoints(text) / 10_000), 0) * (settings.usdPerUnit ?? 0.003),
    async label([text = ''], { signal }) {
      const said = await postJson({
        labeler: name,
        url: `${endpoint}/v1/analyze?version=${apiVersion}`,
        headers: { authorization },
        body: { text, language, features: { [feature]: { document: true } }, return_analyzed_text: false },
        signal,
      });
      return [answer(said)];
    },
  };
}
