import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../packages/assay/src/cli/main.ts';
import { StandIn, standInSecret } from '../../packages/nlp/src/testing/services/stand-in.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'label-services-'));
  write('texts.jsonl', ...texts);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const texts = [
  { id: 'f1#1', text: 'Revenue grew and margins were strong.' },
  { id: 'f1#2', text: 'The meeting is at ten.' },
  { id: 'f2#1', text: 'A terrible, disappointing loss again.' },
];

async function assay(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await main(['-C', folder, ...words], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

function write(name: string, ...lines: readonly unknown[]): void {
  writeFileSync(
    join(folder, name),
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );
}

describe('assay label with a service', () => {
  it('says what would be asked of whom, and what it costs, and writes nothing', async () => {
    vi.stubEnv('GOOGLE_API_KEY', 'never-sent-0123456789');
    const dry = ['label', 'texts.jsonl', '--labelers', 'vader,google', '--dry-run'];
    const { code, out } = await assay(...dry, '--json');
    expect(code).toBe(0);
    const { labelers, usd } = JSON.parse(out);
    expect(labelers).toMatchObject([
      { name: 'vader', texts: 3, requests: 1, usd: 0 },
      { name: 'google', texts: 3, requests: 3, seconds: 0.3 },
    ]);
    expect(usd).toBeCloseTo(0.003, 12);
    expect((await assay(...dry)).out).toContain('Nothing was sent.');
    expect(readdirSync(folder)).toEqual(['texts.jsonl']);
  });

  it('asks a service with the settings of a file, stops before its budget, and pays for no text twice', async () => {
    await using google = await StandIn.start('google');
    write(
      'labelers.yaml',
      `google: { endpoint: "${google.endpoint}", requests_per_second: 1000, scheme: { classes: 4 } }`,
    );
    vi.stubEnv('GOOGLE_API_KEY', standInSecret.key);
    const label = ['label', 'texts.jsonl', '--labelers', 'google', '--settings', 'labelers.yaml', '--cache', 'answers'];
    const stopped = await assay(...label, '--out', 'l.jsonl', '--max-usd', '0.002', '--concurrency', '1');
    expect(stopped.err).toContain('ASSAY_LABEL_BUDGET_REACHED');
    expect(google.requests).toBe(2);
    expect(existsSync(join(folder, 'l.jsonl'))).toBe(false);
    const { code, out } = await assay(...label, '--out', 'l.jsonl', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out).labelers[0]).toMatchObject({ labelled: 3, cached: 2, requests: 1 });
    expect(google.requests).toBe(3);
  });
});
