/** Each fault in a QLDB export beside a clean twin; docs/reference/ledger-threats.md lists them. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AssayError } from '../errors.ts';
import { dot } from './dot.ts';
import { verifyExport } from './index.ts';
import { blob, blocks, exportFolder, hashOf } from './testing/synthetic-export.ts';

const exported = exportFolder();
type Files = Readonly<Record<string, readonly string[]>>;

/** The checks that fail, or the code of the refusal; empty for an export that verifies. */
async function told(files: Files, listed?: readonly string[]): Promise<string[]> {
  rmSync(join(exported.folder, '2019'), { recursive: true, force: true });
  exported.write(files, 'text', listed);
  try {
    return [...new Set((await verifyExport(exported.folder)).faults.map(({ check }) => check))];
  } catch (error) {
    if (error instanceof AssayError) return [error.code];
    throw error;
  }
}

const all = blocks(4);
const one = (change: (block: string) => string): Files => ({
  '0-3': all.map((block, n) => (n === 1 ? change(block) : block)),
});

/** The first base64 digit of the nth blob that follows a member's name. */
const flipped = (name: string, nth = 0) =>
  one((block) => {
    const start = block.indexOf(`${name}:`);
    let at = block.indexOf('{{', start);
    for (let skip = 0; skip < nth; skip++) at = block.indexOf('{{', at + 2);
    if (start < 0 || at < 0) throw new Error(`no ${name} in the block`);
    return `${block.slice(0, at + 2)}${block[at + 2] === 'A' ? 'B' : 'A'}${block.slice(at + 3)}`;
  });
const replaced = (from: string, to: string) =>
  one((block) => {
    if (!block.includes(from)) throw new Error(`no ${from} in the block`);
    return block.replace(from, to);
  });
const whole: Files = { '0-3': all };

/** What is done, what must be named, and a twin that changes nothing that is hashed. */
const threats: readonly [name: string, fault: Files, named: string, twin: Files, listed?: readonly string[]][] = [
  ['the hash of a block flipped', flipped('blockHash'), 'block', replaced('blockHash:', '"blockHash":')],
  ['the hash of the entries flipped', flipped('entriesHash'), 'entries', replaced('entriesHash:', "'entriesHash':")],
  [
    'the hash of the block before flipped',
    flipped('previousBlockHash'),
    'chain',
    replaced('previousBlockHash:', ' previousBlockHash : '),
  ],
  ...[0, 1, 2].map((nth): [string, Files, string, Files] => [
    `the hash of entry ${nth} flipped`,
    flipped('entriesHashList', nth),
    'entries',
    replaced('entriesHashList:[', 'entriesHashList: [ '),
  ]),
  [
    'the digest of a statement flipped',
    flipped('statementDigest'),
    'statement',
    replaced('statementDigest:', 'statementDigest: '),
  ],
  ['a statement edited', replaced('SET price = 1', 'SET price = 7'), 'statement', replaced('"UPDATE', '  "UPDATE')],
  ['the hash of a revision flipped', flipped('revisions'), 'revision', replaced('revisions:[', 'revisions:[ ')],
  ['data edited', replaced('price:90.251', 'price:90.252'), 'revision', replaced('price:90.251', 'price:90251d-3')],
  ['metadata edited', replaced('{id:"doc1"', '{id:"doc9"'), 'revision', replaced('{id:"doc1"', '{ id: "doc1"')],
  [
    'another document of a transaction',
    replaced('tableId:"tab"', 'tableId:"tub"'),
    'membership',
    replaced('tableId:"tab"', '"tableId":"tab"'),
  ],
  [
    'the data hash of a redacted revision flipped',
    flipped('dataHash'),
    'revision',
    replaced('dataHash:', 'dataHash: '),
  ],
  [
    'a hash-only revision exchanged',
    replaced(blob(hashOf('4')), blob(hashOf('5'))),
    'membership',
    replaced(`{hash:${blob(hashOf('4'))}}`, `{ hash: ${blob(hashOf('4'))} }`),
  ],
  ['a block left out', { '0-3': [all[0]!, all[1]!, all[3]!] }, 'chain', whole],
  ['two blocks reordered', { '0-3': [all[0]!, all[2]!, all[1]!, all[3]!] }, 'sequence', whole],
  ['a block twice', { '0-3': [all[0]!, all[1]!, all[1]!, all[2]!, all[3]!] }, 'sequence', whole],
  [
    'files that overlap',
    { '0-1': all.slice(0, 2), '1-3': all.slice(1) },
    'gap',
    { '0-1': all.slice(0, 2), '2-3': all.slice(2) },
  ],
  [
    'a gap between files',
    { '0-0': all.slice(0, 1), '2-3': all.slice(2) },
    'gap',
    { '0-0': all.slice(0, 1), '1-3': all.slice(1) },
  ],
  [
    'a file missing that the manifest lists',
    { '0-1': all.slice(0, 2) },
    'ASSAY_QLDB_EXPORT',
    { '0-1': all.slice(0, 2), '2-3': all.slice(2) },
    ['0-1', '2-3'],
  ],
  ['a file cut short', { '0-0': [all[0]!.slice(0, -20)] }, 'ASSAY_ION_MALFORMED', { '0-0': [all[0]!] }],
  [
    'a member twice',
    one((block) => block.replace('{blockAddress', '{revisions:[],blockAddress')),
    'duplicate',
    one((block) => block.replace('{blockAddress', '{ blockAddress')),
  ],
];

test('every fault of an export is named, and no clean twin is', async () => {
  const falseAccepts: string[] = [];
  const falseRejects: string[] = [];
  for (const [name, fault, named, twin, listed] of threats) {
    const found = await told(fault, listed);
    if (!found.includes(named)) falseAccepts.push(`${name}: ${found.join(', ')}`);
    const clean = await told(twin, listed);
    if (clean.length > 0) falseRejects.push(`${name}: ${clean.join(', ')}`);
  }
  expect({ falseAccepts, falseRejects }).toEqual({ falseAccepts: [], falseRejects: [] });
});

test('siblings exchanged in the list of entry hashes are not seen: dot sorts what it joins', async () => {
  const [first = '', second = ''] = /entriesHashList:\[(\{\{.*?\}\}),(\{\{.*?\}\})/.exec(all[1]!)!.slice(1);
  const exchanged = replaced(`entriesHashList:[${first},${second}`, `entriesHashList:[${second},${first}`);
  expect(exchanged['0-3']![1]).not.toBe(all[1]);
  expect(dot(hashOf('1'), hashOf('2'))).toEqual(dot(hashOf('2'), hashOf('1')));
  expect(await told(exchanged)).toEqual([]);
  // Not siblings of one node: the tree is another one.
  const [, , third = ''] = /entriesHashList:\[(\{\{.*?\}\}),(\{\{.*?\}\}),(\{\{.*?\}\})/.exec(all[1]!)!.slice(1);
  expect(third).not.toBe('');
  expect(await told(replaced(`[${first},${second},${third}]`, `[${third},${second},${first}]`))).toContain('entries');
  expect(await told({ '0-3': all })).toEqual([]);
});
