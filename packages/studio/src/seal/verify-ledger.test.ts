import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import {
  canonicalJson,
  Frontier,
  formatCheckpoint,
  formatKeyStatement,
  formatSignature,
  formatVkey,
  keyIdOf,
  portableHasher,
  toBase64,
} from 'assay/proof';
import { describe, expect, test } from 'vitest';
import { type LedgerClaim, verifyLedger } from './verify-ledger.ts';

const origin = 'assay.local/studio-test';

function makeKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'));
  return { privateKey, raw, vkey: formatVkey(origin, raw) };
}

/** A ledger of so many entries, signed. */
function makeLedger(size: number, key = makeKey(), prefix = 'entry') {
  const entries = Array.from({ length: size }, (_, i) => new TextEncoder().encode(`${prefix} ${i}`));
  const tree = new Frontier();
  for (const entry of entries) tree.add(portableHasher.leaf(entry));
  const text = formatCheckpoint({ origin, size, root: tree.root() });
  const signature = new Uint8Array(sign(null, Buffer.from(text), key.privateKey));
  const claim: LedgerClaim = {
    origin,
    vkey: key.vkey,
    checkpoint: `${text}\n${formatSignature(origin, keyIdOf(origin, key.raw), signature)}`,
  };
  return { key, claim, encoded: entries.map(toBase64) };
}

const verify = (claim: LedgerClaim, encoded: readonly string[], mark?: Parameters<typeof verifyLedger>[1]) =>
  verifyLedger(
    claim,
    mark,
    async (start) => encoded.slice(start, start + 3),
    () => {},
  );

describe('a ledger computed again', () => {
  test('holds in pages, from no entry to many', async () => {
    for (const size of [1, 2, 3, 7, 20]) {
      const { claim, encoded } = makeLedger(size);
      expect((await verify(claim, encoded))?.size).toBe(size);
    }
  });

  test('is not begun while nothing is signed', async () => {
    const { claim } = makeLedger(1);
    expect(await verify({ ...claim, checkpoint: null }, [])).toBeUndefined();
  });

  test('may have grown since the checkpoint', async () => {
    const { claim, encoded } = makeLedger(5);
    expect((await verify(claim, [...encoded, toBase64(Uint8Array.of(1))]))?.size).toBe(5);
  });

  test('contains what was seen before', async () => {
    const key = makeKey();
    const before = await verify(makeLedger(4, key).claim, makeLedger(4, key).encoded);
    const { claim, encoded } = makeLedger(9, key);
    expect((await verify(claim, encoded, before?.mark))?.contains).toEqual(before?.mark);
  });
});

describe('a ledger is found broken when', () => {
  const refused = async (promise: Promise<unknown>, words: RegExp) => {
    await expect(promise).rejects.toMatchObject({ name: 'BrokenSeal', message: expect.stringMatching(words) });
  };

  test('any one entry is another, is left out, or two are exchanged', async () => {
    const { claim, encoded } = makeLedger(7);
    for (let i = 0; i < encoded.length; i++) {
      await refused(verify(claim, encoded.with(i, toBase64(Uint8Array.of(9)))), /something was changed/);
      await refused(verify(claim, encoded.toSpliced(i, 1)), /the server has only 6/);
      const j = (i + 1) % encoded.length;
      const exchanged = encoded.with(i, encoded[j] ?? '').with(j, encoded[i] ?? '');
      await refused(verify(claim, exchanged), /something was changed/);
    }
  });

  test('another key signed, under the same name', async () => {
    const { encoded, claim } = makeLedger(3);
    await refused(verify({ ...claim, vkey: makeKey().vkey }, encoded), /does not hold/);
  });

  test('its key is not the one seen before', async () => {
    const { claim, encoded } = makeLedger(3);
    const mark = (await verify(claim, encoded))?.mark;
    const other = makeLedger(4);
    await refused(verify(other.claim, other.encoded, mark), /this browser saw it signed with/);
  });

  test('it is smaller than before, empty, or of the same size with another content', async () => {
    const key = makeKey();
    const { claim, encoded } = makeLedger(6, key);
    const mark = (await verify(claim, encoded))?.mark;
    const smaller = makeLedger(5, key);
    await refused(verify(smaller.claim, smaller.encoded, mark), /records were taken away/);
    await refused(verify({ ...claim, checkpoint: null }, [], mark), /records were taken away/);
    const other = makeLedger(6, key, 'other');
    await refused(verify(other.claim, other.encoded, mark), /another content/);
  });

  test('its past was written anew and signed by the same key', async () => {
    const key = makeKey();
    const { claim, encoded } = makeLedger(6, key);
    const mark = (await verify(claim, encoded))?.mark;
    const anew = makeLedger(8, key, 'anew');
    await refused(verify(anew.claim, anew.encoded, mark), /past was rewritten/);
  });
});

