/** A ledger whose key is handed over and revoked; each fault beside a clean twin. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeEd25519 } from './hashing.ts';
import { keyDraft } from './key-draft.ts';
import { draftOf, type LedgerFixture, ledgerIn } from './ledger-fixture.ts';
import {
  followKeys,
  formatVkey,
  type KeyStatement,
  parseCheckpoint,
  parseVkey,
  type Receipt,
  type RevokedKey,
  toHex,
  verifyReceipt,
} from './proof/index.ts';
import { makeReceipt } from './receipt.ts';
import type { Draft } from './record.ts';
import { type EarlierKey, ed25519Signer, type Signer, signCheckpoint } from './signer.ts';
import { openSqliteRecords } from './sqlite/open.ts';
import type { RecordStore } from './store.ts';
import { verifyLedger } from './verify.ts';

let folder: string;
let ledger: LedgerFixture;
let first: Signer;
let second: Signer;
let third: Signer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-ledger-keys-'));
  ledger = ledgerIn(folder);
  first = ledger.options.signer;
  second = newSigner();
  third = newSigner();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function newSigner(name = 'example.test/ledger'): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const vkey = formatVkey(name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  return ed25519Signer({ name, vkey, privateKey });
}

const idOf = ({ vkey }: Signer) => toHex(parseVkey(vkey).keyId);
const ledgerName = () => first.name;

async function as<T>(
  signer: Signer,
  work: (store: RecordStore) => Promise<T>,
  earlier: readonly EarlierKey[] = [],
): Promise<T> {
  const store = await openSqliteRecords({ ...ledger.options, signer, earlier });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const append =
  (...drafts: Draft[]) =>
  (store: RecordStore) =>
    store.append(drafts);

async function handOver(
  from: Signer,
  to: Signer,
  revision: number,
  earlier: readonly EarlierKey[] = [],
  revoking: { readonly since?: number; readonly reason?: string } = {},
): Promise<EarlierKey[]> {
  const statement: KeyStatement = {
    kind: 'hand-over',
    ledger: ledgerName(),
    from: from.vkey,
    to: to.vkey,
    ...revoking,
  };
  const draft = keyDraft(statement, [from, to], revision);
  const [sealed] = await as({ ...from, successor: to }, append(draft), earlier);
  return [...earlier, { vkey: from.vkey, until: sealed!.index + 1 }];
}

const receiptOf = (signer: Signer, earlier: readonly EarlierKey[], index: number) =>
  as(signer, async (store) => makeReceipt(store, (await store.at(index))!), earlier);

const check = (receipt: Receipt, key: Signer, revoked: readonly RevokedKey[] = []) => {
  const { ok, checks } = verifyReceipt(JSON.parse(JSON.stringify(receipt)), key.vkey, nodeEd25519, undefined, revoked);
  return ok
    ? 'ok'
    : checks.filter(({ status }) => status === 'failed').map(({ name, code }) => `${name} ${code ?? ''}`);
};

const verify = (signer: Signer, earlier: readonly EarlierKey[]) =>
  verifyLedger({ ...ledger.options, vkey: signer.vkey, earlier, objects: ledger.objects });

describe('a key that is handed over', () => {
  test('signs its last checkpoint together with the new one, which signs alone after it', async () => {
    await as(first, append(draftOf('a')));
    const earlier = await handOver(first, second, 1);
    await as(second, append(draftOf('b')), earlier);
    expect(earlier).toEqual([{ vkey: first.vkey, until: 2 }]);
    const notes = new DatabaseSync(ledger.options.databaseFile)
      .prepare('SELECT note FROM checkpoint ORDER BY size')
      .all()
      .map(({ note }) => parseCheckpoint(String(note)).note.signatures.map(({ keyId }) => toHex(keyId)));
    expect(notes).toEqual([[idOf(first)], [idOf(first), idOf(second)], [idOf(second)]]);
    expect(await verify(second, earlier)).toMatchObject({ ok: true, records: 3, failures: [], remarks: [] });
  });

  test('adds nothing more, in a process that knows no better', async () => {
    const stale = await openSqliteRecords(ledger.options);
    await stale.append([draftOf('a')]);
    const earlier = await handOver(first, second, 1);
    await expect(stale.append([draftOf('b')])).rejects.toMatchObject({ code: 'ASSAY_KEY_NOT_PRESENT' });
    await as(second, append(draftOf('c')), earlier);
    await expect(stale.append([draftOf('d')])).rejects.toMatchObject({ code: 'ASSAY_KEY_NOT_PRESENT' });
    expect(await stale.size()).toBe(3);
    await stale.close();
    expect(await verify(second, earlier)).toMatchObject({ ok: true });
  });

  test('is followed by a home that has only the old one, from the ledger alone', async () => {
    await as(first, append(draftOf('a')));
    const earlier = await handOver(first, second, 1);
    await as(second, append(draftOf('b')), earlier);
    rmSync(ledger.options.checkpointFile);
    for (let time = 0; time < 2; time++) {
      await as(first, async (store) => {
        expect(await store.size()).toBe(3);
        await expect(store.append([draftOf('c')])).rejects.toMatchObject({ code: 'ASSAY_KEY_NOT_PRESENT' });
      });
    }
    // Another key that nobody handed over to is followed by nobody.
    await expect(as(third, async (store) => store.size())).rejects.toMatchObject({ code: 'ASSAY_LEDGER_DAMAGED' });
  });

  test('of two that hand over at once, one is refused', async () => {
    await as(first, append(draftOf('a')));
    await handOver(first, second, 1);
    await expect(handOver(first, third, 1)).rejects.toMatchObject({
      code: expect.stringMatching(/^ASSAY_(KEY_NOT_PRESENT|RECORD_CONFLICT)$/),
    });
  });
});

describe('receipts over hand-overs', () => {
  test('serve holders of every key up to the one that signed, and tell the others which one it was', async () => {
    await as(first, append(draftOf('a')));
    const old = await receiptOf(first, [], 0);
    const once = await handOver(first, second, 1);
    await as(second, append(draftOf('b')), once);
    const middle = await receiptOf(second, once, 0);
    const twice = await handOver(second, third, 2, once);
    await as(third, append(draftOf('c')), twice);
    const newest = await receiptOf(third, twice, 4);
    expect(old.keys).toBeUndefined();
    expect([middle.keys?.length, newest.keys?.length]).toEqual([1, 2]);
    expect([check(old, first), check(old, second)]).toEqual(['ok', ['checkpoint ASSAY_RECEIPT_KEY']]);
    expect([check(middle, first), check(middle, second)]).toEqual(['ok', 'ok']);
    expect(check(middle, third)).toEqual(['checkpoint ASSAY_RECEIPT_KEY']);
    expect([check(newest, first), check(newest, second), check(newest, third)]).toEqual(['ok', 'ok', 'ok']);
    expect(check(newest, newSigner())).toEqual(['checkpoint ASSAY_RECEIPT_KEY']);
  });

  test('any character changed in what they say of keys is named', async () => {
    await as(first, append(draftOf('a')));
    const once = await handOver(first, second, 1);
    await as(second, append(draftOf('b')), once);
    const receipt = await receiptOf(second, once, 2);
    const text = JSON.stringify(receipt.keys);
    const accepted: string[] = [];
    for (let at = 0; at < text.length; at += 7) {
      const bad = `${text.slice(0, at)}${text[at] === '3' ? '4' : '3'}${text.slice(at + 1)}`;
      try {
        const changed = { ...receipt, keys: JSON.parse(bad) };
        if (verifyReceipt(changed, first.vkey, nodeEd25519).ok) accepted.push(bad);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
    expect(accepted).toEqual([]);
    expect(check(receipt, first)).toBe('ok');
  });

  test('a hand-over that only one key signed, or that is not in the tree, leads nowhere', async () => {
    await as(first, append(draftOf('a')));
    const statement: KeyStatement = { kind: 'hand-over', ledger: ledgerName(), from: first.vkey, to: second.vkey };
    for (const signers of [[first], [second]]) {
      expect(() => followKeys(first.vkey, [{ index: 1, note: noteOf(keyDraft(statement, signers, 1)) }])).toThrow(
        /no known key/,
      );
    }
    const both = noteOf(keyDraft(statement, [first, second], 1));
    expect(followKeys(first.vkey, [{ index: 1, note: both }])).toEqual([
      { vkey: first.vkey, from: 0, until: 2 },
      { vkey: second.vkey, from: 2 },
    ]);
    expect(() =>
      followKeys(
        first.vkey,
        [1, 2].map((index) => ({ index, note: both })),
      ),
    ).toThrow(/record 2/);
    // Sealed in another ledger's tree.
    const other = ledgerIn(join(folder, 'other'));
    const elsewhere = await openSqliteRecords({ ...other.options, signer: second });
    await elsewhere.append([draftOf('x')]);
    const forged = await makeReceipt(elsewhere, (await elsewhere.at(0))!);
    await elsewhere.close();
    const once = await handOver(first, second, 1);
    const { keys } = await receiptOf(second, once, 0);
    expect(check({ ...forged, ...(keys && { keys }) }, first)).toEqual(['keys ', 'checkpoint ']);
  });
});

describe('an earlier key that signs on', () => {
  test('is named where the hand-over is known, and cannot be where it is not', async () => {
    await as(first, append(draftOf('a')));
    const once = await handOver(first, second, 1);
    await as(second, append(draftOf('b')), once);
    const receipt = await receiptOf(second, once, 2);
    const forged = { ...receipt, proof: signedBy(first, receipt.proof) };
    expect(check(forged, first)).toEqual(['checkpoint ASSAY_KEY_HANDED_OVER']);
    // Whoever signs can leave out that the key was handed over: only who was told sees it.
    const { keys: _, ...bare } = forged;
    expect(check(bare as Receipt, first)).toBe('ok');
    expect(check(bare as Receipt, first, [{ key: idOf(first), since: 2 }])).toEqual(['checkpoint ASSAY_KEY_REVOKED']);
    expect(check(receipt, second)).toBe('ok');
    const database = new DatabaseSync(ledger.options.databaseFile);
    const change = (text: string) => database.prepare('UPDATE checkpoint SET note = ? WHERE size = 3').run(text);
    const good = String(database.prepare('SELECT note FROM checkpoint WHERE size = 3').get()?.note);
    change(signedBy(first, good));
    expect((await verify(second, once)).failures).toMatchObject([{ check: 'checkpoint', index: 2 }]);
    await expect(as(second, async (store) => store.size(), once)).rejects.toMatchObject({
      code: 'ASSAY_LEDGER_DAMAGED',
    });
    change(good);
    database.close();
    expect(await verify(second, once)).toMatchObject({ ok: true });
  });
});

describe('a key that is revoked', () => {
  test('by its hand-over: its checkpoints after that point are told, and who knows only it is sent to the holder', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await as(first, append(draftOf(id)));
    const before = await receiptOf(first, [], 0);
    const once = await handOver(first, second, 1, [], { since: 2, reason: 'a laptop was stolen' });
    await as(second, append(draftOf('e')), once);
    const { ok, remarks } = await verify(second, once);
    expect(ok).toBe(true);
    expect(remarks).toEqual([
      expect.stringMatching(/revoked from record 2 on \(a laptop was stolen\): 2 checkpoints, of 3 to 4 records, rest/),
    ]);
    const after = await receiptOf(second, once, 0);
    expect(check(after, second)).toBe('ok');
    expect(check(after, first)).toEqual(['keys ASSAY_KEY_REVOKED', 'checkpoint ']);
    // The receipt of before does not know of it; who was told does.
    expect(check(before, first)).toBe('ok');
    for (const key of [first.vkey, idOf(first)]) {
      expect(check(before, first, [{ key, since: 2 }])).toEqual(['checkpoint ASSAY_KEY_REVOKED']);
      expect(check(before, first, [{ key, since: 4 }])).toBe('ok');
    }
    expect(check(before, first, [{ key: idOf(second), since: 0 }])).toBe('ok');
  });

  test('later: the present key says so, and no other can', async () => {
    for (const id of ['a', 'b', 'c']) await as(first, append(draftOf(id)));
    const once = await handOver(first, second, 1);
    const statement: KeyStatement = { kind: 'revocation', ledger: ledgerName(), key: first.vkey, since: 1 };
    await as(second, append(keyDraft(statement, [second], 2)), once);
    expect((await verify(second, once)).remarks).toMatchObject([expect.stringMatching(/2 checkpoints, of 2 to 3/)]);
    const receipt = await receiptOf(second, once, 0);
    expect([check(receipt, second), check(receipt, first)]).toEqual(['ok', ['keys ASSAY_KEY_REVOKED', 'checkpoint ']]);
    await as(second, append(keyDraft({ ...statement, since: 0 }, [first], 3)), once);
    expect((await verify(second, once)).failures).toMatchObject([{ check: 'keys' }]);
  });
});

test('what a workspace believes of earlier keys is compared with what the ledger says', async () => {
  await as(first, append(draftOf('a')));
  const once = await handOver(first, second, 1);
  await as(second, append(draftOf('b')), once);
  const wider = [{ vkey: first.vkey, until: 99 }];
  const foreign = [...once, { vkey: third.vkey, until: 5 }];
  for (const wrong of [wider, foreign]) {
    expect((await verify(second, wrong)).failures).toMatchObject([{ check: 'keys' }]);
  }
  expect((await verify(second, once)).failures).toEqual([]);
});

test('a statement that is gone is named', async () => {
  await as(first, append(draftOf('a')));
  const once = await handOver(first, second, 1);
  const good = readFileSync(ledger.options.databaseFile);
  const database = new DatabaseSync(ledger.options.databaseFile);
  database.exec('DELETE FROM body WHERE slot = 2');
  database.close();
  expect((await verify(second, once)).failures.map(({ check: name }) => name)).toContain('keys');
  await expect(receiptOf(second, once, 0)).rejects.toMatchObject({ code: 'ASSAY_KEY_HISTORY' });
  writeFileSync(ledger.options.databaseFile, good);
  expect((await verify(second, once)).failures).toEqual([]);
});

test('statements are read as they are written, and other texts are refused', () => {
  const hand = { kind: 'hand-over', ledger: ledgerName(), from: first.vkey, to: second.vkey } as const;
  const bad: KeyStatement[] = [
    { ...hand, to: first.vkey },
    { ...hand, to: newSigner('example.test/other').vkey },
    { ...hand, reason: 'two\nlines' },
    { ...hand, reason: 'x'.repeat(201) },
    { ...hand, since: -1 },
    { kind: 'revocation', ledger: 'example.test/other', key: first.vkey, since: 0 },
  ];
  for (const statement of bad) {
    expect(() => keyDraft(statement, [first], 1)).toThrow(expect.objectContaining({ code: 'ASSAY_KEY_STATEMENT' }));
  }
  // What keys sign of each other cannot be shown as a checkpoint.
  expect(() => parseCheckpoint(noteOf(keyDraft(hand, [first, second], 1)))).toThrow(/checkpoint/);
});

test('a record with its time put back verifies: the order is what is proved, and a receipt says so', async () => {
  await as(first, append(draftOf('a')));
  const backdated = { ...ledger.options, clock: () => new Date('2001-02-03T04:05:06Z') };
  const store = await openSqliteRecords(backdated);
  await store.append([draftOf('b')]);
  const receipt = await makeReceipt(store, (await store.at(1))!);
  await store.close();
  expect(await ledger.verify()).toMatchObject({ ok: true, records: 2 });
  const verdict = verifyReceipt(receipt, first.vkey, nodeEd25519);
  expect(verdict).toMatchObject({ ok: true, index: 1, record: { at: expect.stringMatching(/^2001/) } });
  expect(verdict.doesNotProve.join()).toContain('`at` and `by` are claims');
});

function noteOf(draft: Draft): string {
  return Buffer.from(draft.body.bytes).toString('utf8');
}

/** The note in it, signed by another key in place of those that signed. */
function signedBy(signer: Signer, proof: string): string {
  const start = proof.indexOf('example.test/');
  const checkpoint = parseCheckpoint(proof.slice(start));
  return proof.slice(0, start) + signCheckpoint(checkpoint, signer, parseVkey(signer.vkey, nodeEd25519));
}
