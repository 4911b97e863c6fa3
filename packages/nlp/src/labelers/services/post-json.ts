import { NlpError } from '../../errors.ts';
import { retryAfter } from '../../retry-after.ts';
import { type Json, RetriableLabelerError } from '../labeler.ts';

export interface JsonRequest {
  /** Stands for the service in messages. */
  readonly labeler: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly signal: AbortSignal;
}

const mostBytes = 16 * 1024 * 1024;

/**
 * What a service answers to a POST of JSON, with status 200. Redirections are refused, since credentials would go along.
 *
 * @throws {RetriableLabelerError} at 408, 429 and 5xx, with the pause that the service asks for, and at a connection
 * that breaks; {NlpError} ASSAY_LABELER_CREDENTIALS at 401 and 403, ASSAY_LABELER_REFUSED at any other status,
 * ASSAY_LABELER_ANSWER at what is no JSON.
 */
export async function postJson({ labeler, url, headers, body, signal }: JsonRequest): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal,
    });
    text = await bounded(response, labeler);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NlpError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new RetriableLabelerError(`${labeler} could not be asked: ${cause}.`, { cause: error });
  }
  if (response.status === 200) return parsed(labeler, text);
  throw refusal(labeler, response.status, told(text, headers), response.headers.get('retry-after'));
}

/** The error for an answer other than 200; `told` is the service's own word. */
export function refusal(labeler: string, status: number, told: string, pause: string | null = null): NlpError {
  const what = `${labeler} answered with status ${status}${told === '' ? '' : `: ${told}`}.`;
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = retryAfter(pause, Date.now());
    return new RetriableLabelerError(what, retryAfterMs === null ? {} : { retryAfterMs });
  }
  if (status === 401 || status === 403) {
    return new NlpError('ASSAY_LABELER_CREDENTIALS', what, {
      hint: 'The credentials are wrong, have run out, or may not use this service; its guide says where they are read.',
    });
  }
  return new NlpError('ASSAY_LABELER_REFUSED', what, {
    hint: 'The service does not take what it was sent: see the endpoint, the language, and the settings of the labeler.',
  });
}

/** The error for an answer that has not the service's form. */
export function unreadable(labeler: string, cause: unknown): NlpError {
  return new NlpError('ASSAY_LABELER_ANSWER', `${labeler} answered in a form that cannot be read.`, {
    hint: 'What is at the endpoint is not the service that was meant, or it answers in a new form.',
    cause,
  });
}

async function bounded(response: Response, labeler: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > mostBytes) {
      throw new NlpError('ASSAY_LABELER_ANSWER', `${labeler} answered with more than ${mostBytes} bytes.`, {
        hint: 'What is at the endpoint is not the service that was meant.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(labeler: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NlpError('ASSAY_LABELER_ANSWER', `${labeler} answered with something that is no JSON.`, {
      hint: 'What is at the endpoint is not the service that was meant.',
      cause,
    });
  }
}

/** The service's message: short, on one line, without anything that was sent as a credential. */
function told(text: string, headers: Readonly<Record<string, string>>): string {
  let message = text;
  try {
    const body: unknown = JSON.parse(text);
    message = messageIn(body) ?? text;
  } catch {
    // A page of a proxy, for instance: as it is.
  }
  for (const value of Object.values(headers)) if (value.length >= 8) message = message.replaceAll(value, '…');
  return message.replace(/\s+/gu, ' ').trim().slice(0, 300);
}

function messageIn(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null) return undefined;
  for (const key of ['error', 'message', 'Message', 'errorMessage'] as const) {
    const inner = messageIn((body as Record<string, unknown>)[key]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
