import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draftOf, type LedgerFixture, ledgerIn } from './ledger-fixture.ts';
import { formatTlogProof, parseTlogProof, type Receipt, verifyReceipt, verifyTree } from './proof/index.ts';
import { makeReceipt } from './receipt.ts';
import type { SealedRecord } from './record.ts';
import { resolveReference } from './reference.ts';
import type { RecordStore } from './store.ts';

let folder: string;
let ledger: LedgerFixture;
let store: RecordStore;
let sealed: SealedRecord[];
let receipt: Receipt;
let vkey: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-receipt-'));
  ledger = ledgerIn(folder);
  vkey = ledger.options.signer.vkey;
  store = await ledger.open();
  sealed = [];
  for (let i = 0; i < 9; i++) sealed.push(...(await store.append([draftOf(`p${i}`, { note: `note ${i}` })])));
  sealed.push(...(await store.append([draftOf('p4', { event: 'updated', version: '1:1:0' })])));
  receipt = await makeReceipt(store, sealed[4]!);
});
afterAll(async () => {
  await store.close();
  await ledger.objects.close();
  rmSync(folder, { recursive: true, force: true });
});

const statuses = (value: unknown, key = vkey) =>
  Object.fromEntries(verifyReceipt(value, key).checks.map(({ name, status }) => [name, status]));
const passed = {
  format: 'passed',
  entry: 'passed',
  checkpoint: 'passed',
  inclusion: 'passed',
  body: 'passed',
  note: 'passed',
};

