import { codePoints } from '../../labelers/split-text.ts';
import { isObject, objectIn } from './json.ts';
import { standInSecret } from './secret.ts';
import type { ServiceProtocol, ServiceReply } from './stand-in.ts';

function error(code: number, message: string): ServiceReply {
  return { status: code, body: { code, error: message } };
}

const basic = `Basic ${Buffer.from(`apikey:${standInSecret.key}`).toString('base64')}`;

/** IBM Watson NLU, /v1/analyze: one text of 50,000 characters, sentiment and emotion, HTTP Basic or a token. */
export const watson: ServiceProtocol = {
  name: 'watson',
  throttled: error(429, 'rate limit exceeded'),
  answer(request, judge) {
    if (request.method !== 'POST' || request.url.pathname !== '/v1/analyze') return undefined;
    const { authorization } = request.headers;
    if (authorization !== basic && authorization !== `Bearer ${standInSecret.key}`) return error(401, 'Unauthorized');
    if (!/^\d{4}-\d{2}-\d{2}$/u.test(request.url.searchParams.get('version') ?? '')) {
      return error(400, 'No version is given');
    }
    const body = objectIn(request.body);
    if (body === undefined || typeof body.text !== 'string' || !isObject(body.features)) {
      return error(400, 'Invalid request: content is empty, or no features are asked for');
    }
    const {
      text,
      features,
      language = 'en',
    } = body as { text: string; features: Record<string, unknown>; language?: string };
    if (text.trim() === '') return error(422, 'not enough text for language id');
    if (language !== 'en') return error(400, `unsupported text language: ${language}`);
    const characters = codePoints(text);
    if (characters > 50_000) return error(400, 'Maximum 50,000 characters are allowed in the text');
    const { score, negative, positive } = judge(text);
    const label = score > 0 ? 'positive' : score < 0 ? 'negative' : 'neutral';
    const mixed = negative > 0 && positive > 0 ? { mixed: '1' } : {};
    const sentiment = { document: { score: Math.round(score * 1e6) / 1e6, label, ...mixed } };
    const strengths = {
      sadness: negative * 0.6,
      joy: positive,
      fear: negative * 0.4,
      disgust: negative * 0.2,
      anger: negative,
    };
    return {
      status: 200,
      body: {
        usage: {
          text_units: Math.ceil(characters / 10_000),
          text_characters: characters,
          features: Object.keys(features).length,
        },
        language,
        ...(features.sentiment === undefined ? {} : { sentiment }),
        ...(features.emotion === undefined ? {} : { emotion: { document: { emotion: strengths } } }),
      },
    };
  },
};
