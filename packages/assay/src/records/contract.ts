import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashBytes } from '../objects/index.ts';
import { keyDraft } from './key-draft.ts';
import { draftOf, type LedgerFixture } from './ledger-fixture.ts';
import {
  formatVkey,
  parseCheckpoint,
  parseEntry,
  parseVkey,
  verifyCheckpoint,
  verifyConsistency,
  verifyInclusion,
  verifyReceipt,
} from './proof/index.ts';
import { makeReceipt } from './receipt.ts';
import { ed25519Signer } from './signer.ts';
import type { RecordStore } from './store.ts';

const writer = new URL('../../../../tests/faults/ledger/writer.ts', import.meta.url).pathname;

/** What every backend of the ledger must do; each one's test calls this with a way to make a ledger in a folder. */
export function describeRecords(name: string, make: (folder: string) => Promise<LedgerFixture>): void {
  describe(`${name}: the contract of record stores`, () => {
    let folder: string;
    let ledger: LedgerFixture;
    let store: RecordStore;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'assay-records-'));
      ledger = await make(folder);
      store = await ledger.open();
    });
    afterEach(async () => {
      await store.close();
      await ledger.objects.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const appendOne = async (...args: Parameters<typeof draftOf>) => (await store.append([draftOf(...args)]))[0]!;

    test('its key is handed over: the old one adds nothing more, and leads to the new one', async () => {
      await appendOne('a');
      const { signer: first } = ledger.options;
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const vkey = formatVkey(first.name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
      const second = ed25519Signer({ name: first.name, vkey, privateKey });
      const statement = { kind: 'hand-over', ledger: first.name, from: first.vkey, to: vkey } as const;
      const handing = await ledger.open({ signer: { ...first, successor: second } });
      const [sealed] = await handing.append([keyDraft(statement, [first, second], 1)]);
      await handing.close();
      await expect(appendOne('b')).rejects.toMatchObject({ code: 'ASSAY_KEY_NOT_PRESENT' });
      const earlier = [{ vkey: first.vkey, until: sealed!.index + 1 }];
      const renewed = await ledger.open({ signer: second, earlier });
      await renewed.append([draftOf('c')]);
      await expect(appendOne('d')).rejects.toMatchObject({ code: 'ASSAY_KEY_NOT_PRESENT' });
      const receipt = await makeReceipt(renewed, (await renewed.at(2))!);
      await renewed.close();
      expect([first.vkey, vkey].map((key) => verifyReceipt(receipt, key).ok)).toEqual([true, true]);
      // Another home, which has not heard of it.
      rmSync(ledger.options.checkpointFile);
      const unaware = await ledger.open();
      expect(await unaware.size()).toBe(3);
      await unaware.close();
      await (await ledger.open({ signer: second, earlier })).close();
      expect(await ledger.verify({ vkey, earlier })).toMatchObject({ ok: true, records: 3, failures: [] });
    });

    describe('sealing', () => {
      test('gives a record its place, its name, and a checkpoint that covers it', async () => {
        const sealed = await appendOne('one', { note: 'why' });
        expect(sealed.index).toBe(0);
        expect(parseEntry(sealed.entry)).toEqual(sealed.record);
        expect(sealed.record).toMatchObject({
          kind: 'paper',
          id: 'one',
          revision: 1,
          by: ledger.options.actor,
          artifacts: [],
          parents: [],
        });
        const found = (await store.get(sealed.hash))!;
        expect({ ...found, entry: new Uint8Array(found.entry) }).toEqual({
          ...sealed,
          entry: new Uint8Array(sealed.entry),
        });
        expect(Buffer.from((await store.body(sealed.record.body))!.bytes).toString()).toBe('the text of one');
        expect(Buffer.from((await store.body(sealed.record.note!))!.bytes).toString()).toBe('why');
        const note = (await store.checkpoint())!;
        expect(verifyCheckpoint(note, [parseVkey(ledger.options.signer.vkey)])).toMatchObject({
          origin: 'example.test/ledger',
          size: 1,
        });
        expect(readFileSync(ledger.options.checkpointFile, 'utf8')).toBe(note);
      });

      test('two bodies with the same words have different digests', async () => {
        const body = { mediaType: 'text/plain', bytes: Buffer.from('yes') };
        const [a, b] = [await appendOne('a', { body }), await appendOne('b', { body })];
        expect(a.record.body.digest).not.toBe(b.record.body.digest);
      });

      test('the same content for the same revision is the record that is there; another content is a conflict', async () => {
        const first = await appendOne('one', { revision: 1, note: 'n' });
        expect(await appendOne('one', { revision: 1, note: 'n' })).toMatchObject({ index: 0, hash: first.hash });
        expect(await store.size()).toBe(1);
        for (const other of [
          { note: 'm' },
          { note: 'n', version: '1:0:1' },
          { note: 'n', event: 'updated' as const },
          { note: 'n', body: { mediaType: 'text/plain', bytes: Buffer.from('other') } },
          { note: 'n', body: { mediaType: 'text/html', bytes: Buffer.from('the text of one') } },
          { note: 'n', parents: [{ role: 'from', ref: `sha256:${'0'.repeat(64)}` }] },
          {},
        ]) {
          await expect(appendOne('one', { revision: 1, ...other })).rejects.toMatchObject({
            code: 'ASSAY_RECORD_CONFLICT',
          });
        }
        await expect(appendOne('one', { revision: 3, note: 'n' })).rejects.toMatchObject({
          code: 'ASSAY_RECORD_CONFLICT',
        });
        expect((await appendOne('one', { revision: 2 })).record.revision).toBe(2);
        expect((await appendOne('one')).record.revision).toBe(3);
      });

      test('drafts of one call are sealed all or none, and do not pull others of the same commit down', async () => {
        await appendOne('taken');
        const results = await Promise.allSettled([
          store.append([draftOf('before')]),
          store.append([draftOf('good'), draftOf('good'), draftOf('taken', { revision: 1, note: 'another' })]),
          store.append([draftOf('after')]),
        ]);
        expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await store.list({})).map(({ record }) => record.id)).toEqual(['after', 'before', 'taken']);
        const [first, second] = await store.append([draftOf('good'), draftOf('good')]);
        expect([first!.record.revision, second!.record.revision]).toEqual([1, 2]);
        expect(await ledger.verify()).toMatchObject({ ok: true, records: 5 });
      });

      test('many writers at once share commits', async () => {
        const sealed = (
          await Promise.all(Array.from({ length: 500 }, (_, i) => store.append([draftOf(`p${i}`)])))
        ).flat();
        expect(new Set(sealed.map(({ index }) => index)).size).toBe(500);
        const verification = await ledger.verify();
        expect(verification).toMatchObject({ ok: true, records: 500, failures: [] });
        expect(verification.checkpoint?.size).toBe(500);
      });

      test('a body over 64 KB is an object, given back the same', async () => {
        const bytes = randomBytes(65_537);
        const sealed = await appendOne('large', { body: { mediaType: 'application/octet-stream', bytes } });
        expect(await ledger.objects.has(hashBytes(bytes).sha256)).toBe(true);
        expect(Buffer.compare((await store.body(sealed.record.body))!.bytes, bytes)).toBe(0);
        expect(await ledger.verify()).toMatchObject({ ok: true });
      });

      test.each([
        ['a kind that is no word', { kind: 'Two Words' }],
        ['an empty id', { id: '' }],
        ['an id with a newline', { id: 'a\nb' }],
        ['a version that is none', { version: '1.0.0' }],
        ['a version with a leading zero', { version: '1:02:0' }],
        ['a revision that is none', { revision: 0 }],
        ['an event that is none', { event: 'deleted' as never }],
        ['a parent that is no name', { parents: [{ role: 'from', ref: 'model/x@1:0:0' }] }],
        ['an artifact with half a hash', { artifacts: [{ name: 'x', md5: 'abc', sha256: '0'.repeat(64), size: 1 }] }],
        ['a lone surrogate', { note: '\ud800' }],
      ])('refuses %s', async (_, overrides) => {
        await expect(appendOne('one', overrides)).rejects.toMatchObject({
          code: expect.stringMatching(/^ASSAY_(RECORD_INVALID|JSON_NOT_CANONICAL)$/),
        });
        expect(await store.size()).toBe(0);
      });

      test('refuses an entry over 64 KB, and a parent that is not in the ledger', async () => {
        const artifacts = Array.from({ length: 600 }, (_, i) => ({
          name: `${i}`,
          md5: '0'.repeat(32),
          sha256: '0'.repeat(64),
          size: i,
        }));
        await expect(appendOne('one', { artifacts })).rejects.toMatchObject({ code: 'ASSAY_RECORD_TOO_LARGE' });
        const parents = [{ role: 'from', ref: `record:${'a'.repeat(64)}` }];
        await expect(appendOne('one', { parents })).rejects.toMatchObject({ code: 'ASSAY_RECORD_PARENT_UNKNOWN' });
      });
    });

    describe('redaction', () => {
      const redact = (hash: string) =>
        appendOne('one', { event: 'redacted', parents: [{ role: 'redacts', ref: `record:${hash}` }] });

      test('takes body and note away in the commit that seals it; entries and proofs stay', async () => {
        const one = await appendOne('one', { note: 'a name' });
        const other = await appendOne('other', { note: 'stays' });
        const redaction = await redact(one.hash);
        expect(await store.body(one.record.body)).toBeUndefined();
        expect(await store.body(one.record.note!)).toBeUndefined();
        expect(await store.body(other.record.note!)).toBeDefined();
        expect(await store.body(redaction.record.body)).toBeDefined();
        expect((await store.at(0))?.hash).toBe(one.hash);
        expect(await redact(one.hash)).toMatchObject({ record: { revision: 3 } });
      });

      test('removes an object when no other record uses it', async () => {
        const bytes = randomBytes(70_000);
        const { sha256, md5, size } = hashBytes(bytes);
        const body = { mediaType: 'application/octet-stream', bytes };
        const [a, b] = [await appendOne('a', { body }), await appendOne('b', { body })];
        await redact(a.hash);
        expect(await ledger.objects.has(sha256)).toBe(true);
        expect((await store.body(b.record.body))?.bytes.length).toBe(bytes.length);
        await appendOne('c', { artifacts: [{ name: 'f', md5, sha256, size }] });
        await redact(b.hash);
        await store.append([draftOf('settled')]);
        expect(await ledger.objects.has(sha256)).toBe(true);
        const alone = randomBytes(70_000);
        const d = await appendOne('d', { body: { ...body, bytes: alone } });
        await redact(d.hash);
        await store.append([draftOf('settled too')]);
        expect(await ledger.objects.has(hashBytes(alone).sha256)).toBe(false);
      });

      test('another event that names a record so takes nothing', async () => {
        const one = await appendOne('one');
        await appendOne('two', { parents: [{ role: 'redacts', ref: `record:${one.hash}` }] });
        expect(await store.body(one.record.body)).toBeDefined();
      });
    });

    describe('reading', () => {
      test('by id, kind, place, prefix and link', async () => {
        const file = await ledger.objects.put(Buffer.from('a file'));
        const a1 = await appendOne('a', { artifacts: [{ name: 'f', ...file }] });
        const a2 = await appendOne('a', { event: 'updated', parents: [{ role: 'was', ref: `record:${a1.hash}` }] });
        const b1 = await appendOne('b', {
          kind: 'model',
          parents: [
            { role: 'from', ref: `record:${a1.hash}` },
            { role: 'file', ref: `sha256:${file.sha256}` },
          ],
        });
        const indexes = (sealed: readonly { index: number }[]) => sealed.map(({ index }) => index);
        expect((await store.latest('paper', 'a'))?.index).toBe(1);
        expect(await store.latest('paper', 'b')).toBeUndefined();
        expect(indexes(await store.history('paper', 'a'))).toEqual([0, 1]);
        expect(indexes(await store.list({}))).toEqual([2, 1, 0]);
        expect(indexes(await store.list({ kind: 'paper', limit: 1 }))).toEqual([1]);
        expect(indexes(await store.list({ before: 1 }))).toEqual([0]);
        expect((await store.at(2))?.hash).toBe(b1.hash);
        expect(await store.at(3)).toBeUndefined();
        expect(await store.withPrefix(a2.hash.slice(0, 7), 5)).toEqual([a2.hash]);
        expect((await store.withPrefix('', 5)).length).toBe(3);
        expect(await store.withPrefix('xyz', 5)).toEqual([]);
        expect(indexes(await store.children(`record:${a1.hash}`))).toEqual([1, 2]);
        expect(indexes(await store.children(`sha256:${file.sha256}`))).toEqual([0, 2]);
        expect(await store.children('sha256:nothing')).toEqual([]);
        const entries = [];
        for await (const { index } of store.entries(1, 10)) entries.push(index);
        expect(entries).toEqual([1, 2]);
        expect(await store.get('f'.repeat(64))).toBeUndefined();
        expect(await store.body({ digest: 'f'.repeat(64) })).toBeUndefined();
      });

      test('proofs verify against the signed roots, old and new', async () => {
        const notes: string[] = [];
        for (let i = 0; i < 9; i++) {
          await appendOne(`p${i}`);
          notes.push((await store.checkpoint())!);
        }
        const checkpoints = notes.map(parseCheckpoint);
        for (const { size, root } of checkpoints) {
          for (let index = 0; index < size; index++) {
            const leaf = Buffer.from((await store.at(index))!.hash, 'hex');
            expect(verifyInclusion(leaf, index, size, await store.inclusionProof(index, size), root)).toBe(true);
          }
          for (const old of checkpoints.filter((other) => other.size <= size)) {
            const proof = await store.consistencyProof(old.size, size);
            expect(verifyConsistency(old.size, size, old.root, root, proof)).toBe(true);
          }
        }
        await expect(store.inclusionProof(0, 10)).rejects.toMatchObject({ code: 'ASSAY_PROOF_RANGE' });
      });
    });

    test('closing finishes what was begun, and refuses more', async () => {
      const pending = store.append([draftOf('last')]);
      await new Promise((resolve) => setImmediate(resolve));
      await store.close();
      expect((await pending)[0]?.index).toBe(0);
      await expect(store.append([draftOf('late')])).rejects.toMatchObject({ code: 'ASSAY_RECORDS_CLOSED' });
      await expect(store.size()).rejects.toMatchObject({ code: 'ASSAY_RECORDS_CLOSED' });
      expect(await ledger.verify()).toMatchObject({ ok: true, records: 1 });
    });

    /** Starts a program that appends; resolves with the lines that it wrote when it has ended. */
    function startWriter(name: string, count: number | 'Infinity') {
      const child = spawn(process.execPath, [writer, folder, name, '8', String(count)], {
        env: { ...process.env, ...ledger.environment },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      // The first line says that the ledger was opened, each other one is a record.
      const begun = new Promise<void>((resolve) => {
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          if (text.split('\n').length > 2) resolve();
        });
      });
      const ended = new Promise<{ code: number | null; acknowledged: string[] }>((resolve) => {
        child.on('close', (code) =>
          resolve({
            code,
            acknowledged: text
              .split('\n')
              .slice(0, -1)
              .filter((line) => line !== 'open'),
          }),
        );
      });
      return { child, begun, ended };
    }

    test('two processes and this one append at once: every record has a place of its own, and every root is right', async () => {
      const others = [startWriter('left', 300), startWriter('right', 300)];
      const mine = Promise.all(Array.from({ length: 300 }, (_, i) => store.append([draftOf(`mine-${i}`)])));
      const ended = await Promise.all(others.map((other) => other.ended));
      expect(ended.map(({ code }) => code)).toEqual([0, 0]);
      const indexes = [
        ...ended.flatMap(({ acknowledged }) => acknowledged.map((line) => Number(line.split(' ')[0]))),
        ...(await mine).flat().map(({ index }) => index),
      ];
      expect(new Set(indexes).size).toBe(900);
      expect(await ledger.verify()).toMatchObject({ ok: true, records: 900, failures: [] });
    });

    test('kill -9 while two processes write: nothing acknowledged is lost, and the next opening goes on', async () => {
      await store.close();
      for (let round = 0; round < 2; round++) {
        const writers = [startWriter(`a${round}`, 'Infinity'), startWriter(`b${round}`, 'Infinity')];
        await Promise.all(writers.map(({ begun }) => begun));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
        for (const { child } of writers) child.kill('SIGKILL');
        const acknowledged = (await Promise.all(writers.map(({ ended }) => ended))).flatMap((one) => one.acknowledged);
        expect(acknowledged.length).toBeGreaterThan(0);
        // Before anything was repaired by opening it.
        expect(await ledger.verify()).toMatchObject({ ok: true, failures: [] });
        store = await ledger.open();
        for (const line of acknowledged) {
          const [index, hash] = line.split(' ');
          expect((await store.at(Number(index)))?.hash).toBe(hash);
        }
        await appendOne(`after-${round}`);
        await store.close();
        expect(await ledger.verify()).toMatchObject({ ok: true, failures: [] });
      }
    });
  });
}
