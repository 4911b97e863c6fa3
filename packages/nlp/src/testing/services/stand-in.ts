import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vaderScores } from '../../labelers/index.ts';
import { azure } from './azure.ts';
import { comprehend } from './comprehend.ts';
import { google } from './google.ts';
import { watson } from './watson.ts';

/** How a stand-in behaves besides what its service documents. */
export interface StandInBehaviour {
  /** More are answered as the service answers them: by 429, or its own error of throttling. */
  readonly requestsPerSecond?: number;
  /** How long an answer takes, in milliseconds. */
  readonly latencyMs?: number;
  /** Called with the number of each request, from 1: an HTTP status to fail with, `hang`, `cut` or `garbage`; else none. */
  readonly fault?: (request: number) => number | 'hang' | 'cut' | 'garbage' | undefined;
  /** Seconds, told with every 429. */
  readonly retryAfter?: number;
}

/** What a service makes of one request. */
export interface ServiceReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface ServiceRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One service's wire protocol: its limits, its errors, its answers. */
export interface ServiceProtocol {
  readonly name: string;
  /** Undefined for an address that is none of the service's. */
  readonly answer: (request: ServiceRequest, judge: Judge) => ServiceReply | undefined;
  /** How the service says that there were too many requests. */
  readonly throttled: ServiceReply;
}

/** Shares of negative, neutral and positive that sum to 1, and a score from −1 to 1. */
export type Judge = (text: string) => {
  readonly negative: number;
  readonly neutral: number;
  readonly positive: number;
  readonly score: number;
};

const protocols = { comprehend, google, watson, azure } as const;
export type ServiceName = keyof typeof protocols;

/** Credentials that every stand-in takes; any other is refused. */
export { standInSecret } from './secret.ts';

/**
 * A server on loopback that speaks one service's protocol, keeps to its limits and checks credentials; what it says of a
 * text is VADER's opinion. Not the service: a stand-in, for tests, guides and benchmarks.
 */
export class StandIn implements AsyncDisposable {
  readonly #server: Server;
  readonly #behaviour: StandInBehaviour;
  readonly #protocol: ServiceProtocol;
  /** All that came, throttled and failed ones too. */
  requests = 0;
  /** Texts that were judged. */
  judged = 0;
  throttled = 0;
  #allowed = 1;
  #filledAt = performance.now();

  private constructor(protocol: ServiceProtocol, behaviour: StandInBehaviour) {
    this.#protocol = protocol;
    this.#behaviour = behaviour;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(name: ServiceName, behaviour: StandInBehaviour = {}, port = 0): Promise<StandIn> {
    const standIn = new StandIn(protocols[name], behaviour);
    await new Promise<void>((resolve, reject) => {
      standIn.#server.once('error', reject);
      standIn.#server.listen(port, '127.0.0.1', resolve);
    });
    return standIn;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = ++this.requests;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { latencyMs, retryAfter } = this.#behaviour;
    if (latencyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    const fault = this.#behaviour.fault?.(number);
    if (fault === 'hang') return;
    if (fault === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"');
      setTimeout(() => response.destroy(), 5);
      return;
    }
    if (fault === 'garbage') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>');
      return;
    }
    if (typeof fault === 'number') {
      send(response, { status: fault, body: { error: { code: String(fault), message: 'A failure on purpose.' } } });
      return;
    }
    if (!this.#admit()) {
      this.throttled++;
      const { throttled } = this.#protocol;
      const pause = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      send(response, { ...throttled, headers: { ...throttled.headers, ...pause } });
      return;
    }
    const request = {
      method: incoming.method ?? '',
      url: new URL(incoming.url ?? '/', this.endpoint),
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    const reply = this.#protocol.answer(request, (text) => {
      this.judged++;
      return opinion(text);
    });
    send(response, reply ?? { status: 404, body: { error: { code: 'NotFound', message: 'There is nothing here.' } } });
  }

  /** A bucket that fills at the allowed rate and holds what a tenth of a second brings. */
  #admit(): boolean {
    const rate = this.#behaviour.requestsPerSecond;
    if (rate === undefined) return true;
    const now = performance.now();
    this.#allowed = Math.min(Math.max(1, rate / 10), this.#allowed + ((now - this.#filledAt) / 1000) * rate);
    this.#filledAt = now;
    if (this.#allowed < 1) return false;
    this.#allowed--;
    return true;
  }
}

function send(response: ServerResponse, { status, headers, body }: ServiceReply): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  });
  response.end(text);
}

function opinion(text: string): ReturnType<Judge> {
  const { negative, neutral, positive, compound } = vaderScores(text);
  const total = negative + neutral + positive;
  if (total === 0) return { negative: 0, neutral: 1, positive: 0, score: 0 };
  return { negative: negative / total, neutral: neutral / total, positive: positive / total, score: compound };
}
