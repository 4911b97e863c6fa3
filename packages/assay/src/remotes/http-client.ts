import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface HttpClientOptions {
  readonly sockets: number;
  /** `ssl_verify`: `false`, or a file of authorities. */
  readonly sslVerify?: string | undefined;
  readonly connectMs?: number | undefined;
  /** Longest silence of the server. */
  readonly readMs?: number | undefined;
  /** For the proxies that it names. */
  readonly environment: NodeJS.ProcessEnv;
}

export interface HttpAsk {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that is no success. */
export class HttpAnswerError extends Error {
  override readonly name = 'HttpAnswerError';
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;

  constructor(answer: IncomingMessage, body: string) {
    super(`HTTP ${answer.statusCode} ${answer.statusMessage ?? ''}`.trim());
    this.status = answer.statusCode ?? 0;
    this.headers = answer.headers;
    this.body = body;
  }
}

/** HTTP by kept connections, for thousands of small requests: the less each costs here, the better. */
export class HttpClient {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly #connectMs: number;
  readonly #readMs: number;

  constructor({ sockets, sslVerify, connectMs = 30_000, readMs = 60_000, environment }: HttpClientOptions) {
    const shared = { keepAlive: true, maxSockets: sockets, proxyEnv: proxiesOf(environment) };
    const verify = sslVerify?.toLowerCase();
    const named = verify !== undefined && verify !== 'true' && verify !== 'false';
    this.httpAgent = new HttpAgent(shared);
    this.httpsAgent = new HttpsAgent({
      ...shared,
      rejectUnauthorized: verify !== 'false',
      ...(named ? { ca: readFileSync(sslVerify!) } : {}),
    });
    this.#connectMs = connectMs;
    this.#readMs = readMs;
  }

  /** The answer, whatever its status; its body has to be read or destroyed. */
  send({ method, url, headers = {}, body, signal }: HttpAsk): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:';
      const options = {
        method,
        headers,
        agent: secure ? this.httpsAgent : this.httpAgent,
        ...(signal ? { signal } : {}),
      };
      const request = secure ? requestHttps(url, options) : requestHttp(url, options);
      const late = () => request.destroy(Object.assign(new Error('the server was silent'), { code: 'ETIMEDOUT' }));
      request.setTimeout(this.#readMs, late);
      request.once('socket', (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(late, this.#connectMs);
        socket.once('connect', () => clearTimeout(timer));
        request.once('close', () => clearTimeout(timer));
      });
      request.once('error', reject);
      request.once('response', (answer) => {
        answer.once('aborted', () => answer.destroy(Object.assign(new Error('it broke off'), { code: 'ECONNRESET' })));
        resolve(answer);
      });
      if (body instanceof Readable) pipeline(body, request).catch(reject);
      else request.end(body);
    });
  }

  /** A whole answer. @throws HttpAnswerError when it is no success */
  async ask(ask: HttpAsk): Promise<{ readonly answer: IncomingMessage; readonly body: Buffer }> {
    const answer = await this.send(ask);
    const body = await readBody(answer);
    if (!isSuccess(answer)) throw new HttpAnswerError(answer, body.toString('utf8', 0, 4096));
    return { answer, body };
  }

  /** An answer whose body is still to come. @throws HttpAnswerError when it is no success */
  async open(ask: HttpAsk): Promise<IncomingMessage> {
    const answer = await this.send(ask);
    if (isSuccess(answer)) return answer;
    throw new HttpAnswerError(answer, (await readBody(answer)).toString('utf8', 0, 4096));
  }

  close(): void {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }
}

export function readBody(answer: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    answer.on('data', (piece: Buffer) => pieces.push(piece));
    answer.once('end', () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)));
    answer.once('error', reject);
    answer.once('close', () => {
      if (!answer.complete) reject(Object.assign(new Error('it broke off'), { code: 'ECONNRESET' }));
    });
  });
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function proxiesOf(environment: NodeJS.ProcessEnv) {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
  const set = names.filter((name) => environment[name]);
  return set.length === 0 ? undefined : Object.fromEntries(set.map((name) => [name, environment[name]]));
}
