import { codePoints } from '../../labelers/split-text.ts';
import { sentenceBounds } from '../../text/index.ts';
import { isObject, objectIn } from './json.ts';
import { standInSecret } from './secret.ts';
import type { Judge, ServiceProtocol, ServiceReply } from './stand-in.ts';

function error(status: number, code: string, message: string): ServiceReply {
  return { status, body: { error: { code, message } } };
}

/** Azure AI Language, SentimentAnalysis: 10 documents of 5,120 characters, a subscription's key. */
export const azure: ServiceProtocol = {
  name: 'azure',
  throttled: error(429, 'TooManyRequests', 'Requests have exceeded the rate limit of your pricing tier.'),
  answer(request, judge) {
    if (request.method !== 'POST' || request.url.pathname !== '/language/:analyze-text') return undefined;
    if (request.headers['ocp-apim-subscription-key'] !== standInSecret.key) {
      return error(401, 'Unauthorized', 'Access denied due to invalid subscription key or wrong API endpoint.');
    }
    if (request.url.searchParams.get('api-version') === null) {
      return error(404, 'NotFound', 'Resource not found.');
    }
    const body = objectIn(request.body);
    const input = body?.analysisInput;
    if (body?.kind !== 'SentimentAnalysis' || !isObject(input) || !Array.isArray(input.documents)) {
      return error(400, 'InvalidRequest', 'The kind or the analysisInput cannot be read.');
    }
    const given = input.documents;
    if (given.length > 10)
      return error(400, 'InvalidRequest', 'Batch request contains too many records. Max 10 records.');
    if (given.length === 0) return error(400, 'InvalidRequest', 'The list of documents is empty.');
    const ids = given.map((one) => (isObject(one) ? one.id : undefined));
    if (ids.some((id) => typeof id !== 'string' || id === '') || new Set(ids).size < ids.length) {
      return error(400, 'InvalidRequest', 'Each document needs an id of its own.');
    }
    const documents: unknown[] = [];
    const errors: unknown[] = [];
    for (const { id, text, language = 'en' } of given as { id: string; text: unknown; language?: string }[]) {
      const refuse = (code: string, message: string): number =>
        errors.push({
          id,
          error: { code: 'InvalidArgument', message: 'Invalid Document in request.', innererror: { code, message } },
        });
      if (typeof text !== 'string' || text.trim() === '') refuse('InvalidDocument', 'Document text is empty.');
      else if (codePoints(text) > 5120) refuse('InvalidDocument', 'A document may have up to 5120 text elements.');
      else if (language !== 'en') refuse('UnsupportedLanguageCode', `Invalid language code ${language}.`);
      else documents.push({ id, ...analysed(text, judge), warnings: [] });
    }
    return {
      status: 200,
      body: { kind: 'SentimentAnalysisResults', results: { documents, errors, modelVersion: '2022-11-01' } },
    };
  },
};

type Scores = Readonly<Record<'positive' | 'neutral' | 'negative', number>>;

function analysed(text: string, judge: Judge): Record<string, unknown> {
  const bounds = sentenceBounds(text);
  const sentences: { readonly sentiment: string; readonly confidenceScores: Scores }[] = [];
  for (let at = 0; at < bounds.length; at += 2) {
    const offset = bounds[at]!;
    const sentence = text.slice(offset, bounds[at + 1]);
    const { negative, neutral, positive } = judge(sentence);
    const confidenceScores = { positive: rounded(positive), neutral: rounded(neutral), negative: rounded(negative) };
    const place = { offset, length: sentence.length, text: sentence };
    sentences.push({ sentiment: strongest(confidenceScores), confidenceScores, ...place });
  }
  const mean = (of: 'positive' | 'neutral' | 'negative'): number =>
    rounded(sentences.reduce((sum, { confidenceScores }) => sum + confidenceScores[of], 0) / sentences.length);
  const confidenceScores = { positive: mean('positive'), neutral: mean('neutral'), negative: mean('negative') };
  const found = new Set(sentences.map(({ sentiment }) => sentiment));
  const mixed = found.has('positive') && found.has('negative');
  return { sentiment: mixed ? 'mixed' : strongest(confidenceScores), confidenceScores, sentences };
}

function strongest(scores: Scores): string {
  return Object.entries(scores).reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/** To two places, as the service does. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
