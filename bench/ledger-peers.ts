/**
 * Appends of 1 KiB beside immudb and Tessera, in one run with the same number of clients: with immudb both over a loopback
 * socket, with Tessera both in process. The peers are built before:
 *
 *     bench/ledger-peers/build && node scripts/run.mjs bench/ledger-peers.ts [SECONDS] [CLIENTS] [ROUNDS]
 *
 * The servers here are a few lines over the record store: what is compared is a ledger behind a socket, not a whole server. One
 * speaks HTTP; the other, as immudb's gRPC does, takes many requests by one of a few connections.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism, cpus, homedir, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { draftOf, ledgerIn } from '../packages/assay/src/records/ledger-fixture.ts';
import { framesServer } from './ledger-peers/frames-server.ts';

/** immudb's clients share so many; a login there hashes a password slowly. */
const CONNECTIONS = '16';

const [seconds = '5', clients = '512', rounds = '3'] = process.argv.slice(2);
const tools =
  process.env.ASSAY_INTEROP_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay-interop');
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-peers-'));

interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

function show(what: string, { rate, p50, p99 }: Measured): void {
  const columns = [rate.toFixed(0).padStart(10), p50.toFixed(1).padStart(10), p99.toFixed(1).padStart(10)];
  console.log(`${what.padEnd(58)}${columns.join('')}`);
}

async function peer(program: string, ...values: string[]): Promise<Measured[]> {
  const { stdout } = await promisify(execFile)(join(tools, 'bench', program), values, {
    timeout: (Number(seconds) * 2 + 60) * 1000,
    maxBuffer: 2 ** 26,
  });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"'))
    .map((line): Measured => JSON.parse(line));
}

async function inProcess(append: (bytes: Uint8Array) => Promise<unknown>): Promise<Measured> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + Number(seconds) * 1000;
  await Promise.all(
    Array.from({ length: Number(clients) }, async () => {
      const bytes = randomBytes(1024);
      for (let now = performance.now(); now < end; ) {
        await append(bytes);
        const done = performance.now();
        times.push(done - now);
        now = done;
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  return {
    rate: times.length / elapsed,
    p50: times[times.length >> 1] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

/** Over HTTP a connection for each client; over frames as many as immudb's clients share. */
async function overSocket(append: (bytes: Uint8Array) => Promise<unknown>, by: 'http' | 'frames'): Promise<Measured> {
  const http = () =>
    createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      await append(Buffer.concat(parts));
      response.end();
    });
  const server = by === 'http' ? http() : framesServer(append);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const host = `127.0.0.1:${address.port}`;
  try {
    const [measured] =
      by === 'http'
        ? await peer('client', `http://${host}/`, seconds, clients)
        : await peer('frames', host, seconds, clients, CONNECTIONS);
    return measured!;
  } finally {
    server.close();
  }
}

const ratio = (mine: readonly Measured[], theirs: readonly Measured[]) => {
  const each = mine.map(({ rate }, i) => rate / theirs[i]!.rate).sort((a, b) => a - b);
  return `${median(each).toFixed(2)} × (${each.map((one) => one.toFixed(2)).join(', ')})`;
};
const median = (sorted: readonly number[]) => sorted[sorted.length >> 1] ?? Number.NaN;

const ledger = ledgerIn(join(folder, 'ledger'));
try {
  const store = await ledger.open();
  let sequence = 0;
  const append = (bytes: Uint8Array) =>
    store.append([draftOf(`r${sequence++}`, { body: { mediaType: 'application/octet-stream', bytes } })]);
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores (load ${load}), Node ${process.version}, ${clients} clients, 1 KiB\n`,
  );
  console.log(`${''.padEnd(58)}${['appends/s', 'p50 ms', 'p99 ms'].map((text) => text.padStart(10)).join('')}`);
  const [mine, frames, http, given, covered, immudb]: Measured[][] = [[], [], [], [], [], []] as const;
  // In turns, so that what else the machine does falls on all of them.
  for (let round = 0; round < Number(rounds); round++) {
    mine.push(await inProcess(append));
    show('ledger, in process', mine[round]!);
    frames.push(await overSocket(append, 'frames'));
    show(`ledger, over a loopback socket (frames, ${CONNECTIONS} connections)`, frames[round]!);
    http.push(await overSocket(append, 'http'));
    show('ledger, over a loopback socket (HTTP)', http[round]!);
    const [sequenced, published] = await peer('tessera', join(folder, `tessera-${round}`), seconds, clients);
    given.push(sequenced!);
    covered.push(published!);
    show('Tessera POSIX, in process, given an index', sequenced!);
    show('Tessera POSIX, in process, under a published checkpoint', published!);
    immudb.push((await peer('immudb', join(folder, `immudb-${round}`), seconds, clients, '38322'))[0]!);
    show(`immudb, over a loopback socket (gRPC, ${CONNECTIONS} connections), one key each`, immudb[round]!);
  }
  await store.close();
  console.log(`\nof Tessera, given an index: ${ratio(mine, given)}`);
  console.log(`of Tessera, under a checkpoint: ${ratio(mine, covered)}`);
  console.log(`of immudb, by frames: ${ratio(frames, immudb)}`);
  console.log(`of immudb, by HTTP: ${ratio(http, immudb)}`);
} finally {
  await ledger.objects.close();
  rmSync(folder, { recursive: true, force: true });
}
