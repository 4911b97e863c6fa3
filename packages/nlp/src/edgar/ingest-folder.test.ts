import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { form425 } from '../testing/form-425.ts';
import { ingestFolder } from './ingest.ts';
import { readFiling, readManifest } from './manifest.ts';

let folder: string;
let from: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-ingest-'));
  from = join(folder, 'from');
  out = join(folder, 'out');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const a = '0009990001-26-000001';
const b = '0009990001-26-000002';

async function put(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(from, name)), { recursive: true });
    await writeFile(join(from, name), bytes);
  }
}

describe('ingestFolder', () => {
  it('takes submissions at any depth under any name, once, with one set of bytes out', async () => {
    const filing = form425({ accession: b, body: 'two' });
    await mkdir(join(out, 'filings'), { recursive: true });
    await writeFile(join(out, `filings/${a}.txt.0123456789ab.tmp`), 'what a killed process left');
    await put({
      'x/second.txt': filing,
      'again.TXT': filing,
      'first.txt': form425({ accession: a, body: 'one' }),
      'notes.md': 'no',
    });
    expect(await ingestFolder({ from, out })).toMatchObject({
      filings: 2,
      duplicates: 1,
      passedOver: 1,
      fetched: null,
    });
    expect((await readManifest(out)).map((line) => line.accession)).toEqual([a, b]);
    expect((await readFile(join(out, `filings/${b}.txt`))).equals(filing)).toBe(true);
    expect((await readdir(join(out, 'filings'))).sort()).toEqual([`${a}.txt`, `${b}.txt`]);
    const manifest = await readFile(join(out, 'filings.jsonl'));
    await ingestFolder({ from, out });
    expect((await readFile(join(out, 'filings.jsonl'))).equals(manifest)).toBe(true);
  });

  it('takes a bare file by the number in its name', async () => {
    await put({ [`${a}.txt`]: '<DOCUMENT>\n<TYPE>425\n<SEQUENCE>1\n<TEXT>\nwords\n</TEXT>\n</DOCUMENT>\n' });
    await ingestFolder({ from, out });
    expect(await readManifest(out)).toMatchObject([{ accession: a, form: '425', filedAt: null, companies: [] }]);
  });

  it('keeps to a form', async () => {
    await put({ 'a.txt': form425({ accession: a, body: 'one' }) });
    await expect(ingestFolder({ from, out, form: '8-K' })).rejects.toMatchObject({ code: 'ASSAY_EDGAR_NOTHING' });
    expect(await ingestFolder({ from, out, form: '425' })).toMatchObject({ filings: 1 });
  });

  it('fails on a bad filing by name, or sets it aside with the reason', async () => {
    const whole = form425({ accession: b, body: 'two' });
    const bad: Record<string, readonly [string | Buffer, string]> = {
      'cut.txt': [whole.subarray(0, -40), 'ASSAY_FILING_TRUNCATED'],
      'letter.txt': ['Dear reader', 'ASSAY_FILING_NOT_SUBMISSION'],
      'nameless.txt': ['<DOCUMENT>\n<TYPE>425\n<TEXT>\nwords\n</TEXT>\n</DOCUMENT>\n', 'ASSAY_FILING_NO_ACCESSION'],
    };
    await put({ 'a.txt': form425({ accession: a, body: 'one' }) });
    for (const [name, [bytes, code]] of Object.entries(bad)) {
      await put({ [name]: bytes });
      await expect(ingestFolder({ from, out })).rejects.toMatchObject({ code, message: expect.stringContaining(name) });
      await expect(readFile(join(out, 'filings.jsonl'))).rejects.toThrow();
      await rm(join(from, name));
    }
    await put(Object.fromEntries(Object.entries(bad).map(([name, [bytes]]) => [name, bytes])));
    const summary = await ingestFolder({ from, out, setAside: true });
    expect(summary.setAside.map(({ source, code }) => [source, code])).toEqual(
      Object.entries(bad).map(([name, [, code]]) => [name, code]),
    );
    expect((await readFile(join(out, 'set-aside.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(3);
    for (const name of Object.keys(bad)) await rm(join(from, name));
    await ingestFolder({ from, out, setAside: true });
    expect((await readdir(out)).sort()).toEqual(['filings', 'filings.jsonl']);
  });

  it('will not choose between two files of one filing', async () => {
    await put({ 'a.txt': form425({ accession: a, body: 'one' }), 'b.txt': form425({ accession: a, body: 'other' }) });
    await expect(ingestFolder({ from, out })).rejects.toMatchObject({
      code: 'ASSAY_FILING_CONFLICT',
      message: /a\.txt and b\.txt/,
    });
  });

  it('notices a filing that was changed after it was ingested, and a manifest that was', async () => {
    await put({ 'a.txt': form425({ accession: a, body: 'one' }) });
    await ingestFolder({ from, out });
    const [line] = await readManifest(out);
    await writeFile(join(out, line!.path), 'changed');
    await expect(readFiling(out, line!)).rejects.toMatchObject({ code: 'ASSAY_FILING_CHANGED' });
    await rm(join(out, line!.path));
    await expect(readFiling(out, line!)).rejects.toMatchObject({ code: 'ASSAY_FILING_UNREADABLE' });
    for (const text of ['{"accession":', JSON.stringify({ ...line, path: '../a.txt' }), '[]']) {
      await writeFile(join(out, 'filings.jsonl'), `${JSON.stringify(line)}\n${text}\n`);
      await expect(readManifest(out)).rejects.toMatchObject({ code: 'ASSAY_FILINGS_MALFORMED', message: /:2 / });
    }
    await expect(readManifest(from)).rejects.toMatchObject({ code: 'ASSAY_FILINGS_MISSING' });
    await expect(ingestFolder({ from: join(folder, 'none'), out })).rejects.toMatchObject({
      code: 'ASSAY_EDGAR_FOLDER',
    });
  });
});
