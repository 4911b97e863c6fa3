import { sentenceBounds } from '../../text/index.ts';
import { isObject, objectIn } from './json.ts';
import { standInSecret } from './secret.ts';
import type { ServiceProtocol, ServiceReply } from './stand-in.ts';

function error(code: number, status: string, message: string): ServiceReply {
  return { status: code, body: { error: { code, message, status } } };
}

/** Google Cloud Natural Language v2, documents:analyzeSentiment: one text of 1,000,000 bytes, an API key or a token. */
export const google: ServiceProtocol = {
  name: 'google',
  throttled: error(429, 'RESOURCE_EXHAUSTED', "Quota exceeded for quota metric 'Requests'."),
  answer(request, judge) {
    if (request.method === 'POST' && request.url.pathname === '/token') {
      return { status: 200, body: { access_token: standInSecret.key, token_type: 'Bearer', expires_in: 3600 } };
    }
    if (request.method !== 'POST' || request.url.pathname !== '/v2/documents:analyzeSentiment') return undefined;
    const { headers, url } = request;
    const key = headers['x-goog-api-key'] ?? url.searchParams.get('key');
    if (key !== standInSecret.key && headers.authorization !== `Bearer ${standInSecret.key}`) {
      return key === null
        ? error(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.')
        : error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.');
    }
    const body = objectIn(request.body);
    const document = body?.document;
    if (!isObject(document) || typeof document.content !== 'string' || document.type !== 'PLAIN_TEXT') {
      return error(400, 'INVALID_ARGUMENT', 'One of content, or gcs_content_uri must be set.');
    }
    const { content, languageCode = 'en' } = document;
    if (content.trim() === '') return error(400, 'INVALID_ARGUMENT', 'The document is empty.');
    if (Buffer.byteLength(content) > 1_000_000) {
      return error(400, 'INVALID_ARGUMENT', 'The document is larger than the limit of 1000000 bytes.');
    }
    if (languageCode !== 'en') {
      return error(
        400,
        'INVALID_ARGUMENT',
        `The language ${languageCode} is not supported for document_sentiment analysis.`,
      );
    }
    const bounds = sentenceBounds(content);
    const sentences = [];
    for (let at = 0; at < bounds.length; at += 2) {
      const text = content.slice(bounds[at], bounds[at + 1]);
      const { score } = judge(text);
      sentences.push({
        text: { content: text, beginOffset: bounds[at]! },
        sentiment: { score: rounded(score), magnitude: rounded(Math.abs(score)) },
      });
    }
    const total = sentences.reduce((sum, { sentiment }) => sum + sentiment.score, 0);
    const magnitude = sentences.reduce((sum, { sentiment }) => sum + sentiment.magnitude, 0);
    const documentSentiment = { score: rounded(total / sentences.length), magnitude: rounded(magnitude) };
    return { status: 200, body: { documentSentiment, languageCode, sentences, languageSupported: true } };
  },
};

/** To three places, as the service does. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
