import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryAfter } from '../retry-after.ts';
import { FakeEdgar, type FakeFiling } from '../testing/fake-edgar.ts';
import { form425 } from '../testing/form-425.ts';
import { EdgarClient } from './client.ts';
import { FilingCache } from './filing-cache.ts';
import { ingestEdgar } from './ingest.ts';
import { readManifest } from './manifest.ts';

const days = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-04-01'];
const filings: FakeFiling[] = days.flatMap((filedAt, at) =>
  ['425', '8-K'].map((form, kind) => {
    const accession = `0009990002-26-00000${at * 2 + kind + 1}`;
    const parties =
      form === '425'
        ? ([
            ['TARGET INC', '9990001'],
            ['EXAMPLE CORP', '9990002'],
          ] as const)
        : ([['EXAMPLE CORP', '9990002']] as const);
    const bytes = form425({ accession, body: `Filing ${accession}`, filedAt: filedAt.replaceAll('-', '') });
    return { accession, form, filedAt, parties, bytes };
  }),
);
const accessions = (form: string): string[] => filings.filter((one) => one.form === form).map((one) => one.accession);

let folder: string;
let edgar: FakeEdgar;
let host: string;
let out: string;
const retries: string[] = [];

function client(more: { lockOut?: number; attempts?: number; timeout?: number } = {}): EdgarClient {
  return new EdgarClient({
    userAgent: 'Example Corp tests@example.com',
    host,
    dataHost: `${host}/`,
    rateFolder: join(folder, 'rate'),
    requestsPerSecond: 10,
    backOff: 20,
    lockOut: 100,
    onRetry: ({ reason, wait }) => retries.push(`${reason} ${wait >= 1000 ? '>= 1 s' : '< 1 s'}`),
    ...more,
  });
}

const cache = (): Promise<FilingCache> => FilingCache.open(join(folder, 'cache'));

