import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContext } from './context.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'assay.js');
const secret = 'correct-horse-battery-staple';
let folder: string;
let project: string;

function start(words: readonly string[], json = true) {
  return [launcher, '-C', project, ...(json ? ['--json'] : []), ...words];
}
const env = () => ({ ...process.env, ASSAY_HOME: join(folder, 'home') });

function assay(...words: readonly string[]) {
  const ended = spawnSync(process.execPath, start(words), { env: env(), encoding: 'utf8' });
  return { code: ended.status, err: ended.stderr, value: parsed(ended.stdout) };
}
function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(project, name), content);
}

/** Every file of the ledger and the store in which a text stands. */
function filesWith(text: string): string[] {
  const root = join(project, '.assay');
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(root, name);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-redact-'));
  project = join(folder, 'project');
  mkdirSync(project);
  assay('init');
  write('first.json', JSON.stringify({ name: 'wine', password: secret }));
  write('data.json', JSON.stringify([1, 2, `${secret} in the data`]));
  write('file.txt', `${secret} in a file`.repeat(5000));
  write('shared.txt', 'the same in both');
  write('second.json', '{"name": "wine"}');
  const first = ['--metadata', 'first.json', '--data', 'data.json', '--file', 'file.txt', '--file', 'shared.txt'];
  expect(assay('track', 'create', 'experiment/wine', ...first, '--note', `${secret} in the note`).code).toBe(0);
  write('data.json', '[1]');
  write('file.txt', 'short');
  const second = ['--metadata', 'second.json', '--data', 'data.json', '--file', 'file.txt'];
  expect(assay('track', 'update', 'experiment/wine', ...second).code).toBe(0);
}, 60_000);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const redact = (...words: string[]) => assay('track', 'redact', 'experiment/wine', ...words);

describe('assay track redact', { timeout: 60_000 }, () => {
  it('leaves no word of the content in the ledger and the store, and all proofs hold', () => {
    expect(filesWith(secret)).not.toEqual([]);
    expect(assay('receipt', 'experiment/wine@1:0:0', '--out', join(project, 'receipt.json')).code).toBe(0);
    const { vkey } = assay('ledger', 'key').value;
    const done = redact('1', '--reason', 'it held a password', '--force');
    expect(done.value).toMatchObject({
      event: 'redacted',
      revision: 3,
      redacted: [1],
      isNew: true,
      kept: [{ name: 'files/shared.txt', record: 'experiment/wine', revision: 2 }],
    });
    expect(filesWith(secret)).toEqual([]);
    expect(assay('verify').code).toBe(0);
    expect(assay('ledger', 'fsck').code).toBe(0);
    expect(assay('verify', '--receipt', join(project, 'receipt.json'), '--key', vkey).code).toBe(0);
    const out = join(project, 'later.json');
    expect(assay('receipt', 'experiment/wine@1:0:0', '--out', out).code).toBe(0);
    expect(readFileSync(out, 'utf8')).not.toContain(secret);
    expect(assay('verify', '--receipt', out, '--key', vkey).code).toBe(0);
  });

  it('leaves no word of it in the log either, where another process has the ledger open', async () => {
    const context = openContext(project, env());
    try {
      const records = await context.records();
      expect(await records.latest('experiment', 'wine')).toMatchObject({ record: { revision: 2 } });
      expect(redact('1', '--reason', 'it held a password', '--force').code).toBe(0);
      expect(filesWith(secret)).toEqual([]);
      expect(await records.latest('experiment', 'wine')).toMatchObject({ record: { revision: 3 } });
    } finally {
      await context.close();
    }
  });

  it('tells who asks for the content by whom it was taken, and why; the rest is in use as before', () => {
    redact('1', '--reason', 'it held a password', '--force');
    for (const what of [['--metadata'], ['--data'], ['--file', 'shared.txt']]) {
      const refused = assay('track', 'get', 'experiment/wine@1', ...what);
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('ASSAY_RECORD_REDACTED') });
      expect(refused.err).toContain('it held a password');
    }
    expect(assay('track', 'diff', 'experiment/wine', '1', '2').err).toContain('ASSAY_RECORD_REDACTED');
    expect(assay('track', 'rollback', 'experiment/wine', '1').err).toContain('ASSAY_RECORD_REDACTED');
    const shown = assay('track', 'show', 'experiment/wine@1').value;
    expect(shown).toMatchObject({ text: null, redacted: { revision: 3, reason: 'it held a password' } });
    expect(assay('track', 'show', 'experiment/wine').value.text).toBe('{"name": "wine"}');
    expect(assay('track', 'search', `password~${secret}`).value).toEqual([]);
    write('third.json', '{"name": "wine", "more": 1}');
    expect(assay('track', 'update', 'experiment/wine', '--metadata', 'third.json').code).toBe(0);
  });

  it('of the newest revision leaves the record without content', () => {
    expect(redact('1', '2', '--reason', 'all of it', '--force').value).toMatchObject({ redacted: [1, 2], files: [] });
    expect(assay('track', 'show', 'experiment/wine').value.text).toBe('{}');
    expect(assay('verify').code).toBe(0);
  });

  it('removes what a killed one left, and adds no revision twice', async () => {
    for (const wait of [60, 120, 180, 240]) {
      const child = spawn(
        process.execPath,
        start(['track', 'redact', 'experiment/wine', '1', '--reason', 'r', '--force']),
        {
          env: env(),
          stdio: 'ignore',
        },
      );
      setTimeout(() => child.kill('SIGKILL'), wait);
      await new Promise((resolve) => child.once('exit', resolve));
    }
    expect(redact('1', '--reason', 'r', '--force').code).toBe(0);
    expect(redact('1', '--reason', 'r', '--force').value).toMatchObject({ isNew: false, redacted: [1] });
    expect(filesWith(secret)).toEqual([]);
    expect(assay('track', 'history', 'experiment/wine').value).toHaveLength(3);
    expect(assay('verify').code).toBe(0);
  });

  it('by two at once is one redaction, and the other is told', async () => {
    const both = [0, 1].map(() =>
      spawn(process.execPath, start(['track', 'redact', 'experiment/wine', '1', '--reason', 'r', '--force']), {
        env: env(),
        stdio: 'ignore',
      }),
    );
    const codes = await Promise.all(both.map((child) => new Promise((resolve) => child.once('exit', resolve))));
    expect(codes).toContain(0);
    expect(assay('track', 'history', 'experiment/wine').value).toHaveLength(3);
    expect(assay('verify').code).toBe(0);
  });

  it.each([
    ['without being sure', ['1', '--reason', 'r'], 'ASSAY_TRACK_REDACTION'],
    ['without a reason', ['1', '--reason', ' ', '--force'], 'ASSAY_TRACK_REDACTION'],
    ['of a revision that is not there', ['7', '--reason', 'r', '--force'], 'ASSAY_REF_UNKNOWN'],
    ['on a base that is no more the newest', ['1', '--reason', 'r', '--base', '1', '--force'], 'ASSAY_TRACK_CONFLICT'],
  ])('is refused %s', (_, words, code) => {
    const refused = redact(...words);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain(code);
    expect(filesWith(secret)).not.toEqual([]);
  });

  it('takes nothing that was damaged for redacted', () => {
    const object = filesWith(`${secret} in a file`).find((name) => name.startsWith('objects'))!;
    rmSync(join(project, '.assay', object));
    const verified = assay('verify');
    expect(verified.code).toBe(1);
    redact('1', '--reason', 'r', '--force');
    expect(assay('verify').code).toBe(0);
  });
});