describe('a ledger whose key was handed over', () => {
  const salt = toBase64(new Uint8Array(16).fill(7));
  const note = (text: string, ...keys: ReturnType<typeof makeKey>[]) =>
    `${text}\n${keys
      .map(({ privateKey, raw }) => {
        const signature = new Uint8Array(sign(null, Buffer.from(text), privateKey));
        return formatSignature(origin, keyIdOf(origin, raw), signature);
      })
      .join('')}`;

  /** Three entries, of which the second hands over. */
  function handedOver(from = makeKey(), to = makeKey(), signers = [from, to]) {
    const statement = note(
      formatKeyStatement({ kind: 'hand-over', ledger: origin, from: from.vkey, to: to.vkey }),
      ...signers,
    );
    const bytes = Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(statement)]);
    const record = {
      v: 1,
      kind: 'ledger-key',
      id: 'key',
      revision: 1,
      version: '1:0:0',
      event: 'created',
      at: '2026-01-02T03:04:05Z',
      by: 'somebody',
      body: {
        mediaType: 'text/plain',
        digest: createHash('sha256').update(bytes).digest('hex'),
        size: statement.length,
      },
      artifacts: [],
      parents: [],
    };
    const texts = ['entry 0', canonicalJson(record), 'entry 2'];
    const entries = texts.map((text) => new TextEncoder().encode(text));
    const tree = new Frontier();
    for (const entry of entries) tree.add(portableHasher.leaf(entry));
    const claim: LedgerClaim = {
      origin,
      vkey: to.vkey,
      checkpoint: note(formatCheckpoint({ origin, size: 3, root: tree.root() }), to),
      keys: [{ index: 1, salt, note: statement }],
    };
    return { claim, encoded: entries.map(toBase64), from };
  }

  test('is followed from the key that this browser saw, and from no other', async () => {
    const { claim, encoded, from } = handedOver();
    const before = await verify(makeLedger(1, from).claim, makeLedger(1, from).encoded);
    const mark = before!.mark;
    expect((await verify(claim, encoded, mark))?.contains).toEqual(mark);
    const { keys: _, ...silent } = claim;
    await expect(verify(silent, encoded, mark)).rejects.toThrow(/no hand-over leads/);
    await expect(verify(claim, encoded, { ...mark, vkey: makeKey().vkey })).rejects.toThrow(/no hand-over leads/);
  });

  test('is broken when one key alone signed the hand-over, or no record says it', async () => {
    const [from, to] = [makeKey(), makeKey()];
    const mark = (await verify(makeLedger(1, from).claim, makeLedger(1, from).encoded))!.mark;
    const forged = handedOver(from, to, [to]);
    await expect(verify(forged.claim, forged.encoded, mark)).rejects.toThrow(/no hand-over leads/);
    const { claim, encoded } = handedOver(from, to);
    for (const index of [0, 2, 3]) {
      const moved = { ...claim, keys: claim.keys!.map((key) => ({ ...key, index })) };
      await expect(verify(moved, encoded, mark)).rejects.toThrow(/What the server says of the ledger's keys/);
    }
  });
});
