import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Config, editConfig, words } from './config.ts';

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'assay-config-'));
});
afterEach(() => rmSync(base, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(base, name)), { recursive: true });
  writeFileSync(join(base, name), text);
}

const read = () =>
  Config.read(join(base, '.dvc'), {
    HOME: base,
    XDG_CONFIG_HOME: join(base, 'home'),
    XDG_CONFIG_DIRS: join(base, 'system'),
  });

test('what is nearer to the repository counts', () => {
  write('system/dvc/config', '[core]\n    remote = system\n    autostage = true\n');
  write('home/dvc/config', '[core]\n    remote = home\n');
  expect(read().origin('core', 'remote')).toMatchObject({ value: 'home', level: 'global' });
  write('.dvc/config', '[core]\nremote=repo\n');
  write('.dvc/config.local', '[core]\n    remote = "mine" # a remark\n');
  expect(read().get('core', 'remote')).toBe('mine');
  expect(read().flag('core', 'autostage')).toBe(true);
  expect(read().get('core', 'none')).toBe(undefined);
});

test("a remote's path is relative to the file that names it, and one remote may build on another", () => {
  write(
    '.dvc/config',
    `['remote "a"']\n    url = ../store\n['remote "b"']\n    url = remote://a/inner\n    jobs = 2\n['remote "c"']\n    url = s3://bucket/x\n`,
  );
  expect(read().remotes()).toEqual(['a', 'b', 'c']);
  expect(read().remote('a')?.url).toBe(join(base, 'store'));
  expect(read().remote('b')).toMatchObject({ url: join(base, 'store/inner'), jobs: '2' });
  expect(read().remote('c')?.url).toBe('s3://bucket/x');
  expect(read().remote('none')).toBe(undefined);
});

test('remotes that build on each other in a ring are refused', () => {
  write('.dvc/config', `['remote "a"']\n    url = remote://b\n['remote "b"']\n    url = remote://a\n`);
  expect(() => read().remote('a')).toThrow(expect.objectContaining({ code: 'ASSAY_DVC_CONFIG' }));
});

test('kinds of links are a list', () => {
  expect(words('hardlink, "symlink",copy,')).toEqual(['hardlink', 'symlink', 'copy']);
  expect(read().linkTypes()).toEqual(['reflink', 'copy']);
  write('.dvc/config', '[cache]\n    type = "hardlink,symlink"\n');
  expect(read().linkTypes()).toEqual(['hardlink', 'symlink']);
  write('.dvc/config', '[cache]\n    type = telepathy\n');
  expect(() => read().linkTypes()).toThrow(expect.objectContaining({ code: 'ASSAY_DVC_CONFIG' }));
});

describe('edits', () => {
  const edit = (text: string, section: string, option?: string, value?: string) =>
    editConfig(
      text,
      { section, ...(option === undefined ? {} : { option }), ...(value === undefined ? {} : { value }) },
      'config',
    );

  test('remarks stay, plain sections come before named ones', () => {
    const text = `# mine\n['remote "a"']\n    url = /x # here\n`;
    expect(edit(text, 'core', 'remote', 'a')).toBe(
      `[core]\n    remote = a\n# mine\n['remote "a"']\n    url = /x # here\n`,
    );
    expect(edit(text, 'remote "a"', 'jobs', '4')).toBe(`${text}    jobs = 4\n`);
  });

  test('the last option that goes takes its section along', () => {
    expect(edit('[core]\n    remote = a\n', 'core', 'remote')).toBe('');
    expect(() => edit('', 'core', 'remote')).toThrow(expect.objectContaining({ code: 'ASSAY_DVC_CONFIG' }));
  });

  test('a value is read as it was written', () => {
    const value = fc.string({ unit: fc.constantFrom(...'ab1 /:#,;=%$\\'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        write(
          '.dvc/config',
          edit(edit('[cache]\n    type = copy\n', 'core', 'remote', one), 'core', 'site_cache_dir', other),
        );
        expect(read().get('core', 'remote')).toBe(one);
        expect(read().get('core', 'site_cache_dir')).toBe(other);
        expect(read().get('cache', 'type')).toBe('copy');
      }),
    );
  });

  test.each(['a\nb', 'a\0', '\'"#'])('a value that would be read as something else is refused: %j', (value) => {
    expect(() => edit('', 'core', 'remote', value)).toThrow(expect.objectContaining({ code: 'ASSAY_CLI_VALUE' }));
  });
});
