import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Paragraph } from '../../packages/nlp/src/index.ts';
import { FakeEdgar, type FakeFiling } from '../../packages/nlp/src/testing/fake-edgar.ts';
import { form425 } from '../../packages/nlp/src/testing/form-425.ts';

const assay = join(import.meta.dirname, '../../packages/assay/bin/assay.js');
const run = promisify(execFile);

const rule = '-'.repeat(80);
const body = ['Presentation', '='.repeat(80), '', rule, 'Operator    [1]', rule, '', 'Welcome. Sit down.', ''].join(
  '\n',
);
const filings: FakeFiling[] = [1, 2].map((number) => {
  const accession = `0009990002-26-00000${number}`;
  const parties = [
    ['TARGET INC', '9990001'],
    ['EXAMPLE CORP', '9990002'],
  ] as const;
  return {
    accession,
    form: '425',
    filedAt: '2026-01-05',
    parties,
    bytes: form425({ accession, body, filedAt: '20260105' }),
  };
});

let folder: string;
let edgar: FakeEdgar;
let host: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-edgar-'));
  edgar = new FakeEdgar(filings);
  host = await edgar.start();
});
afterEach(async () => {
  await edgar.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs one command in the folder; never throws on an exit code. */
async function command(line: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', ...environment };
  return run(process.execPath, [assay, '-C', folder, ...line], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

describe('assay edgar ingest and transcript parse', () => {
  it('bring filings from a host and turn them into paragraphs that point into them', async () => {
    const line = ['edgar', 'ingest', '--form', '425', '--since', '2026-01-05', '--until', '2026-01-05', '--host', host];
    const ingest = await command([...line, '--out', 'filings', '--json'], {
      ASSAY_EDGAR_USER_AGENT: 'Example Corp tests@example.com',
    });
    expect(ingest.stderr).toBe('');
    expect(JSON.parse(ingest.stdout)).toMatchObject({ filings: 2, duplicates: 2, fetched: 2, setAside: [] });

    const parse = await command(['transcript', 'parse', 'filings', '--out', 'calls']);
    expect(parse).toMatchObject({ code: 0, stderr: '' });
    expect(parse.stdout).toBe('2 filings, 2 calls: 0 participants, 2 turns, 2 paragraphs, 4 sentences\n');
    const text = await readFile(join(folder, 'calls/paragraphs.jsonl'), 'utf8');
    const paragraphs = text
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one) as Paragraph);
    for (const { accession, start, end } of paragraphs) {
      const bytes = await readFile(join(folder, `filings/filings/${accession}.txt`));
      expect(bytes.toString('latin1', start, end)).toBe('Welcome. Sit down.');
    }

    const again = await command(['edgar', 'ingest', '--from', 'filings/filings', '--out', 'copy']);
    expect(again.stdout).toMatch(/^2 filings, /);
    expect(await readFile(join(folder, 'copy/filings.jsonl'))).toEqual(
      await readFile(join(folder, 'filings/filings.jsonl')),
    );
  });

  it('refuse what cannot work, with a code', async () => {
    const cases: [readonly string[], string][] = [
      [['--form', '425', '--since', '2026-01-05', '--until', '2026-01-05', '--host', host], 'ASSAY_EDGAR_USER_AGENT'],
      [['--user-agent', 'a@example.com', '--host', host], 'ASSAY_EDGAR_RANGE'],
      [['--from', '.', '--since', '2026-01-05'], 'ASSAY_EDGAR_OPTIONS'],
    ];
    const results = await Promise.all(
      cases.map(([options]) => command(['edgar', 'ingest', '--out', 'out', ...options])),
    );
    for (const [at, { code, stderr }] of results.entries()) {
      expect(stderr).toContain(cases[at]![1]);
      expect(code).not.toBe(0);
    }
    expect((await command(['transcript', 'parse', 'nowhere', '--out', 'out'])).stderr).toContain(
      'ASSAY_FILINGS_MISSING',
    );
  });
});
