import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openObjectStore } from '../objects/index.ts';
import { buildEntry, prepareDraft } from './draft.ts';
import { draftOf } from './ledger-fixture.ts';
import { canonicalJson, parseEntry } from './proof/index.ts';
import type { Draft } from './record.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-draft-'));
const objects = openObjectStore(folder);
afterAll(async () => {
  await objects.close();
  rmSync(folder, { recursive: true, force: true });
});

const build = async (draft: Draft) =>
  buildEntry(await prepareDraft(draft, objects), 1, '2025-01-31T12:00:00.000Z', 'me');
const bytes = Buffer.from('x');
const digest = 'ab'.repeat(32);

test.each<[string, Draft]>([
  ['a plain one', draftOf('p')],
  [
    'one with all',
    draftOf('p', {
      note: 'n',
      artifacts: [{ name: 'a', md5: '0f'.repeat(16), sha256: digest, size: 1, kept: 'dvc' }],
      parents: [{ role: 'from', ref: `sha256:${digest}` }],
    }),
  ],
  ['one with quotes in its id', draftOf('a","kind":"other')],
  ['one whose media type would be a note', draftOf('p', { body: { mediaType: `x","size":1},"y":"z`, bytes } })],
  ['one with a backslash, and other letters', draftOf('a\\b "ä" 日本', { note: 'é' })],
])('the entry of %s is its canonical JSON', async (_name, draft) => {
  const { record, entry } = await build(draft);
  expect(entry.toString('utf8')).toBe(canonicalJson(record));
  expect(parseEntry(entry)).toEqual(record);
  expect(record.id).toBe(draft.id);
});

test.each<[string, Partial<Draft>]>([
  ['an outer space', { id: ' p' }],
  ['a kind with quotes', { kind: 'k","x":"y' }],
  ['a version that is none', { version: '1:01:0' }],
  ['an artifact without MD5', { artifacts: [{ name: 'a', md5: '', sha256: digest, size: 1 }] }],
  ['a parent that is no reference', { parents: [{ role: 'r', ref: 'record:xyz' }] }],
  ['a media type with a line end', { body: { mediaType: 'a\nb', bytes } }],
])('%s is refused', async (_name, overrides) => {
  await expect(build(draftOf('p', overrides))).rejects.toMatchObject({ code: 'ASSAY_RECORD_INVALID' });
});

test('no two salts are the same', async () => {
  const salts = new Set<string>();
  for (let i = 0; i < 600; i++)
    salts.add(Buffer.from((await prepareDraft(draftOf('p'), objects)).body.salt).toString('hex'));
  expect(salts.size).toBe(600);
});
