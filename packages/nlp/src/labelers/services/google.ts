import { z } from 'zod';
import { NlpError } from '../../errors.ts';
import type { Json, Labeler } from '../labeler.ts';
import { labelled, labelsOf, readBy, type SentimentReading, schemeOf } from '../sentiment-scheme.ts';
import { codePoints } from '../split-text.ts';
import { postJson, unreadable } from './post-json.ts';
import { endpointOf, noCredentials, type ServiceSettings, type ServiceSurroundings } from './service-settings.ts';

const score = z.number().min(-1).max(1);
const analysis = z.object({
  documentSentiment: z.object({ score: score.default(0), magnitude: z.number().min(0).default(0) }),
  languageCode: z.string().optional(),
  sentences: z
    .array(z.object({ sentiment: z.object({ score: score.default(0), magnitude: z.number().default(0) }) }))
    .default([]),
});

/** A sentence that is clearly good or bad; a text with both is mixed, since the service itself has no such class. */
const clearly = 0.25;

function reading(raw: unknown): SentimentReading {
  const { documentSentiment, sentences } = analysis.parse(raw);
  const scores = sentences.map(({ sentiment }) => sentiment.score);
  const mixed = scores.some((value) => value >= clearly) && scores.some((value) => value <= -clearly);
  return { score: documentSentiment.score, mixed };
}

/**
 * Google Cloud Natural Language v2, documents:analyzeSentiment: one text of up to 1 MB in a request, billed by 1,000
 * characters. Credentials are an API key in GOOGLE_API_KEY, else Google's application default credentials.
 *
 * @throws {NlpError} ASSAY_LABELER_SETTINGS, ASSAY_LABELER_ENDPOINT, and from `label` ASSAY_LABELER_PACKAGE,
 * ASSAY_LABELER_CREDENTIALS, ASSAY_LABELER_REFUSED, ASSAY_LABELER_ANSWER.
 */
export function googleLabeler(settings: ServiceSettings, { environment }: ServiceSurroundings): Labeler {
  const name = 'google';
  const scheme = schemeOf(name, { classes: 3, band: { negative: -0.25, positive: 0.25 } }, settings.scheme);
  const endpoint = endpointOf(name, settings.endpoint ?? 'https://language.googleapis.com');
  const language = settings.language ?? 'en';
  const authorization = authorizationBy(environment.GOOGLE_API_KEY);
  return {
    name,
    version: 'v2',
    configuration: { language },
    labels: labelsOf(scheme),
    limits: {
      textsPerRequest: 1,
      bytesPerText: 1_000_000,
      requestsPerSecond: settings.requestsPerSecond ?? 10,
      refusesBlank: true,
    },
    cost: (texts) =>
      texts.reduce((units, text) => units + Math.ceil(codePoints(text) / 1000), 0) * (settings.usdPerUnit ?? 0.001),
    async label([text = ''], { signal }) {
      const body = {
        document: { type: 'PLAIN_TEXT', languageCode: language, content: text },
        encodingType: 'UTF16',
      };
      const url = `${endpoint}/v2/documents:analyzeSentiment`;
      const said = await postJson({ labeler: name, url, headers: await authorization(), body, signal });
      const parsed = analysis.safeParse(said);
      if (!parsed.success) throw unreadable(name, parsed.error);
      return [labelled(scheme, reading(said), said as Json)];
    },
    ...readBy(scheme, reading),
  };
}

function authorizationBy(apiKey: string | undefined): () => Promise<Record<string, string>> {
  if (apiKey !== undefined && apiKey !== '') return async () => ({ 'x-goog-api-key': apiKey });
  const where = 'Set GOOGLE_API_KEY or GOOGLE_APPLICATION_CREDENTIALS, or run: gcloud auth application-default login';
  const client = async () => {
    const { GoogleAuth } = await import('google-auth-library').catch((cause: unknown) => {
      throw new NlpError('ASSAY_LABELER_PACKAGE', 'Google credentials need the package google-auth-library.', {
        hint: 'npm install google-auth-library, or set GOOGLE_API_KEY.',
        cause,
      });
    });
    const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-language' });
    return auth.getClient().catch((cause: unknown) => noCredentials('google', where, cause));
  };
  let opened: ReturnType<typeof client> | undefined;
  return async () => {
    opened ??= client();
    const headers = await (await opened)
      .getRequestHeaders()
      .catch((cause: unknown) => noCredentials('google', where, cause));
    return Object.fromEntries(headers.entries());
  };
}
