import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cryptoHasherProvider, makeHashReader } from 'ion-hash-js';
import { dumpBinary, loadAll, makeReader } from 'ion-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dot } from './dot.ts';
import { verifyExport } from './index.ts';

/** Synthetic exports: no AWS data, written as text and hashed by ion-hash-js. */
const STRAND = 'JdxjkR9bSYB5jMHWcI464T';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-qldb-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function hashOf(ion: string): Uint8Array {
  const reader = makeHashReader(makeReader(ion), cryptoHasherProvider('sha256'));
  reader.next();
  reader.next();
  return reader.digest();
}

const blob = (bytes: Uint8Array) => `{{${Buffer.from(bytes).toString('base64')}}}`;

/** Blocks 0, 1, …: an update of a document each; block 1 has a redacted, a deleted and a hash-only revision besides. */
function blocks(count: number): string[] {
  let previous = '{{}}';
  return Array.from({ length: count }, (_, n) => {
    const address = `{strandId:"${STRAND}",sequenceNo:${n}}`;
    const at = `2019-10-25T17:20:${10 + n}.00${n}Z`;
    const statement = `"UPDATE Vehicle SET price = ${n}"`;
    const info = `{statements:[{statement:${statement},startTime:${at},statementDigest:${blob(hashOf(statement))}}],documents:{doc1:{tableName:"Vehicle",tableId:"tab",statements:[0]}}}`;
    const revision = (id: string, rest: (metadataHash: Uint8Array) => { hash: Uint8Array; fields: string }) => {
      const metadata = `{id:"${id}",version:${n},txTime:${at},txId:"tx${n}"}`;
      const { hash, fields } = rest(hashOf(metadata));
      return { hash, text: `{blockAddress:${address},hash:${blob(hash)},${fields}metadata:${metadata}}` };
    };
    const data = `{price:90.25${n},vin:"1N4AL11D75C${n}",seen:[2019-01-0${n + 1},null.int],owner:person::{id:9007199254740993}}`;
    const revisions = [revision('doc1', (own) => ({ hash: dot(own, hashOf(data)), fields: `data:${data},` }))];
    if (n === 1) {
      const gone = hashOf('{secret:1}');
      revisions.push(revision('doc2', (own) => ({ hash: dot(own, gone), fields: `dataHash:${blob(gone)},` })));
      revisions.push(revision('doc3', (own) => ({ hash: own, fields: '' })));
      revisions.push({ hash: hashOf('4'), text: `{hash:${blob(hashOf('4'))}}` });
    }
    const [one, two, three, four] = revisions.map(({ hash }) => hash);
    const root = two && three && four ? dot(dot(one!, two), dot(three, four)) : one!;
    const entries = [hashOf('9'), hashOf(info), root];
    const entriesHash = dot(dot(entries[0]!, entries[1]!), entries[2]!);
    const hash = n === 0 ? entriesHash : dot(entriesHash, Buffer.from(previous.slice(2, -2), 'base64'));
    const text = `{blockAddress:${address},transactionId:"tx${n}",blockHash:${blob(hash)},entriesHash:${blob(entriesHash)},previousBlockHash:${previous},entriesHashList:[${entries.map(blob).join(',')}],transactionInfo:${info},revisions:[${revisions.map(({ text }) => text).join(',')}]}`;
    previous = blob(hash);
    return text;
  });
}

function write(files: Readonly<Record<string, readonly string[]>>, binary = false, listed = Object.keys(files)): void {
  for (const [range, texts] of Object.entries(files)) {
    const file = join(folder, `2019/10/25/17/${STRAND}.${range}.ion`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, binary ? dumpBinary(...loadAll(texts.join('\n'))) : texts.join('\n'));
  }
  const keys = listed.map((range) => `"exports/2019/10/25/17/${STRAND}.${range}.ion"`);
  writeFileSync(join(folder, `e1.${STRAND}.completed.manifest`), `{keys:[${keys.join(',')}]}`);
}

const checks = () => verifyExport(folder).faults.map(({ check }) => check);

test('dot is as AWS documents it', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest();
  const joined = dot(sha256('1'), sha256('2'));
  expect(Buffer.from(joined).toString('hex')).toMatch(/^940ed9abddfb5ef2/);
  expect(dot(sha256('2'), sha256('1'))).toEqual(joined);
  expect(dot(sha256('1'), new Uint8Array(0))).toEqual(sha256('1'));
});

