import { AssayError } from '../errors.ts';

export function missingInRemote(name: string, key: string): AssayError {
  return new AssayError('ASSAY_REMOTE_MISSING', `the remote ${name} does not have ${key}`, {
    hint: 'Push it from where it is, or name another remote with -r.',
  });
}

export function badSetting(name: string, option: string, why: string): AssayError {
  return new AssayError('ASSAY_REMOTE_SETTING', `the remote ${name}: ${option} ${why}`, {
    hint: `assay remote modify ${name} ${option} VALUE`,
  });
}

/** What went wrong, as each client tells it in its own way. */
export interface Cause {
  /** Of an HTTP answer. */
  readonly status?: number | undefined;
  /** Of the system, or the server's own word: `ECONNREFUSED`, `NoSuchBucket`. */
  readonly word?: string | undefined;
}

const unreachable =
  /^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/;
const late = /^(?:ETIMEDOUT|ESOCKETTIMEDOUT|TimeoutError|RequestTimeout|ERR_HTTP_REQUEST_TIMEOUT)$/;
const nowhere = /^(?:NoSuchBucket|ContainerNotFound|InvalidBucketName)$/;
const refusing =
  /^(?:AccessDenied|SignatureDoesNotMatch|InvalidAccessKeyId|ExpiredToken|AuthenticationFailed|CredentialsProviderError|invalid_grant)$/;

/**
 * A failure with the code that says what kind it is: refused, no such bucket, not reached, too late, or another. What the client
 * was asked with is left out: that may hold credentials.
 */
export function remoteFailure(name: string, what: string, error: unknown, known: Cause = {}): AssayError {
  if (error instanceof AssayError) return error;
  const status = known.status ?? statusOf(error);
  const word = known.word ?? wordOf(error);
  const said = error instanceof Error ? (error.message || error.name).split('\n')[0]! : String(error);
  const text = `the remote ${name}: ${what}: ${withoutSecrets(said === '' ? (word ?? `HTTP ${status}`) : said)}`;
  const fail = (code: string, hint: string) => new AssayError(code, text, { hint, cause: error });
  if (nowhere.test(word ?? '')) {
    return fail('ASSAY_REMOTE_NO_BUCKET', 'Check the address (assay remote list), or make the bucket first.');
  }
  if (status === 401 || status === 403 || refusing.test(word ?? '')) {
    return fail('ASSAY_REMOTE_REFUSED', 'Check the credentials, and what they allow: assay config --list.');
  }
  if (late.test(word ?? '')) {
    return fail('ASSAY_REMOTE_TIMEOUT', 'Try again, with fewer transfers side by side (-j), or allow more time.');
  }
  if (unreachable.test(word ?? '')) {
    return fail('ASSAY_REMOTE_UNREACHABLE', 'Check the network and the address: assay remote list.');
  }
  return fail('ASSAY_REMOTE_FAILED', 'Check the address and the credentials: assay remote list, assay config --list.');
}

/** Whether the same may work a moment later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof AssayError)) return false;
  if (error.code === 'ASSAY_REMOTE_UNREACHABLE' || error.code === 'ASSAY_REMOTE_TIMEOUT') return true;
  if (error.code !== 'ASSAY_REMOTE_FAILED') return false;
  const status = statusOf(error.cause);
  return status !== undefined && (status >= 500 || status === 429 || status === 408);
}

/** The status of the HTTP answer behind an error of any of the clients. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { $metadata, statusCode, status, code } = error as {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly statusCode?: number;
    readonly status?: number;
    readonly code?: unknown;
  };
  const found = $metadata?.httpStatusCode ?? statusCode ?? status ?? code;
  const number = typeof found === 'string' && /^[1-5]\d\d$/.test(found) ? Number(found) : found;
  return typeof number === 'number' && number >= 100 && number < 600 ? number : undefined;
}

function wordOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, Code, name, cause, errors } = error as {
    readonly code?: unknown;
    readonly Code?: unknown;
    readonly name?: unknown;
    readonly cause?: unknown;
    readonly errors?: unknown;
  };
  const words = [code, Code, name].filter((one) => typeof one === 'string') as string[];
  const telling = words.find((one) => [unreachable, late, nowhere, refusing].some((kind) => kind.test(one)));
  if (telling !== undefined) return telling;
  const inner = wordOf(cause) ?? (Array.isArray(errors) ? wordOf(errors[0]) : undefined);
  return inner ?? words[0];
}

/** `user:password@` of an address, and what looks like a signature in a query. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(\w+:\/\/[^\s/:@]+):[^\s/@]+@/g, '$1:…@')
    .replace(/([?&;](?:sig|signature|token|delegation|key|accountkey|x-amz-[a-z-]+)=)[^\s&;]+/gi, '$1…');
}
