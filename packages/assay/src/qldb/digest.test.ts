import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordStore } from '../records/index.ts';
import { ledgerIn } from '../records/ledger-fixture.ts';
import { dot } from './dot.ts';
import {
  checkProof,
  documentAsOf,
  documentHistory,
  importExport,
  journalDigest,
  readSavedDigest,
  verifyExport,
} from './index.ts';
import { blob, blocks, exportFolder, hashOf, STRAND } from './testing/synthetic-export.ts';

const exported = exportFolder();
const all = blocks(4);
let records: RecordStore;
beforeEach(async () => {
  records = await ledgerIn(join(exported.folder, 'ledger')).open();
  exported.write({ '0-3': all });
  await importExport(records, exported.folder);
});
afterEach(() => records.close());

const code = (value: string) => expect.objectContaining({ code: value });
const hashIn = (text: string, name: string) =>
  Buffer.from(new RegExp(`[{,]${name}:\\{\\{([^}]+)`).exec(text)![1]!, 'base64');
const ends = all.map((text) => hashIn(text, 'blockHash'));
const [e0, e1, e2, e3] = ends as [Buffer, Buffer, Buffer, Buffer];
const digest = Buffer.from(dot(dot(e0, e1), dot(e2, e3))).toString('base64');
const address = (n: number) => `{strandId:"${STRAND}",sequenceNo:${n}}`;
const T = (n: number) => new Date(Date.UTC(2019, 9, 25, 17, 20, 10) + 1001 * n).toISOString();

describe('of an imported journal', () => {
  test('the revisions active in a range are found, both ends in', async () => {
    const versions = async (from?: string, to?: string) => {
      const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      return (await documentHistory(records, 'doc1', range)).map(({ version }) => version);
    };
    expect(await versions()).toEqual([0, 1, 2, 3]);
    expect(await versions(T(1), T(2))).toEqual([1, 2]);
    expect(await versions('2019-10-25T17:20:11.500Z', T(2))).toEqual([1, 2]);
    expect(await versions(undefined, '2019-10-25')).toEqual([]);
    expect(await versions('2020-01-01')).toEqual([3]);
    await expect(versions('yesterday')).rejects.toThrow(code('ASSAY_QLDB_TIME'));
    await expect(documentHistory(records, 'doc9')).rejects.toThrow(code('ASSAY_QLDB_DOCUMENT'));
  });

  test('a document is shown as of a time', async () => {
    expect(await documentAsOf(records, `${STRAND}/doc1`)).toMatchObject({ version: 3, until: null });
    expect(await documentAsOf(records, 'doc1', T(1))).toMatchObject({ version: 1, until: T(2), sequenceNo: 1 });
    await expect(documentAsOf(records, 'doc1', '2018-01-01')).rejects.toThrow(code('ASSAY_QLDB_DOCUMENT'));
  });

  test("QLDB's digest is computed, at any tip", async () => {
    expect(await journalDigest(records)).toEqual({ strandId: STRAND, sequenceNo: 3, digest });
    expect((await verifyExport(exported.folder)).digest).toBe(digest);
    const odd = Buffer.from(dot(dot(e0, e1), e2)).toString('base64');
    expect(await journalDigest(records, { tip: 2 })).toMatchObject({ sequenceNo: 2, digest: odd });
    await expect(journalDigest(records, { tip: 4 })).rejects.toThrow(code('ASSAY_QLDB_INCOMPLETE'));
  });

  test('a saved digest is read as Ion and as JSON', () => {
    const saved = { strandId: STRAND, sequenceNo: 3, digest };
    const ion = `{digest:{{${digest}}},digestTipAddress:${address(3)}}`;
    const json = JSON.stringify({ Digest: digest, DigestTipAddress: { IonText: address(3) } });
    expect(readSavedDigest(Buffer.from(ion), 'a')).toEqual(saved);
    expect(readSavedDigest(Buffer.from(json), 'a')).toEqual(saved);
    expect(() => readSavedDigest(Buffer.from('{digest:{{AAAA}}}'), 'a')).toThrow(code('ASSAY_QLDB_DIGEST_FILE'));
  });

  test('proofs of a block and of a revision lead to the digest; others do not', async () => {
    const saved = { strandId: STRAND, sequenceNo: 3, digest };
    const check = (file: object) => checkProof(records, Buffer.from(JSON.stringify(file)), 'proof', saved);
    const ionList = (nodes: readonly Uint8Array[]) => ({ IonText: `[${nodes.map(blob).join(',')}]` });
    const up = [e3, dot(e0, e1)];
    const Block = { IonText: all[2] };
    expect(await check({ Block, Proof: ionList(up) })).toEqual({ ok: true, of: 'block', problems: [] });
    expect(await check({ Block, Proof: ionList(up.slice(1)) })).toMatchObject({ ok: false });
    expect(await check({ Block: { IonText: all[2]!.replace('90.252', '90.25') }, Proof: ionList(up) })).toMatchObject({
      ok: false,
    });

    const revision = /revisions:\[(.*)\]\}$/.exec(all[2]!)![1]!;
    const info = /transactionInfo:(.*),revisions:/.exec(all[2]!)![1]!;
    const inBlock = [dot(hashOf('9'), hashOf(info)), e1];
    const Proof = ionList([...inBlock, ...up]);
    expect(await check({ Revision: { IonText: revision }, Proof })).toEqual({ ok: true, of: 'revision', problems: [] });
    const changed = { IonText: revision.replace('90.252', '90.253') };
    expect((await check({ Revision: changed, Proof })).problems.join()).toMatch(/metadata and data/);
    await expect(check({ Proof })).rejects.toThrow(code('ASSAY_QLDB_DIGEST_FILE'));
  });
});
