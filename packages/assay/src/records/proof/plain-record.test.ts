import { expect, test } from 'vitest';
import type { LedgerRecord } from '../record.ts';
import { canonicalJson } from './canonical-json.ts';
import { parsePlainEntry } from './plain-record.ts';
import { parseEntry } from './record.ts';

const digest = 'ab'.repeat(32);
const plain: LedgerRecord = {
  v: 1,
  kind: 'paper',
  id: 'p 1/x@y',
  revision: 12,
  version: '1:0:3',
  event: 'updated',
  at: '2024-02-29T12:00:00.123Z',
  by: 'someone',
  note: { mediaType: 'text/plain', digest, size: 0 },
  body: { mediaType: 'application/json', digest, size: 900 },
  artifacts: [
    { name: 'data', md5: `${'0f'.repeat(16)}.dir`, sha256: digest, size: 7 },
    { name: 'out.txt', md5: '0f'.repeat(16), sha256: digest, size: 0, kept: 'dvc' },
  ],
  parents: [
    { role: 'from', ref: `record:${digest}` },
    { role: 'data', ref: `sha256:${digest}` },
  ],
};
const { note: _, ...noteless } = plain;

test.each<[string, LedgerRecord]>([
  ['with all it can have', plain],
  ['without what it may lack', { ...noteless, artifacts: [], parents: [] }],
  ['with texts of one character', { ...plain, id: 'x', by: 'y' }],
  ['with the longest texts', { ...plain, id: 'x'.repeat(256), kind: `a${'b'.repeat(62)}` }],
])('a plain record %s is read as the thorough reader reads it', (_name, record) => {
  const text = canonicalJson(record);
  expect(parsePlainEntry(text)).toEqual(record);
  expect(parseEntry(Buffer.from(text))).toEqual(record);
});

test('other spellings, and texts that are not plain, are left to the thorough reader', () => {
  const text = canonicalJson(plain);
  for (const other of [
    ` ${text}`,
    `${text}\n`,
    text.replace('"v":1', '"v":1.0'),
    text.replace('02-29', '02-30'),
    text.replace('2024', '2023'),
    text.replace('"someone"', '"s\\u006fmeone"'),
    text.replace('"someone"', '" someone"'),
    text.replace('"someone"', '"söme"'),
    text.replace('"revision":12', '"revision":012'),
    canonicalJson({ ...plain, id: 'x'.repeat(257) }),
    canonicalJson({ ...plain, extra: 1 }),
  ]) {
    expect(parsePlainEntry(other), other).toBeUndefined();
  }
});

test('whatever one changed character makes of an entry, what is read quickly is what is read thoroughly', () => {
  const text = canonicalJson(plain);
  let quick = 0;
  for (let at = 0; at < text.length; at++) {
    for (const character of ['0', 'z', '"', '\\', ' ', '{', '}', ',', '\u007f', 'ÿ']) {
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      const read = parsePlainEntry(changed);
      if (read === undefined) continue;
      quick++;
      expect(parseEntry(Buffer.from(changed, 'latin1'))).toEqual(read);
    }
  }
  expect(quick).toBeGreaterThan(100);
});