describe('a synthetic export', () => {
  test.each([
    ['text', false],
    ['binary', true],
  ])('in Ion %s verifies, with its redacted, deleted and hash-only revisions', (_, binary) => {
    const all = blocks(4);
    write({ '0-1': all.slice(0, 2), '2-3': all.slice(2) }, binary);
    const found = verifyExport(folder);
    expect(found).toMatchObject({ ok: true, faults: [], blocks: 4, revisions: 7, first: 0, last: 3, strandId: STRAND });
    expect(found.digest).toHaveLength(44);
    expect(found.doesNotShow.join('\n')).toMatch(/1 revisions of which.*only the hash\n.*1 redacted.*\n4 entries/);
  });

  test('that begins later verifies, has no digest, and says what is before it', () => {
    write({ '2-3': blocks(4).slice(2) });
    const found = verifyExport(folder);
    expect(found).toMatchObject({ ok: true, blocks: 2, first: 2, digest: undefined });
    expect(found.doesNotShow.join('\n')).toMatch(/before the first block/);
  });

  test('with any one value changed is refused', () => {
    const all = blocks(2);
    let tried = 0;
    all.forEach((text, n) => {
      for (const { 0: token, index: start } of text.matchAll(/\{\{[^}]+\}\}|"[^"]+"|\d+(?=[,}.\]])/g)) {
        const index = start + (/^[{"]+/.exec(token)?.[0].length ?? 0);
        const first = text[index]!;
        const other = /[0-8]/.test(first) ? String(Number(first) + 1) : first === '9' ? '8' : first === 'A' ? 'B' : 'A';
        const changed = text.slice(0, index) + other + text.slice(index + 1);
        write({ '0-1': all.map((block, i) => (i === n ? changed : block)) });
        expect(verifyExport(folder).ok, `block ${n} at ${index}: ${token}`).toBe(false);
        tried++;
      }
    });
    expect(tried).toBeGreaterThan(60);
  });

  test('names the block, the field and the check', () => {
    const all = blocks(3);
    write({ '0-2': all.map((text, n) => (n === 1 ? text.replace('90.251', '90.252') : text)) });
    expect(verifyExport(folder).faults).toEqual([
      expect.objectContaining({ block: 1, field: 'revisions[0].hash', check: 'revision' }),
    ]);
  });

  test('with a block missing, in another order, twice, or with a field twice is refused', () => {
    const [a = '', b = '', c = ''] = blocks(3);
    write({ '0-2': [a, c] });
    expect(checks()).toEqual(expect.arrayContaining(['sequence', 'chain', 'range']));
    write({ '0-2': [a, c, b] });
    expect(checks()).toEqual(expect.arrayContaining(['sequence', 'chain']));
    write({ '0-2': [a, b, b, c] });
    expect(checks()).toEqual(expect.arrayContaining(['sequence', 'chain', 'range']));
    write({ '0-2': [a, b, c.replace('{blockAddress', '{revisions:[],blockAddress')] });
    expect(checks()).toContain('duplicate');
  });

  test('with files missing, overlapping, cut short, or no manifest is refused', () => {
    const all = blocks(4);
    write({ '0-1': all.slice(0, 2), '1-3': all.slice(1) });
    expect(checks()).toContain('gap');
    rmSync(join(folder, '2019'), { recursive: true });
    write({ '0-0': all.slice(0, 1), '2-3': all.slice(2) });
    expect(checks()).toEqual(expect.arrayContaining(['gap', 'chain']));
    write({ '0-0': all.slice(0, 1) }, false, ['0-0', '1-1']);
    expect(() => verifyExport(folder)).toThrow(expect.objectContaining({ code: 'ASSAY_QLDB_EXPORT' }));
    write({ '0-0': [all[0]!.slice(0, -20)] });
    expect(() => verifyExport(folder)).toThrow(expect.objectContaining({ code: 'ASSAY_ION_MALFORMED' }));
    rmSync(join(folder, `e1.${STRAND}.completed.manifest`));
    expect(() => verifyExport(folder)).toThrow(expect.objectContaining({ code: 'ASSAY_QLDB_EXPORT' }));
  });
});
