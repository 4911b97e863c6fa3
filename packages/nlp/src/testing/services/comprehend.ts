import { objectIn } from './json.ts';
import { isSigned } from './signature-v4.ts';
import type { ServiceProtocol, ServiceReply } from './stand-in.ts';

const languages = ['en', 'es', 'fr', 'de', 'it', 'pt', 'ar', 'hi', 'ja', 'ko', 'zh', 'zh-TW'];

const type = { 'content-type': 'application/x-amz-json-1.1' };

function error(name: string, message: string, status = 400): ServiceReply {
  return { status, headers: { ...type, 'x-amzn-errortype': name }, body: { __type: name, Message: message } };
}

/** Amazon Comprehend, BatchDetectSentiment, AWS JSON 1.1: 25 documents, 5,000 bytes each, signed by SigV4. */
export const comprehend: ServiceProtocol = {
  name: 'comprehend',
  throttled: error('ThrottlingException', 'Rate exceeded'),
  answer(request, judge) {
    if (request.method !== 'POST' || request.url.pathname !== '/') return undefined;
    if (!isSigned(request, 'comprehend')) {
      return error('UnrecognizedClientException', 'The security token included in the request is invalid.', 403);
    }
    if (request.headers['x-amz-target'] !== 'Comprehend_20171127.BatchDetectSentiment') {
      return error('UnknownOperationException', 'No such operation.');
    }
    const body = objectIn(request.body);
    if (body === undefined) return error('SerializationException', 'The body is no JSON object.');
    const { TextList: texts, LanguageCode: language } = body;
    if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string')) {
      return error('InvalidRequestException', 'TextList must be a list of strings.');
    }
    if (texts.length > 25) return error('BatchSizeLimitExceededException', 'At most 25 documents in a batch.');
    if (texts.length === 0) return error('InvalidRequestException', 'TextList is empty.');
    if (!languages.includes(String(language))) {
      return error('UnsupportedLanguageException', `The language ${language} is not supported.`);
    }
    const ResultList: unknown[] = [];
    const ErrorList: unknown[] = [];
    texts.forEach((text: string, Index) => {
      const bytes = Buffer.byteLength(text);
      if (bytes > 5000) {
        ErrorList.push({
          Index,
          ErrorCode: 'TEXT_SIZE_LIMIT_EXCEEDED',
          ErrorMessage: `${bytes} bytes, more than 5000.`,
        });
      } else if (text.trim() === '') {
        ErrorList.push({ Index, ErrorCode: 'INVALID_REQUEST', ErrorMessage: 'The document is empty.' });
      } else {
        const { negative, neutral, positive } = judge(text);
        const mixed = Math.min(negative, positive);
        const total = negative + neutral + positive + mixed;
        const SentimentScore = {
          Positive: positive / total,
          Negative: negative / total,
          Neutral: neutral / total,
          Mixed: mixed / total,
        };
        const [Sentiment] = Object.entries(SentimentScore).reduce((best, entry) => (entry[1] > best[1] ? entry : best));
        ResultList.push({ Index, Sentiment: Sentiment.toUpperCase(), SentimentScore });
      }
    });
    return { status: 200, headers: type, body: { ResultList, ErrorList } };
  },
};
