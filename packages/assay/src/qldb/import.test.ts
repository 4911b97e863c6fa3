import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordStore } from '../records/index.ts';
import { type LedgerFixture, ledgerIn } from '../records/ledger-fixture.ts';
import { importExport } from './index.ts';
import { blocks, exportFolder, type Form, STRAND } from './testing/synthetic-export.ts';

const exported = exportFolder();
const { write } = exported;
let ledger: LedgerFixture;
let records: RecordStore;
beforeEach(async () => {
  ledger = ledgerIn(join(exported.folder, 'ledger'));
  records = await ledger.open();
});
afterEach(() => records.close());

const code = (value: string) => expect.objectContaining({ code: value });
const bring = () => importExport(records, exported.folder);
const bodyOf = async (kind: string, id: string) =>
  Buffer.from((await records.body((await records.latest(kind, id))!.record.body))!.bytes).toString();

describe('an export is imported', () => {
  test.each<Form>(['text', 'binary', 'json'])('from %s, once, and the ledger verifies', async (form) => {
    write({ '0-1': blocks(4).slice(0, 2), '2-3': blocks(4).slice(2) }, form);
    expect(await bring()).toMatchObject({ strandId: STRAND, blocks: 4, documents: 6, present: 0 });
    const size = await records.size();
    expect(size).toBe(10);
    expect(await bring()).toMatchObject({ blocks: 0, documents: 0, present: 4 });
    expect(await records.size()).toBe(size);
    expect(await ledger.verify()).toMatchObject({ ok: true, records: 10 });
  });

  test('with the bytes of its blocks, and documents as the journal has them', async () => {
    const all = blocks(3);
    write({ '0-2': all });
    await bring();
    expect((await bodyOf('qldb-block', `${STRAND}/2`)).trim()).toBe(all[2]);
    const document = JSON.parse(await bodyOf('qldb-document', `${STRAND}/doc1`));
    expect(document).toMatchObject({ id: 'doc1', version: 2, txId: 'tx2', table: 'Vehicle', state: 'present' });
    expect(document.data).toBe(
      '{price:90252d-3,vin:"1N4AL11D75C2",seen:[2019-01-03T,null.int],owner:person::{id:9007199254740993}}',
    );
    expect(JSON.parse(await bodyOf('qldb-document', `${STRAND}/doc2`))).toMatchObject({ state: 'redacted' });
    expect(JSON.parse(await bodyOf('qldb-document', `${STRAND}/doc3`))).toMatchObject({ state: 'deleted' });
    const [block] = await records.history('qldb-block', `${STRAND}/2`);
    const found = await records.children(block!.record.parents[0]!.ref);
    expect(found.map(({ record }) => record.id)).toEqual([`${STRAND}/2`, `${STRAND}/doc1`]);
  });

  test('by two at once as by one', async () => {
    write({ '0-3': blocks(4) });
    const second = await ledger.open();
    await Promise.all([bring(), importExport(second, exported.folder)]).finally(() => second.close());
    expect(await records.size()).toBe(10);
  });

  test('further after a stop', async () => {
    const all = blocks(300);
    write({ '0-299': all });
    const stop = new AbortController();
    const onProgress = (done: number) => {
      if (done > 290) stop.abort();
    };
    await expect(importExport(records, exported.folder, { signal: stop.signal, onProgress })).rejects.toThrow();
    const size = await records.size();
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(602);
    const again = await bring();
    expect(again.present).toBeGreaterThan(0);
    expect(again.blocks + again.present).toBe(300);
    expect(await records.size()).toBe(602);
  });

  test('in parts, in their order only', async () => {
    const all = blocks(4);
    write({ '2-3': all.slice(2) });
    await bring();
    rmSync(join(exported.folder, '2019'), { recursive: true });
    write({ '0-1': all.slice(0, 2) });
    await expect(bring()).rejects.toThrow(code('ASSAY_QLDB_ORDER'));
  });
});

describe('an export is refused', () => {
  test('when its chain fails, and nothing is added', async () => {
    write({ '0-1': blocks(2).map((text) => text.replace('90.251', '90.252')) });
    await expect(bring()).rejects.toThrow(code('ASSAY_QLDB_CHAIN'));
    expect(await records.size()).toBe(0);
  });

  test('when it has another block than the ledger, or does not go on from it', async () => {
    write({ '0-1': blocks(2) });
    await bring();
    rmSync(join(exported.folder, '2019'), { recursive: true });
    const [, first = '', second = ''] = blocks(3);
    write({ '2-2': [first.replaceAll('sequenceNo:1}', 'sequenceNo:2}')] });
    await expect(bring()).rejects.toThrow(code('ASSAY_QLDB_BLOCK_CONFLICT'));
    rmSync(join(exported.folder, '2019'), { recursive: true });
    write({ '0-2': blocks(3) });
    expect(await bring()).toMatchObject({ present: 2, blocks: 1 });
    rmSync(join(exported.folder, '2019'), { recursive: true });
    write({ '0-0': [second.replaceAll('sequenceNo:2}', 'sequenceNo:0}')] });
    await expect(bring()).rejects.toThrow(code('ASSAY_QLDB_BLOCK_CONFLICT'));
  });
});