async function ingest(more: Partial<Parameters<typeof ingestEdgar>[0]> = {}): ReturnType<typeof ingestEdgar> {
  return ingestEdgar({
    client: client(),
    cache: await cache(),
    out,
    form: '425',
    since: '2026-01-05',
    until: '2026-01-07',
    ...more,
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-edgar-'));
  out = join(folder, 'out');
  retries.length = 0;
  edgar = new FakeEdgar(filings);
  host = await edgar.start();
});
afterEach(async () => {
  await edgar.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the client', () => {
  it('reads daily, quarterly (packed and plain, by form and master) and company indexes', async () => {
    const edgarClient = client();
    expect(await edgarClient.dailyIndex('2026-01-05')).toHaveLength(3);
    expect(await edgarClient.dailyIndex('2026-01-08')).toBeNull();
    const byForm = await edgarClient.quarterlyIndex(2026, 1);
    edgar.mischief = (path) => (path.endsWith('.gz') ? (response) => response.writeHead(404).end() : null);
    const key = (entries: typeof byForm): string[] | undefined => entries?.map((one) => JSON.stringify(one)).sort();
    expect(key(await edgarClient.quarterlyIndex(2026, 1, 'master'))).toEqual(key(byForm));
    expect(byForm).toHaveLength(9);
    const company = await edgarClient.companyFilings('9990002');
    expect(company.map((one) => one.accession).sort()).toEqual(filings.map((one) => one.accession));
    expect(edgar.count(/submissions-001/)).toBe(1);
    await expect(edgarClient.companyFilings('42')).rejects.toMatchObject({ code: 'ASSAY_EDGAR_COMPANY' });
    expect(edgar.requests.every(({ userAgent }) => userAgent === 'Example Corp tests@example.com')).toBe(true);
  });

  it('covers a long range by quarters, and the days their indexes lack one by one', async () => {
    const entries = await client().filingsBetween('2025-12-31', '2026-01-15');
    expect(new Set(entries.map((one) => one.accession)).size).toBe(6);
    expect(edgar.count(/daily-index\/2026/)).toBe(6);
    expect(edgar.count(/full-index\/2026\/QTR1\/form\.gz/)).toBe(1);
    expect(edgar.count(/daily-index\/2025/)).toBe(1);
  }, 30_000);

  it('will not ask without a contact', () => {
    for (const userAgent of ['', 'Mozilla/5.0']) {
      expect(() => new EdgarClient({ userAgent, rateFolder: folder })).toThrow(
        expect.objectContaining({ code: 'ASSAY_EDGAR_USER_AGENT' }),
      );
    }
  });

  it('understands both forms of Retry-After', () => {
    expect(retryAfter('120', 0)).toBe(120_000);
    expect(retryAfter('Thu, 01 Jan 1970 00:00:05 GMT', 2000)).toBe(3000);
    expect(retryAfter('soon', 0)).toBeNull();
  });
});

describe('ingest', () => {
  it('brings each filing once, as it came, sorted, and the same bytes every time', async () => {
    const summary = await ingest();
    expect(summary).toMatchObject({ filings: 3, fetched: 3, duplicates: 3, passedOver: 3, setAside: [] });
    const manifest = await readFile(join(out, 'filings.jsonl'), 'utf8');
    const lines = await readManifest(out);
    expect(lines.map((line) => line.accession)).toEqual(accessions('425').slice(0, 3));
    expect(lines[0]).toMatchObject({ form: '425', filedAt: '2026-01-05', path: `filings/${accessions('425')[0]}.txt` });
    for (const line of lines) {
      const filing = filings.find((one) => one.accession === line.accession)!;
      expect((await readFile(join(out, line.path))).equals(filing.bytes)).toBe(true);
    }
    expect((await readdir(out)).sort()).toEqual(['filings', 'filings.jsonl']);

    const archived = edgar.count(/\/data\//);
    await rm(out, { recursive: true });
    expect(await ingest({ concurrency: 1 })).toMatchObject({ filings: 3, fetched: 0 });
    expect(edgar.count(/\/data\//)).toBe(archived);
    expect(await readFile(join(out, 'filings.jsonl'), 'utf8')).toBe(manifest);
  });

  it('takes companies, a limit, and drops what a smaller corpus no longer lists', async () => {
    await ingest();
    const { since: _s, until: _u, ...whole } = { since: '', until: '' };
    const summary = await ingestEdgar({
      client: client(),
      cache: await cache(),
      out,
      form: '8-K',
      ciks: ['9990002'],
      limit: 2,
      ...whole,
    });
    expect(summary).toMatchObject({ filings: 2, passedOver: 4 });
    expect((await readdir(join(out, 'filings'))).sort()).toEqual(
      accessions('8-K')
        .slice(0, 2)
        .map((one) => `${one}.txt`),
    );
    await expect(ingest({ since: '2026-01-10', until: '2026-01-11' })).rejects.toMatchObject({
      code: 'ASSAY_EDGAR_NOTHING',
    });
  });

  it('goes on where it was stopped, and fetches again what was damaged in between', async () => {
    let fetched = 0;
    const stop = new AbortController();
    const onProgress = (): void => {
      if (++fetched === 2) stop.abort(new Error('stopped'));
    };
    await expect(ingest({ signal: stop.signal, concurrency: 1, onProgress })).rejects.toThrow('stopped');
    await expect(readFile(join(out, 'filings.jsonl'))).rejects.toThrow();
    await appendFile(join(folder, 'cache', 'fetched.jsonl'), '{"accession":"0009990002-26-0000');
    await writeFile(join(folder, 'cache', `${accessions('425')[0]}.txt`), 'damaged');
    expect(await ingest()).toMatchObject({ filings: 3, fetched: 2 });
    expect(await ingest()).toMatchObject({ filings: 3, fetched: 0 });
  });

  it('tries again after a busy server, a broken transfer, a cut file and a lock-out', async () => {
    const cut = filings[0]!.bytes.subarray(0, 300);
    const troubles: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(503).end('busy'),
      (response) => {
        response.writeHead(200, { 'content-length': 5000 }).write('<SEC-DOCUMENT>');
        setTimeout(() => response.destroy(), 10);
      },
      (response) => response.writeHead(200).end(cut),
      (response) => response.writeHead(200).end(filings[2]!.bytes),
      (response) => response.writeHead(429, { 'retry-after': '1' }).end('Request Rate Threshold Exceeded'),
    ];
    edgar.mischief = (path, attempt) => (path.includes(accessions('425')[0]!) ? (troubles[attempt - 1] ?? null) : null);
    expect(await ingest({ concurrency: 1 })).toMatchObject({ filings: 3 });
    expect(retries).toEqual([
      'status 503 < 1 s',
      expect.stringMatching(/^transfer broke off.* < 1 s$/),
      expect.stringMatching(/^0009990002-26-000001 is incomplete: .* < 1 s$/),
      'another filing came: 0009990002-26-000003 < 1 s',
      "status 429, the host's limit >= 1 s",
    ]);
    // The pause holds back every request of every process.
    const times = edgar.requests.map(({ at }) => at);
    expect(Math.max(...times.slice(1).map((at, index) => at - times[index]!))).toBeGreaterThan(990);
  }, 30_000);

  it('gives up in the end: refused, never complete, never answering, gone', async () => {
    const gone = (trick: (response: ServerResponse) => void): void => {
      edgar.mischief = (path) => (path.includes('/data/') ? trick : null);
    };
    gone((response) => response.writeHead(403).end('Request Rate Threshold Exceeded'));
    await expect(ingest()).rejects.toMatchObject({ code: 'ASSAY_EDGAR_LOCKED_OUT' });
    gone((response) => response.writeHead(200).end('<SEC-DOCUMENT>'));
    await expect(ingest({ client: client({ attempts: 2 }) })).rejects.toMatchObject({
      code: 'ASSAY_EDGAR_UNAVAILABLE',
    });
    gone(() => {});
    await expect(ingest({ client: client({ attempts: 1, timeout: 100 }) })).rejects.toThrow(/no answer in time/);
    gone((response) => response.writeHead(400).end());
    await expect(ingest()).rejects.toMatchObject({ code: 'ASSAY_EDGAR_HTTP' });
    edgar.mischief = (path) =>
      path.includes(accessions('425')[1]!) ? (response) => response.writeHead(404).end() : null;
    await expect(ingest()).rejects.toMatchObject({ code: 'ASSAY_EDGAR_NO_FILING' });
    const summary = await ingest({ setAside: true });
    expect(summary).toMatchObject({ filings: 2, setAside: [{ code: 'ASSAY_EDGAR_NO_FILING' }] });
    expect(await readFile(join(out, 'set-aside.jsonl'), 'utf8')).toContain(accessions('425')[1]);
  }, 30_000);
});