describe('a receipt', () => {
  test('verifies as the JSON file that it is, for every record', async () => {
    for (const record of sealed) {
      const verdict = verifyReceipt(JSON.parse(JSON.stringify(await makeReceipt(store, record))), vkey);
      expect(verdict).toMatchObject({ ok: true, hash: record.hash, index: record.index, record: record.record });
      expect(verdict.doesNotProve.length).toBeGreaterThan(2);
    }
    expect(statuses(receipt)).toEqual(passed);
  });

  test('without its body proves the rest, and says so', () => {
    const { body, note, ...bare } = receipt;
    expect(body && note).toBeTruthy();
    expect(statuses(bare)).toEqual({ ...passed, body: 'absent', note: 'absent' });
    expect(verifyReceipt(bare, vkey).ok).toBe(true);
  });

  test('names the check that each change breaks, and goes on', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const proof = parseTlogProof(receipt.proof);
    const of = (changes: Partial<typeof proof>) => ({ ...receipt, proof: formatTlogProof({ ...proof, ...changes }) });
    expect(statuses({ ...receipt, entry: receipt.entry.replace('"p4"', '"p5"') })).toEqual({
      ...passed,
      inclusion: 'failed',
    });
    expect(statuses({ ...receipt, entry: ` ${receipt.entry}` })).toMatchObject({
      entry: 'failed',
      inclusion: 'failed',
    });
    expect(statuses({ ...receipt, body: { ...receipt.body!, bytes: base64('the text of p5') } })).toEqual({
      ...passed,
      body: 'failed',
    });
    expect(statuses({ ...receipt, body: { ...receipt.body!, salt: base64('0123456789abcdef') } })).toEqual({
      ...passed,
      body: 'failed',
    });
    expect(statuses({ ...receipt, note: receipt.body })).toEqual({ ...passed, note: 'failed' });
    expect(statuses(of({ index: 5 }))).toEqual({ ...passed, inclusion: 'failed' });
    expect(statuses(of({ index: 99 }))).toEqual({ ...passed, inclusion: 'failed' });
    expect(statuses(of({ path: proof.path.slice(1) }))).toEqual({ ...passed, inclusion: 'failed' });
    expect(statuses(of({ path: [...proof.path, proof.path[0]!] }))).toEqual({ ...passed, inclusion: 'failed' });
    expect(statuses(of({ checkpoint: proof.checkpoint.replace('\n10\n', '\n11\n') }))).toMatchObject({
      checkpoint: 'failed',
    });
    expect(statuses({ ...receipt, format: 'assay-receipt@v2' })).toEqual({ format: 'failed' });
    for (const nothing of [null, 1, 'text', [], {}, { ...receipt, proof: 1 }, { ...receipt, body: 'x' }]) {
      expect(verifyReceipt(nothing, vkey).ok).toBe(false);
    }
  });

  test('of another ledger with the same name is refused', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'assay-receipt-'));
    const stranger = ledgerIn(elsewhere);
    expect(statuses(receipt, stranger.options.signer.vkey)).toMatchObject({ checkpoint: 'failed' });
    const otherName = ledgerIn(join(elsewhere, 'other'), 'another.test/ledger');
    expect(statuses(receipt, otherName.options.signer.vkey)).toMatchObject({ checkpoint: 'failed' });
    rmSync(elsewhere, { recursive: true, force: true });
    expect(() => verifyReceipt(receipt, 'no key')).toThrow(expect.objectContaining({ code: 'ASSAY_VKEY_INVALID' }));
  });

  test('with any character of what is proved changed is refused', () => {
    const parts = ['entry', 'proof'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...parts),
        fc.nat(),
        fc.constantFrom('0', 'f', 'Z', ' ', '\n', '}'),
        (part, place, character) => {
          const at = place % receipt[part].length;
          const changed = receipt[part].slice(0, at) + character + receipt[part].slice(at + 1);
          if (changed !== receipt[part]) expect(verifyReceipt({ ...receipt, [part]: changed }, vkey).ok).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the whole tree, computed again from its entries', () => {
  const entries = () => sealed.map(({ entry }) => Uint8Array.from(entry));
  const note = async () => (await store.checkpoint())!;

  test('has the root that was signed', async () => {
    const progress: number[] = [];
    const verdict = await verifyTree(entries(), await note(), vkey, (done) => progress.push(done));
    expect(verdict).toMatchObject({ ok: true, records: 10, failures: [] });
    expect(progress.at(-1)).toBe(10);
  });

  test('has not, when an entry is changed, missing, doubled or moved', async () => {
    const changed = entries();
    changed[3]![20]! ^= 1;
    const found = await verifyTree(changed, await note(), vkey);
    expect(found.failures.map(({ check }) => check)).toContain('root');
    const [first, second, ...rest] = entries();
    for (const list of [
      [second!, first!, ...rest],
      [first!, first!, second!, ...rest],
    ]) {
      expect((await verifyTree(list, await note(), vkey)).failures).toMatchObject([{ check: 'root' }]);
    }
    expect((await verifyTree([first!, ...rest], await note(), vkey)).failures).toMatchObject([
      { check: 'size', index: 9 },
    ]);
    expect((await verifyTree(entries(), (await note()).replace('\n10\n', '\n9\n'), vkey)).failures).toMatchObject([
      { check: 'checkpoint' },
    ]);
  });
});

describe('a reference', () => {
  test.each([
    ['paper/p4', 9],
    ['paper/p4@1:0:0', 4],
    ['paper/p4@1:1:0', 9],
  ])('%s', async (reference, index) => expect((await resolveReference(store, reference)).index).toBe(index));

  test('by the beginning of a hash, with or without its scheme, in either case', async () => {
    const { hash } = sealed[2]!;
    for (const reference of [hash, hash.slice(0, 8), `record:${hash}`, hash.slice(0, 10).toUpperCase()]) {
      expect((await resolveReference(store, reference)).index).toBe(2);
    }
  });

  test.each([
    ['paper/p4@9:0:0', 'ASSAY_REF_UNKNOWN', /its newest is 1:1:0/],
    ['paper/none', 'ASSAY_REF_UNKNOWN', /no paper "none"/],
    ['ghost/p4', 'ASSAY_REF_UNKNOWN', /no record of the kind ghost/],
    ['abcde', 'ASSAY_REF_INVALID', /does not refer/],
    ['words', 'ASSAY_REF_INVALID', /does not refer/],
    ['/p4', 'ASSAY_REF_INVALID', /does not refer/],
  ])('%s is refused with a word', async (reference, code, message) => {
    await expect(resolveReference(store, reference)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test('that fits two records lists them', async () => {
    const two = {
      ...store,
      withPrefix: async () => [sealed[0]!.hash, sealed[1]!.hash],
      get: (hash: string) => store.get(hash),
    };
    await expect(resolveReference(two, 'abcdef')).rejects.toMatchObject({
      code: 'ASSAY_REF_AMBIGUOUS',
      message: expect.stringMatching(/paper\/p0@1:0:0.*paper\/p1@1:0:0/),
    });
  });
});
