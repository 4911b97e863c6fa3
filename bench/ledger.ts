/**
 * Durable records per second, with bodies of 1 KiB.
 *
 *     npm run bench -- ledger     or     node bench/ledger.ts [SECONDS]
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openObjectStore } from '../packages/assay/src/objects/index.ts';
import {
  ed25519Signer,
  fileHighWaterMarks,
  makeReceipt,
  nodeEd25519,
  openSqliteRecords,
  verifyLedger,
  verifyReceipt,
} from '../packages/assay/src/records/index.ts';
import { formatVkey } from '../packages/assay/src/records/proof/index.ts';

const seconds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-ledger-'));

interface Measured {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

/** `writers` loops that each wait for one `write` before the next, for some seconds. */
async function measure(writers: number, write: (sequence: number) => Promise<unknown> | undefined): Promise<Measured> {
  const latencies: number[] = [];
  let sequence = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let now = performance.now(); now < end; ) {
        await write(sequence++);
        const done = performance.now();
        latencies.push(done - now);
        now = done;
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { rate: latencies.length / elapsed, p50: at(0.5), p99: at(0.99) };
}

/** What the disk and SQLite allow one writer: a row of 1 KiB and a durable commit each. */
async function measureBareSqlite(): Promise<Measured> {
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB)',
  );
  const insert = database.prepare('INSERT INTO row (bytes) VALUES (?)');
  const bytes = randomBytes(1024);
  const measured = await measure(1, () => {
    insert.run(bytes);
    return undefined;
  });
  database.close();
  return measured;
}

async function main(): Promise<void> {
  const name = 'bench.test/ledger';
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const vkey = formatVkey(name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  const options = {
    databaseFile: join(folder, 'assay.db'),
    checkpointFile: join(folder, 'checkpoint'),
    signer: ed25519Signer({ name, vkey, privateKey }),
    actor: 'bench',
    clock: () => new Date(),
    objects: openObjectStore(join(folder, 'objects')),
    highWater: fileHighWaterMarks(join(folder, 'high-water')),
  };
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, ${folder}\n`,
  );
  const rows: (readonly [string, Measured])[] = [['bare SQLite, FULL, 1 writer', await measureBareSqlite()]];
  const store = await openSqliteRecords(options);
  let run = 0;
  for (const writers of [1, 16, 512]) {
    run++;
    const bytes = randomBytes(1024);
    const append = (sequence: number) => {
      bytes.writeUInt32BE(sequence);
      return store.append([
        {
          kind: 'bench',
          id: `r${run}-${sequence}`,
          version: '1:0:0',
          event: 'created',
          body: { mediaType: 'application/octet-stream', bytes: new Uint8Array(bytes) },
        },
      ]);
    };
    rows.push([`ledger, ${writers} ${writers === 1 ? 'writer' : 'writers'}`, await measure(writers, append)]);
  }
  console.log(`${''.padEnd(30)}${'records/s'.padStart(12)}${'p50 ms'.padStart(10)}${'p99 ms'.padStart(10)}`);
  for (const [what, { rate, p50, p99 }] of rows) {
    console.log(
      `${what.padEnd(30)}${rate.toFixed(0).padStart(12)}${p50.toFixed(2).padStart(10)}${p99.toFixed(2).padStart(10)}`,
    );
  }
  const [bare, single] = rows;
  if (bare && single)
    console.log(`one writer reaches ${((100 * single[1].rate) / bare[1].rate).toFixed(0)} % of bare SQLite\n`);

  const size = await store.size();
  const middle = await store.at(Math.floor(size / 2));
  if (middle === undefined) throw new Error('nothing was written');
  const receipt = await makeReceipt(store, middle);
  const before = performance.now();
  for (let i = 0; i < 100; i++) {
    if (!verifyReceipt(receipt, vkey, nodeEd25519).ok) throw new Error('a receipt does not verify');
  }
  console.log(
    `a receipt of a ledger of ${size} records is verified in ${((performance.now() - before) / 100).toFixed(2)} ms`,
  );
  await store.close();
  for (const bodies of [true, false]) {
    const start = performance.now();
    const verification = await verifyLedger({ ...options, vkey, bodies });
    if (!verification.ok) throw new Error('the ledger does not verify');
    const rate = size / ((performance.now() - start) / 1000);
    console.log(`verify, ${bodies ? 'with' : 'without'} bodies: ${rate.toFixed(0)} records/s`);
  }
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
