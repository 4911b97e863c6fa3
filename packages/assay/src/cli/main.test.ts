import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageVersion } from '../package.ts';
import { commands } from './commands.ts';
import { main } from './main.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'main-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function assay(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await main(words, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

describe('help', () => {
  it('names every command, with and without a word that asks for it', async () => {
    for (const words of [[], ['help'], ['--help'], ['-h'], ['help', '--no-color']]) {
      const { code, out } = await assay(...words);
      expect(code).toBe(0);
      for (const name of Object.keys(commands)) expect(out).toContain(`  ${name} `);
    }
  });

  it('of a group names the commands of that group alone', async () => {
    for (const words of [['model'], ['model', '--help'], ['--help', 'model'], ['help', 'model'], ['model', '-h']]) {
      const { code, out } = await assay(...words);
      expect([code, [...out.matchAll(/^ {2}(\w+ \w+) /gm)].map(([, name]) => name)]).toEqual([
        0,
        ['model list', 'model show', 'model promote'],
      ]);
    }
    expect(Object.keys(JSON.parse((await assay('--json', 'transcript')).out))).toEqual(['transcript parse']);
  });

  it('of a command tells its arguments and options', async () => {
    for (const words of [
      ['model', 'promote', '--help'],
      ['help', 'model', 'promote'],
      ['-h', 'model', 'promote'],
    ]) {
      const { code, out } = await assay(...words);
      expect(code).toBe(0);
      expect(out).toMatch(/^Usage: assay model promote \[options\] <MODEL>/);
      expect(out).toContain('--to <STAGE>');
    }
  });
});

it('tells its version', async () => {
  expect((await assay('--version')).out).toBe(`${packageVersion()}\n`);
  expect(JSON.parse((await assay('--json', '-V')).out)).toEqual({ version: packageVersion() });
});

describe('a mistake in the words', () => {
  it.each([
    [['bogus'], 'ASSAY_CLI_UNKNOWN_COMMAND'],
    [['model', 'bogus'], 'ASSAY_CLI_UNKNOWN_COMMAND'],
    [['help', 'bogus'], 'ASSAY_CLI_UNKNOWN_COMMAND'],
    [['__proto__'], 'ASSAY_CLI_UNKNOWN_COMMAND'],
    [['constructor', 'name'], 'ASSAY_CLI_UNKNOWN_COMMAND'],
    [[''], 'ASSAY_CLI_UNKNOWN_COMMAND'],
    [['-C'], 'ASSAY_CLI_USAGE'],
    [['--bogus', 'verify'], 'ASSAY_CLI_UNKNOWN_COMMAND'],
    [['verify', '--bogus'], 'ASSAY_CLI_USAGE'],
    [['predict', 'm'], 'ASSAY_CLI_USAGE'],
    [['predict', 'm', 'text', 'more'], 'ASSAY_CLI_USAGE'],
    [['learn', 'train'], 'ASSAY_CLI_USAGE'],
    [['serve', 'm', '--port', 'http'], 'ASSAY_CLI_USAGE'],
    [['serve', 'm', '--port', ''], 'ASSAY_CLI_USAGE'],
    [['record', 'log', '--limit', 'Infinity'], 'ASSAY_CLI_USAGE'],
  ])('%j has exit code 2 and the code %s, for a person and for a script', async (words, code) => {
    const plain = await assay(...words);
    expect([plain.code, plain.out]).toEqual([2, '']);
    expect(plain.err).toContain(code);
    const script = await assay('--json', ...words);
    expect(script.code).toBe(2);
    expect(JSON.parse(script.out).error).toMatchObject({ code, message: expect.any(String), hint: expect.any(String) });
  });
});

describe('what goes wrong later', () => {
  it('has exit code 1, its code, and a hint', async () => {
    const { code, out, err } = await assay('-C', folder, 'model', 'list', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out).error).toMatchObject({ code: 'ASSAY_WORKSPACE_NOT_FOUND', hint: expect.any(String) });
    expect(err).toContain('ASSAY_WORKSPACE_NOT_FOUND');
  });

  it('is found in the folder that -C names, before the command or after it', async () => {
    for (const words of [
      ['-C', folder, 'model', 'list'],
      ['model', 'list', '-C', folder],
    ])
      expect((await assay(...words)).err).toContain(folder);
  });

  it('a text after -- is a text, whatever it says', async () => {
    const { out, err } = await assay('-C', folder, 'predict', 'm', '--', '--json');
    expect([out, err]).toEqual(['', expect.stringContaining('ASSAY_WORKSPACE_NOT_FOUND')]);
  });
});

it('ends as it would have when nobody reads what it prints', async () => {
  const bin = join(import.meta.dirname, '../../bin/assay.js');
  const child = spawn(process.execPath, [bin, 'help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (part) => {
    err += part;
  });
  expect([await once(child, 'close'), err]).toEqual([[0, null], '']);
});

it.skipIf(process.platform === 'win32')('is started through links as well, by the process that was asked for', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-launcher-'));
  try {
    symlinkSync(join(import.meta.dirname, '../../bin/assay'), join(folder, 'first'));
    symlinkSync('first', join(folder, 'assay'));
    const { stdout } = spawnSync(join(folder, 'assay'), ['--version'], { encoding: 'utf8', cwd: folder });
    expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
    const refused = spawnSync('sh', [join(folder, 'assay'), 'bogus command'], { encoding: 'utf8' });
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('`bogus command`')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
