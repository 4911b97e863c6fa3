import { z } from 'zod';
import { NlpError } from '../../errors.ts';
import { type Answer, type Labeler, RetriableLabelerError } from '../labeler.ts';
import { labelled, labelsOf, readBy, type SentimentReading, schemeOf } from '../sentiment-scheme.ts';
import { codePoints } from '../split-text.ts';
import { refusal, unreadable } from './post-json.ts';
import { endpointOf, type ServiceSettings } from './service-settings.ts';

const result = z.object({
  Sentiment: z.enum(['POSITIVE', 'NEGATIVE', 'NEUTRAL', 'MIXED']),
  SentimentScore: z.object({ Positive: z.number(), Negative: z.number(), Neutral: z.number(), Mixed: z.number() }),
});

function reading(raw: unknown): SentimentReading {
  const { Sentiment, SentimentScore: score } = result.parse(raw);
  return {
    score: Math.max(-1, Math.min(1, score.Positive - score.Negative)),
    mixed: Sentiment === 'MIXED',
    probabilities: { negative: score.Negative, neutral: score.Neutral, positive: score.Positive, mixed: score.Mixed },
  };
}

/**
 * Amazon Comprehend, BatchDetectSentiment: 25 documents of 5 KB in a request, billed by 100 characters with at least
 * three such units for each document. Credentials, region and profile are those of the AWS SDK.
 *
 * @throws {NlpError} ASSAY_LABELER_PACKAGE, ASSAY_LABELER_SETTINGS, ASSAY_LABELER_ENDPOINT, and from `label`
 * ASSAY_LABELER_CREDENTIALS, ASSAY_LABELER_REFUSED, ASSAY_LABELER_ANSWER.
 */
export async function comprehendLabeler(settings: ServiceSettings & { readonly region?: string }): Promise<Labeler> {
  const name = 'comprehend';
  const scheme = schemeOf(name, { classes: 3, band: { negative: -0.25, positive: 0.25 } }, settings.scheme);
  const language = settings.language ?? 'en';
  const sdk = await import('@aws-sdk/client-comprehend').catch((cause: unknown) => {
    throw new NlpError('ASSAY_LABELER_PACKAGE', 'Amazon Comprehend needs the package @aws-sdk/client-comprehend.', {
      hint: 'npm install @aws-sdk/client-comprehend',
      cause,
    });
  });
  const client = new sdk.ComprehendClient({
    // Requests are paced, counted and repeated by the port, so that a budget sees each of them.
    maxAttempts: 1,
    ...(settings.region === undefined ? {} : { region: settings.region }),
    ...(settings.endpoint === undefined ? {} : { endpoint: endpointOf(name, settings.endpoint) }),
  });
  return {
    name,
    version: '2017-11-27',
    configuration: { language },
    labels: labelsOf(scheme),
    limits: {
      textsPerRequest: 25,
      bytesPerText: 5000,
      requestsPerSecond: settings.requestsPerSecond ?? 10,
      refusesBlank: true,
    },
    cost: (texts) =>
      texts.reduce((units, text) => units + Math.max(3, Math.ceil(codePoints(text) / 100)), 0) *
      (settings.usdPerUnit ?? 0.0001),
    async label(texts, { signal }) {
      const command = new sdk.BatchDetectSentimentCommand({
        TextList: [...texts],
        LanguageCode: language as InstanceType<typeof sdk.BatchDetectSentimentCommand>['input']['LanguageCode'],
      });
      const { ResultList = [], ErrorList = [] } = await client.send(command, { abortSignal: signal }).catch((error) => {
        signal.throwIfAborted();
        throw failureOf(name, error);
      });
      const answers = new Array<Answer | undefined>(texts.length);
      for (const { Index, ...said } of ResultList) {
        const raw = result.safeParse(said);
        if (Index !== undefined && raw.success) answers[Index] = labelled(scheme, reading(raw.data), raw.data);
      }
      for (const { Index, ErrorCode, ErrorMessage } of ErrorList) {
        if (Index === undefined) continue;
        const raw = { ErrorCode: ErrorCode ?? null, ErrorMessage: ErrorMessage ?? null };
        answers[Index] = { label: null, failure: ErrorMessage ?? ErrorCode ?? 'No reason was given.', raw };
      }
      return texts.map((_, index) => {
        const answer = answers[index];
        if (answer !== undefined) return answer;
        throw new NlpError(
          'ASSAY_LABELER_ANSWER',
          `Comprehend gave no answer that can be read for text ${index + 1}.`,
          {
            hint: 'What is at the endpoint is not the service that was meant, or it answers in a new form.',
          },
        );
      });
    },
    ...readBy(scheme, reading),
  };
}

const sdkError = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
  $retryable: z.object({ throttling: z.boolean().optional() }).optional(),
  $response: z.object({ headers: z.record(z.string(), z.string()).optional() }).optional(),
});

function failureOf(labeler: string, error: unknown): unknown {
  const { data } = sdkError.safeParse(error);
  if (data === undefined) return error;
  const { name, message, $metadata, $response } = data;
  const said = `${name}: ${message}`.slice(0, 300);
  if (/Credentials|^Token|UnrecognizedClient|InvalidSignature|AccessDenied|ExpiredToken/u.test(name)) {
    return new NlpError('ASSAY_LABELER_CREDENTIALS', `Comprehend could not be asked: ${said}.`, {
      hint: "The AWS SDK's usual places: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, ~/.aws, a role.",
      cause: error,
    });
  }
  if (/^Region is missing/u.test(message)) {
    return new NlpError('ASSAY_LABELER_SETTINGS', 'Comprehend needs a region.', {
      hint: 'Set AWS_REGION, a region in ~/.aws/config, or `region` in the settings of the labeler.',
      cause: error,
    });
  }
  if (/Throttling|TooManyRequests|LimitExceeded/u.test(name))
    return refusal(labeler, 429, said, retryAfterOf($response));
  const status = $metadata?.httpStatusCode;
  if (status === 200 && !/aborted|ECONNRESET|terminated/u.test(message)) return unreadable(labeler, error);
  if (status !== undefined && status !== 200) return refusal(labeler, status, said, retryAfterOf($response));
  return new RetriableLabelerError(`${labeler} could not be asked: ${said}.`, { cause: error });
}

function retryAfterOf(response: { headers?: Record<string, string> | undefined } | undefined): string | null {
  return response?.headers?.['retry-after'] ?? null;
}
