import type { ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { type Ended, ended, type Workplace } from './workplace.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined when the body is no JSON. */
  readonly json: unknown;
  readonly text: string;
}

/** `assay serve` in a process of its own. */
export class Served {
  readonly url: string;
  readonly version: string;
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;

  private constructor(process: ChildProcess, end: Promise<Ended>, said: { url: string; version: string }) {
    this.process = process;
    this.ended = end;
    this.url = said.url;
    this.version = said.version;
  }

  /** Resolves when it listens. @throws when it ends before. */
  static async start(place: Workplace, ...options: readonly string[]): Promise<Served> {
    const process = place.start(['serve', 'edgar-sentiment', '--port', '0', '--json', ...options]);
    const end = ended(process);
    const said = new Promise<{ url: string; version: string }>((resolve) => {
      let text = '';
      process.stdout?.on('data', (part: string) => {
        text += part;
        if (text.trimEnd().endsWith('}')) resolve(JSON.parse(text));
      });
    });
    const failed = end.then(({ code, stderr }) => Promise.reject(new Error(`serve ended with ${code}\n${stderr}`)));
    failed.catch(() => {});
    return new Served(process, end, await Promise.race([said, failed]));
  }

  get(path: string): Promise<Answer> {
    return this.#answer(fetch(`${this.url}${path}`));
  }

  /** A body that is not text or bytes is sent as JSON. */
  post(path: string, body: unknown): Promise<Answer> {
    const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return this.#answer(
      fetch(`${this.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof sent === 'string' ? sent : Uint8Array.from(sent),
      }),
    );
  }

  /** A request whose body is sent in two halves: the second when asked for. */
  slowPost(path: string, body: string): { readonly finish: () => Promise<{ status: number; body: string }> } {
    const half = Math.floor(body.length / 2);
    const sent = request(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    const answered = new Promise<{ status: number; body: string }>((resolve, reject) => {
      sent.once('error', reject);
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
    });
    answered.catch(() => {});
    sent.write(body.slice(0, half));
    return {
      finish: () => {
        sent.end(body.slice(half));
        return answered;
      },
    };
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }

  async #answer(response: Promise<Response>): Promise<Answer> {
    const { status, headers, ...rest } = await response.then(async (one) => ({
      status: one.status,
      headers: one.headers,
      text: await one.text(),
    }));
    let json: unknown;
    try {
      json = JSON.parse(rest.text);
    } catch {
      json = undefined;
    }
    return { status, headers, json, text: rest.text };
  }
}
