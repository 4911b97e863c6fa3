/**
 * Appends to a ledger that has become large, beside appends to one of 10,000 records, in turns; and the memory it takes.
 *
 *     node bench/ledger-large.ts [RECORDS] [MINUTES]     stops growing at whichever comes first
 *
 * Needs about 2 kB of disk for each record.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { draftOf, ledgerIn } from '../packages/assay/src/records/ledger-fixture.ts';
import type { RecordStore } from '../packages/assay/src/records/store.ts';

const WRITERS = 512;
const SMALL = 10_000;
const ROUNDS = 7;
const records = Number(process.argv[2] ?? 10_000_000);
const end = performance.now() + Number(process.argv[3] ?? 60) * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-large-'));
const bytes = randomBytes(1024);

interface Burst {
  readonly rate: number;
  /** Microseconds of processor time for each append. */
  readonly processor: number;
}

/** Appends `count` records; their ids rise, as those of runs do. */
async function burst(store: RecordStore, count: number): Promise<Burst> {
  let next = await store.size();
  const last = next + count;
  const used = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (next < last) {
        bytes.writeUInt32BE(next);
        const body = { mediaType: 'application/octet-stream', bytes: new Uint8Array(bytes) };
        await store.append([draftOf(`r${String(next++).padStart(9, '0')}`, { body })]);
      }
    }),
  );
  const { user, system } = process.cpuUsage(used);
  return { rate: (count * 1000) / (performance.now() - start), processor: (user + system) / count };
}

function show(what: string, { rate, processor }: Burst): void {
  const { rss, heapUsed } = process.memoryUsage();
  const memory = `${(rss / 2 ** 20).toFixed(0)} MB, ${(heapUsed / 2 ** 20).toFixed(0)} of them JavaScript's`;
  console.log(`${what.padEnd(24)} ${rate.toFixed(0).padStart(7)}/s ${processor.toFixed(1).padStart(6)} µs  ${memory}`);
}

const large = ledgerIn(join(folder, 'large'));
try {
  console.log(
    `load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}, ${WRITERS} writers, 1 KiB; µs of processor time`,
  );
  const store = await large.open();
  for (let size = 0; size < records && performance.now() < end; ) {
    const count = Math.min(100_000, records - size);
    const measured = await burst(store, count);
    size += count;
    show(`to ${size}`, measured);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const small = ledgerIn(join(folder, `small-${round}`));
    const other = await small.open();
    await burst(other, SMALL);
    show(`after ${await other.size()}`, await burst(other, SMALL));
    show(`after ${await store.size()}`, await burst(store, SMALL));
    await other.close();
    await small.objects.close();
  }
  await store.close();
  const start = performance.now();
  const { ok, records: verified } = await large.verify({ bodies: false });
  if (!ok) throw new Error('the ledger does not verify');
  console.log(`fsck --no-bodies: ${((verified * 1000) / (performance.now() - start)).toFixed(0)} entries/s`);
} finally {
  await large.objects.close();
  rmSync(folder, { recursive: true, force: true });
}
