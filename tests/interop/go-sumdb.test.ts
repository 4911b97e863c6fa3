import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ed25519Signer, exportFolder, exportLedger, keyDraft } from '../../packages/assay/src/records/index.ts';
import { draftOf, ledgerIn } from '../../packages/assay/src/records/ledger-fixture.ts';
import { formatVkey, parseCheckpoint } from '../../packages/assay/src/records/proof/index.ts';
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

test('accepts the checkpoint of a hand-over by either key, and the next one by the new key alone', async () => {
  const ledger = ledgerIn(join(folder, 'handed-over'));
  const { signer: first } = ledger.options;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const vkey = formatVkey(first.name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  const second = ed25519Signer({ name: first.name, vkey, privateKey });
  const handing = await ledger.open({ signer: { ...first, successor: second } });
  const statement = { kind: 'hand-over', ledger: first.name, from: first.vkey, to: vkey } as const;
  const [sealed] = await handing.append([keyDraft(statement, [first, second], 1)]);
  const both = (await handing.checkpoint())!;
  await handing.close();
  const renewed = await ledger.open({ signer: second, earlier: [{ vkey: first.vkey, until: sealed!.index + 1 }] });
  await renewed.append([draftOf('next')]);
  const next = (await renewed.checkpoint())!;
  await renewed.close();
  const isAccepted = (key: string, note: string) =>
    verifyInGo({ vkey: key, checkpoints: [{ note }], inclusion: [], consistency: [] }).status === 0;
  expect([isAccepted(first.vkey, both), isAccepted(vkey, both)]).toEqual([true, true]);
  expect([isAccepted(first.vkey, next), isAccepted(vkey, next)]).toEqual([false, true]);
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
