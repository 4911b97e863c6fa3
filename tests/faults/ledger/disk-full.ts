/**
 * Fills a small file system with a ledger until there is no room, and checks that the refusal has a code, that nothing of it
 * was kept, that nothing acknowledged is lost, and that the ledger goes on when there is room again.
 *
 *     unshare --mount --map-root-user sh -c 'mount -t tmpfs -o size=4m none /mnt && node tests/faults/ledger/disk-full.ts /mnt'
 */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../../packages/assay/src/errors.ts';
import { draftOf, ledgerIn } from '../../../packages/assay/src/records/ledger-fixture.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: disk-full.ts FOLDER, on a file system of a few megabytes');

const ballast = join(folder, 'ballast');
writeFileSync(ballast, Buffer.alloc(512 * 1024));
const ledger = ledgerIn(folder);
const store = await ledger.open();
const acknowledged: string[] = [];

async function fill(prefix: string, bytes: number): Promise<string> {
  for (let i = 0; i < 100_000; i++) {
    try {
      const body = { mediaType: 'application/octet-stream', bytes: randomBytes(bytes) };
      for (const { hash } of await store.append([draftOf(`${prefix}-${i}`, { body })])) acknowledged.push(hash);
    } catch (error) {
      if (error instanceof AssayError) return error.code;
      throw error;
    }
  }
  throw new Error('the file system is too large for this test');
}

async function checkAll(when: string): Promise<void> {
  for (const hash of acknowledged) {
    if ((await store.get(hash)) === undefined) throw new Error(`${when}: an acknowledged record is lost`);
  }
  const { ok, records, failures } = await ledger.verify();
  if (!ok || records !== acknowledged.length)
    throw new Error(`${when}: ${records} of ${acknowledged.length}, ${JSON.stringify(failures)}`);
  console.log(`${when}: ${records} records, all there`);
}

for (const [bytes, expected] of [
  [200_000, 'ASSAY_DISK_FULL'],
  [20_000, 'ASSAY_DATABASE_FULL'],
] as const) {
  const code = await fill(`b${bytes}`, bytes);
  console.log(`bodies of ${bytes} bytes: ${code}`);
  if (code !== expected) throw new Error(`expected ${expected}`);
  await checkAll('full');
}
rmSync(ballast);
const [sealed] = await store.append([draftOf('after')]);
acknowledged.push(sealed?.hash ?? '');
await checkAll('with room again');
await store.close();
await ledger.objects.close();
