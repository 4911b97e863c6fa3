import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a request that goes through. */
export type Fault =
  | { readonly kind: 'none' }
  /** The answer's connection ends after so many bytes of its body. */
  | { readonly kind: 'breaks'; readonly after: number }
  /** The connection ends after so many bytes of the request's body. */
  | { readonly kind: 'breaks-upload'; readonly after: number }
  | { readonly kind: 'fails'; readonly status: number }
  /** One byte of the answer's body is another one. */
  | { readonly kind: 'corrupts' }
  | { readonly kind: 'silent' }
  /** The answer's body comes so slowly. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  /** How many requests for the same came before. */
  readonly before: number;
}

/** Stands in front of a server, on this machine, and does to each request what it is told to. */
export async function startFaultyProxy(target: number) {
  let decide: (seen: Seen) => Fault = () => ({ kind: 'none' });
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  const server: Server = createServer((asked, answer) => {
    const path = asked.url!.split('?')[0]!;
    const name = `${asked.method} ${path}`;
    const one = { method: asked.method!, path, range: asked.headers.range, before: counts.get(name) ?? 0 };
    counts.set(name, one.before + 1);
    seen.push(one);
    pass(asked, answer, decide(one), target);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    set(rule: (seen: Seen) => Fault) {
      decide = rule;
      seen.length = 0;
      counts.clear();
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function pass(asked: IncomingMessage, answer: ServerResponse, fault: Fault, target: number): void {
  if (fault.kind === 'silent') return;
  if (fault.kind === 'fails') {
    asked.resume();
    asked.once('end', () => answer.writeHead(fault.status, { 'content-length': 0 }).end());
    return;
  }
  const { method, url, headers } = asked;
  const onward = request({ host: '127.0.0.1', port: target, method, path: url, headers }, (said) => {
    answer.writeHead(said.statusCode!, said.headers);
    if (fault.kind === 'breaks') said.pipe(breakingAfter(fault.after, () => asked.socket.destroy())).pipe(answer);
    else if (fault.kind === 'corrupts') said.pipe(corrupting()).pipe(answer);
    else if (fault.kind === 'slow') said.pipe(slow(fault.bytesPerSecond)).pipe(answer);
    else said.pipe(answer);
    answer.once('close', () => said.destroy());
  });
  onward.once('error', () => answer.destroy());
  if (fault.kind === 'breaks-upload') {
    const end = () => {
      onward.destroy();
      asked.socket.destroy();
    };
    asked.pipe(breakingAfter(fault.after, end)).pipe(onward);
  } else asked.pipe(onward);
}

function breakingAfter(bytes: number, end: () => void): Transform {
  let left = bytes;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      const part = piece.subarray(0, left);
      left -= part.length;
      done(null, part);
      // What was passed on should arrive before the end does.
      if (left === 0) setTimeout(end, 20);
    },
  });
}

function corrupting(): Transform {
  let first = true;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      if (first) piece[0] = piece[0]! ^ 1;
      first = false;
      done(null, piece);
    },
  });
}

function slow(bytesPerSecond: number): Transform {
  return new Transform({
    async transform(piece: Buffer, _encoding, done) {
      const step = Math.max(1, Math.floor(bytesPerSecond / 20));
      for (let at = 0; at < piece.length; at += step) {
        this.push(piece.subarray(at, at + step));
        await sleep(50);
      }
      done();
    },
  });
}
