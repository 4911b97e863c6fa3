import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Parser } from 'htmlparser2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallLine, Paragraph } from '../corpus.ts';
import { ingestFolder, readManifest } from '../edgar/index.ts';
import { form425 } from '../testing/form-425.ts';
import { parseFilings } from './parse-filings.ts';

const sample = join(import.meta.dirname, '../../../../examples/edgar-sentiment/sample/filings');

let folder: string;
let filings: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-parse-'));
  filings = join(folder, 'filings');
  out = join(folder, 'out');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function lines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** What a reader sees of a stretch of source, page numbers aside. */
function visible(source: string): string {
  let text = '';
  const blank = (): void => {
    text += ' ';
  };
  const parser = new Parser({
    onopentagname: blank,
    onclosetag: blank,
    ontext(data) {
      text += data;
    },
  });
  parser.end(source.replace(/<P[^<>]*>\s*\d+\s*<\/P>|^ {15,}\d+\s*$/gim, ''));
  return text.replace(/\s+/g, ' ').trim();
}

async function corpus(bodies: readonly string[]): Promise<void> {
  const from = join(folder, 'from');
  await rm(from, { recursive: true, force: true });
  await mkdir(from, { recursive: true });
  for (const [at, body] of bodies.entries()) {
    const accession = `0009990002-26-00000${at + 1}`;
    await writeFile(join(from, `${accession}.txt`), form425({ accession, body }));
  }
  await ingestFolder({ from, out: filings });
}

const call = [
  'Presentation',
  '='.repeat(80),
  '',
  '-'.repeat(80),
  'Operator    [1]',
  '-'.repeat(80),
  '',
  'Welcome. Sit down.',
  '',
].join('\n');

describe('parseFilings', () => {
  it('finds in the sample filings every call, and leaves no words of one out', async () => {
    await ingestFolder({ from: sample, out: filings });
    const summary = await parseFilings({ from: filings, to: out });
    expect(summary).toMatchObject({ filings: summary.calls, without: [] });
    expect(summary.calls).toBeGreaterThanOrEqual(12);
    expect(summary.paragraphs).toBeGreaterThanOrEqual(360);
    const paragraphs = await lines<Paragraph>(join(out, 'paragraphs.jsonl'));
    const calls = await lines<CallLine>(join(out, 'calls.jsonl'));
    expect(new Set(calls.map((one) => one.call?.layout))).toEqual(new Set(['streetevents', 'marked-names']));
    expect(paragraphs.filter(({ side }) => side === 'unknown')).toEqual([]);

    for (const line of await readManifest(filings)) {
      const bytes = await readFile(join(filings, line.path));
      const own = paragraphs.filter(({ accession }) => accession === line.accession);
      expect(own.map(({ id }) => id)).toEqual(own.map((_, at) => `${line.accession}#${at + 1}`));
      for (const { start, end, text, sentences } of own) {
        expect(visible(bytes.toString('utf8', start, end))).toBe(text);
        for (const sentence of sentences)
          expect(visible(bytes.toString('utf8', sentence.start, sentence.end))).toBe(sentence.text);
      }
      // Between two paragraphs stands the speaker's header, a heading, a rule, a page's number, and nothing else.
      for (const [at, { start, speaker, affiliation, position }] of own.entries()) {
        if (at === 0) continue;
        let between = visible(bytes.toString('utf8', own[at - 1]!.end, start)).replace(
          /presentation|questions and answers/i,
          '',
        );
        for (const part of [speaker, affiliation, position]) between = between.replace(part ?? '', '');
        expect(between).toMatch(/^[\s\d\-\u2013=[\]*_,#]*$/);
      }
    }
  });

  it('writes the same bytes every time, and tells of filings without a call', async () => {
    await corpus([call, 'No words were said.']);
    const summary = await parseFilings({ from: filings, to: out });
    expect(summary).toMatchObject({ filings: 2, calls: 1, turns: 1, paragraphs: 1, sentences: 2 });
    expect(summary.without).toEqual([
      { accession: '0009990002-26-000002', reason: expect.stringContaining('no speaker') as string },
    ]);
    expect((await lines<CallLine>(join(out, 'calls.jsonl')))[1]).toMatchObject({
      call: null,
      without: summary.without[0]?.reason,
    });
    const first = await readFile(join(out, 'paragraphs.jsonl'));
    await parseFilings({ from: filings, to: out });
    expect((await readFile(join(out, 'paragraphs.jsonl'))).equals(first)).toBe(true);
  });

  it('leaves what was there alone when it fails: no paragraph anywhere, a changed filing, an abort', async () => {
    await corpus([call]);
    await parseFilings({ from: filings, to: out });
    const before = await readFile(join(out, 'paragraphs.jsonl'), 'utf8');
    await expect(parseFilings({ from: filings, to: out, signal: AbortSignal.abort() })).rejects.toThrow();
    await writeFile(join(filings, 'filings/0009990002-26-000001.txt'), 'changed');
    await expect(parseFilings({ from: filings, to: out })).rejects.toMatchObject({ code: 'ASSAY_FILING_CHANGED' });
    await corpus(['Nothing here.']);
    await expect(parseFilings({ from: filings, to: out })).rejects.toMatchObject({ code: 'ASSAY_TRANSCRIPT_NONE' });
    expect((await readdir(out)).sort()).toEqual(['calls.jsonl', 'paragraphs.jsonl']);
    expect(await readFile(join(out, 'paragraphs.jsonl'), 'utf8')).toBe(before);
  });
});
