import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportFolder, exportLedger } from '../../packages/assay/src/records/index.ts';
import { draftOf, ledgerIn } from '../../packages/assay/src/records/ledger-fixture.ts';
import { parseCheckpoint } from '../../packages/assay/src/records/proof/index.ts';
import { interopTool } from './tools.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

interface Evidence {
  vkey: string;
  checkpoints: { note: string }[];
  inclusion: { entry: string; index: number; size: number; path: string[] }[];
  consistency: { old: number; size: number; path: string[] }[];
}

let folder: string;
let evidence: Evidence;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-go-'));
  const ledger = ledgerIn(folder);
  const store = await ledger.open();
  evidence = { vkey: ledger.options.signer.vkey, checkpoints: [], inclusion: [], consistency: [] };
  for (let i = 0; i < 30; i++) {
    await store.append(Array.from({ length: 1 + (i % 3) }, (_, j) => draftOf(`p${i}-${j}`)));
    evidence.checkpoints.push({ note: (await store.checkpoint())! });
  }
  const sizes = evidence.checkpoints.map(({ note }) => parseCheckpoint(note).size);
  for (const size of sizes) {
    for (let index = 0; index < size; index += 1 + (index % 5)) {
      const { entry } = (await store.at(index))!;
      evidence.inclusion.push({
        entry: base64(entry),
        index,
        size,
        path: (await store.inclusionProof(index, size)).map(base64),
      });
    }
    for (const old of sizes.filter((other) => other <= size)) {
      evidence.consistency.push({ old, size, path: (await store.consistencyProof(old, size)).map(base64) });
    }
  }
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verifyInGo = (input: Evidence) =>
  spawnSync(interopTool('sumdb-verify'), { input: JSON.stringify(input), encoding: 'utf8' });

test("Go's own verifier accepts our checkpoints and proofs", () => {
  const { status, stdout, stderr } = verifyInGo(evidence);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout.trim()).toBe(
    `30 checkpoints, ${evidence.inclusion.length} inclusion proofs, ${evidence.consistency.length} consistency proofs`,
  );
});

test('and reads a ledger that was exported, and one that was changed afterwards not', async () => {
  const ledger = ledgerIn(join(folder, 'tiled'));
  const store = await ledger.open();
  const out = join(folder, 'public');
  for (const records of [100, 500]) {
    await store.append(Array.from({ length: records }, (_, i) => draftOf(`tiled ${records} ${i}`)));
    await exportLedger(store, exportFolder(out));
  }
  await store.close();
  const verify = () =>
    spawnSync(interopTool('sumdb-verify'), {
      input: JSON.stringify({ vkey: ledger.options.signer.vkey, tiles: out }),
      encoding: 'utf8',
    });
  expect(verify()).toMatchObject({ status: 0, stdout: '600 records in tiles\n', stderr: '' });
  for (const file of ['tile/0/001', 'tile/entries/000', 'tile/1/000.p/2', 'checkpoint']) {
    const bytes = readFileSync(join(out, file));
    const changed = Buffer.from(bytes);
    changed[40]! ^= 1;
    writeFileSync(join(out, file), changed);
    expect(verify().status, file).toBe(1);
    writeFileSync(join(out, file), bytes);
  }
});

test('and is not one that accepts everything', () => {
  const changed = (change: (copy: Evidence) => void) => {
    const copy = structuredClone(evidence);
    change(copy);
    return verifyInGo(copy).status;
  };
  expect(
    changed((copy) => {
      copy.checkpoints[3]!.note = copy.checkpoints[3]!.note.replace('\n7\n', '\n8\n');
    }),
  ).toBe(1);
  expect(
    changed((copy) => {
      copy.inclusion[20]!.index++;
    }),
  ).toBe(1);
  expect(
    changed((copy) => {
      copy.consistency[50]!.path.pop();
    }),
  ).toBe(1);
});
