/**
 * Appends of 1 KiB beside immudb and Tessera, in one run with the same number of clients: with immudb both over a loopback
 * socket, with Tessera both in process. The peers are built before:
 *
 *     bench/ledger-peers/build && node scripts/run.mjs bench/ledger-peers.ts [SECONDS] [CLIENTS]
 *
 * The HTTP server here is a few lines over the record store: what is compared is a ledger behind a socket, not a whole server.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism, cpus, homedir, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { draftOf, ledgerIn } from '../packages/assay/src/records/ledger-fixture.ts';

const [seconds = '5', clients = '512'] = process.argv.slice(2);
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

async function overSocket(append: (bytes: Uint8Array) => Promise<unknown>): Promise<Measured> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    await append(Buffer.concat(parts));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  try {
    return (await peer('client', `http://127.0.0.1:${address.port}/`, seconds, clients))[0]!;
  } finally {
    server.close();
  }
}

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
  const mine = await inProcess(append);
  show('ledger, in process', mine);
  const socket = await overSocket(append);
  show('ledger, over a loopback socket (HTTP)', socket);
  await store.close();
  const [sequenced, published] = await peer('tessera', join(folder, 'tessera'), seconds, clients);
  show('Tessera POSIX, in process, given an index', sequenced!);
  show('Tessera POSIX, in process, under a published checkpoint', published!);
  const [immudb] = await peer('immudb', join(folder, 'immudb'), seconds, clients, '38322');
  show('immudb, over a loopback socket (gRPC), one key each', immudb!);
  console.log(`\nof Tessera, given an index: ${(mine.rate / sequenced!.rate).toFixed(2)} ×`);
  console.log(`of Tessera, under a checkpoint: ${(mine.rate / published!.rate).toFixed(2)} ×`);
  console.log(`of immudb: ${(socket.rate / immudb!.rate).toFixed(2)} ×`);
} finally {
  await ledger.objects.close();
  rmSync(folder, { recursive: true, force: true });
}
