import { z } from 'zod';
import { NlpError } from '../../errors.ts';
import type { Answer, Json, Labeler } from '../labeler.ts';
import { labelled, labelsOf, readBy, type SentimentReading, schemeOf } from '../sentiment-scheme.ts';
import { codePoints } from '../split-text.ts';
import { postJson, unreadable } from './post-json.ts';
import { endpointOf, noCredentials, type ServiceSettings, type ServiceSurroundings } from './service-settings.ts';

const share = z.number().min(0).max(1);
const document = z.object({
  sentiment: z.enum(['positive', 'neutral', 'negative', 'mixed']),
  confidenceScores: z.object({ positive: share, neutral: share, negative: share }),
});
const answered = z.object({
  results: z.object({
    documents: z.array(document.extend({ id: z.string() }).loose()),
    errors: z
      .array(
        z.object({ id: z.string(), error: z.object({ code: z.string().optional(), message: z.string() }).loose() }),
      )
      .default([]),
  }),
});

function reading(raw: unknown): SentimentReading {
  const { sentiment, confidenceScores: scores } = document.parse(raw);
  return {
    score: scores.positive - scores.negative,
    mixed: sentiment === 'mixed',
    probabilities: { ...scores, mixed: 0 },
  };
}

/**
 * Azure AI Language, SentimentAnalysis: 10 documents of 5,120 characters in a request, billed by records of 1,000. A
 * document with good and bad sentences is mixed. Credentials are a key in AZURE_LANGUAGE_KEY, else Microsoft Entra's by
 * `@azure/identity`.
 *
 * @throws {NlpError} ASSAY_LABELER_SETTINGS, ASSAY_LABELER_ENDPOINT, and from `label` ASSAY_LABELER_PACKAGE,
 * ASSAY_LABELER_CREDENTIALS, ASSAY_LABELER_REFUSED, ASSAY_LABELER_ANSWER.
 */
export function azureLabeler(settings: ServiceSettings, { environment }: ServiceSurroundings): Labeler {
  const name = 'azure';
  const scheme = schemeOf(name, { classes: 3, band: { negative: -0.25, positive: 0.25 } }, settings.scheme);
  const address = settings.endpoint ?? environment.AZURE_LANGUAGE_ENDPOINT;
  if (address === undefined || address === '') {
    throw new NlpError('ASSAY_LABELER_SETTINGS', 'azure needs the address of your Language resource.', {
      hint: 'Set AZURE_LANGUAGE_ENDPOINT, such as https://NAME.cognitiveservices.azure.com, or `endpoint` in its settings.',
    });
  }
  const endpoint = endpointOf(name, address);
  const language = settings.language ?? 'en';
  const authorization = authorizationBy(environment.AZURE_LANGUAGE_KEY);
  return {
    name,
    version: '2023-04-01',
    configuration: { language },
    labels: labelsOf(scheme),
    limits: {
      textsPerRequest: 10,
      charactersPerText: 5120,
      requestsPerSecond: settings.requestsPerSecond ?? 5,
      refusesBlank: true,
    },
    cost: (texts) =>
      texts.reduce((records, text) => records + Math.ceil(codePoints(text) / 1000), 0) * (settings.usdPerUnit ?? 0.001),
    async label(texts, { signal }) {
      const documents = texts.map((text, index) => ({ id: String(index), language, text }));
      const said = await postJson({
        labeler: name,
        url: `${endpoint}/language/:analyze-text?api-version=2023-04-01`,
        headers: await authorization(),
        body: {
          kind: 'SentimentAnalysis',
          parameters: { modelVersion: 'latest', loggingOptOut: true },
          analysisInput: { documents },
        },
        signal,
      });
      const parsed = answered.safeParse(said);
      if (!parsed.success) throw unreadable(name, parsed.error);
      const { documents: judged, errors } = parsed.data.results;
      const answers = new Map<string, Answer>(
        judged.map(({ id, ...raw }) => [id, labelled(scheme, reading(raw), raw as Json)]),
      );
      for (const { id, error } of errors) answers.set(id, { label: null, failure: error.message, raw: error as Json });
      return texts.map((_, index) => {
        const answer = answers.get(String(index));
        if (answer === undefined) throw unreadable(name, new Error(`no answer for document ${index}`));
        return answer;
      });
    },
    ...readBy(scheme, reading),
  };
}

function authorizationBy(key: string | undefined): () => Promise<Record<string, string>> {
  if (key !== undefined && key !== '') return async () => ({ 'ocp-apim-subscription-key': key });
  const where =
    'Set AZURE_LANGUAGE_KEY, or sign in by `az login`, a managed identity, or AZURE_CLIENT_ID and its like.';
  const credential = async () => {
    const { DefaultAzureCredential } = await import('@azure/identity').catch((cause: unknown) => {
      throw new NlpError('ASSAY_LABELER_PACKAGE', 'Credentials of Microsoft Entra need the package @azure/identity.', {
        hint: 'npm install @azure/identity, or set AZURE_LANGUAGE_KEY.',
        cause,
      });
    });
    return new DefaultAzureCredential();
  };
  let opened: ReturnType<typeof credential> | undefined;
  return async () => {
    opened ??= credential();
    const token = await (await opened)
      .getToken('https://cognitiveservices.azure.com/.default')
      .catch((cause: unknown) => noCredentials('azure', where, cause));
    return { authorization: `Bearer ${token.token}` };
  };
}
