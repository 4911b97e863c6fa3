import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ComparisonKeys, compareLogs } from './compare-logs.ts';
import { exportLedger } from './export.ts';
import { exportFolder } from './export-folder.ts';
import { nodeHasher } from './hashing.ts';
import { draftOf, type LedgerFixture, ledgerIn } from './ledger-fixture.ts';
import { folderLog, servedLog, storedLog } from './log-source.ts';
import { parseEntry } from './proof/index.ts';
import { ledgerVerifiers } from './signer.ts';

const SIZES = [1, 2, 3, 255, 256, 257, 511, 600];

let root: string;
let ledger: LedgerFixture;
let keys: ComparisonKeys;
let server: Server;
let url: string;
let forks = 0;
const path = (...names: string[]) => join(root, ...names);
const unsigned: ComparisonKeys = { verifiers: [], required: false };

async function add(fixture: LedgerFixture, count: number, name: string): Promise<void> {
  const store = await fixture.open();
  const before = await store.size();
  await store.append(Array.from({ length: count }, (_, i) => draftOf(`${name}${before + i}`)));
  await store.close();
}

async function exported(fixture: LedgerFixture, name: string): Promise<string> {
  const store = await fixture.open();
  await exportLedger(store, exportFolder(path(name)));
  await store.close();
  return path(name);
}

/** The ledger as it was at a size, and then added to otherwise, with the same key. */
async function forked(size: number, more: number): Promise<string> {
  const name = `fork-${forks++}`;
  cpSync(path(`at-${size}`), path(`${name}-ledger`), { recursive: true });
  const fork = ledgerIn(path(`${name}-ledger`));
  await add(fork, more, 'other');
  return exported(fork, name);
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-compare-'));
  ledger = ledgerIn(path('ledger'));
  keys = { verifiers: ledgerVerifiers(ledger.options.signer.vkey), required: true };
  let before = 0;
  for (const size of SIZES) {
    await add(ledger, size - before, 'r');
    before = size;
    await exported(ledger, `log-${size}`);
    cpSync(path('ledger'), path(`at-${size}`), { recursive: true });
  }
  server = createServer((request, response) => {
    const file = path(decodeURIComponent(request.url ?? ''));
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

const compare = (a: string, b: string, by = keys) => compareLogs([folderLog(a), folderLog(b)], by);
const log = (size: number) => path(`log-${size}`);

test('of every pair of sizes the shorter is the beginning of the longer', async () => {
  for (const a of SIZES) {
    for (const b of SIZES) {
      const { relation, signed } = await compare(log(a), log(b));
      expect([a, b, relation, signed]).toEqual([a, b, a === b ? 'same' : 'prefix', true]);
    }
  }
});

test.each(SIZES)('a split view that begins at %i is named, with the entries of both', async (size) => {
  for (const more of [1, 700]) {
    const fork = await forked(size, more);
    // The twin: up to the fork they are one log.
    expect((await compare(log(size), fork)).relation).toBe('prefix');
    if (size === 600) await add(ledger, 1, 'r');
    const mine = size === 600 ? await exported(ledger, 'log-601') : log(600);
    for (const pair of [
      [mine, fork],
      [fork, mine],
    ] as const) {
      const { relation, first } = await compare(...pair);
      expect([relation, first?.index]).toEqual(['split', size]);
      const ids = first!.entries.map((entry) => parseEntry(entry).id).sort();
      expect(ids).toEqual([`other${size}`, `r${size}`]);
    }
  }
});

test('over HTTP, and against a ledger that grew since', async () => {
  const store = await ledger.open();
  const own = storedLog(store, 'this ledger');
  const { signal } = new AbortController();
  const served = servedLog(`${url}/log-511/`, signal);
  expect((await compareLogs([served, own], keys)).relation).toBe('prefix');
  expect(
    (await compareLogs([servedLog(`${url}/${(await forked(257, 2)).split('/').at(-1)}`, signal), own], keys)).first
      ?.index,
  ).toBe(257);
  await store.close();
  await expect(servedLog(`${url}/nothing`, signal).checkpoint()).rejects.toMatchObject({
    code: 'ASSAY_LOG_UNREADABLE',
  });
  await expect(servedLog('http://127.0.0.1:1/', signal).checkpoint()).rejects.toMatchObject({
    code: 'ASSAY_LOG_UNREADABLE',
  });
  await expect(compare(path('nowhere'), log(1))).rejects.toMatchObject({ code: 'ASSAY_LOG_UNREADABLE' });
});

test('logs of two names are different ones; of one name, an unknown key is refused', async () => {
  const stranger = ledgerIn(path('stranger'), 'example.test/stranger');
  await add(stranger, 3, 'r');
  const folder = await exported(stranger, 'log-stranger');
  expect((await compare(folder, log(3))).relation).toBe('different');
  const thief = ledgerIn(path('thief'));
  await add(thief, 3, 'r');
  const forged = await exported(thief, 'log-thief');
  await expect(compare(forged, log(3))).rejects.toMatchObject({ code: 'ASSAY_NOTE_UNSIGNED' });
  expect(await compare(forged, log(3), unsigned)).toMatchObject({
    relation: 'split',
    signed: false,
    first: { index: 0 },
  });
});

describe('a log whose files are not what its checkpoint signs is damaged, and no split view', () => {
  test.each(['tile/0/000', 'tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2', 'tile/entries/001'])(
    '%s',
    async (name) => {
      const [bad, fork] = [path(`bad-${name.replaceAll('/', '-')}`), await forked(256, 3)];
      cpSync(log(600), bad, { recursive: true });
      const file = join(bad, name);
      const good = readFileSync(file);
      for (const change of ['flipped', 'cut', 'gone'] as const) {
        if (change === 'gone') rmSync(file);
        else
          writeFileSync(
            file,
            change === 'cut' ? good.subarray(0, 9) : good.map((byte, i) => (i === 9 ? byte ^ 1 : byte)),
          );
        const outcome = await compare(bad, fork).then(
          ({ relation, first }) => `${relation} ${first?.index}`,
          (error) => error.code,
        );
        // Of what the comparison does not read, such as the leaves of the first tile, it says nothing.
        const isRead = name !== 'tile/0/000';
        expect([name, change, outcome]).toEqual([name, change, isRead ? 'ASSAY_LOG_DAMAGED' : 'split 256']);
      }
      writeFileSync(file, good);
      expect((await compare(bad, fork)).first?.index).toBe(256);
      expect((await compare(bad, log(600))).relation).toBe('same');
    },
  );

  test('an entry changed together with its hash: only the tile above tells', async () => {
    const bad = path('bad-both');
    cpSync(log(600), bad, { recursive: true });
    const [entries, hashes] = [join(bad, 'tile/entries/001'), join(bad, 'tile/0/001')];
    const [bundle, tile] = [readFileSync(entries), readFileSync(hashes)];
    const entry = bundle.subarray(2, 2 + bundle.readUInt16BE(0));
    entry[20]! ^= 1;
    tile.set(nodeHasher.leaf(entry), 0);
    writeFileSync(entries, bundle);
    writeFileSync(hashes, tile);
    await expect(compare(bad, log(257))).rejects.toMatchObject({ code: 'ASSAY_LOG_DAMAGED' });
    expect((await compare(log(600), log(257))).relation).toBe('prefix');
  });
});
