import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const launcher = resolve(import.meta.dirname, '../../bin/assay.js');
let base: string;
let root: string;

function assay(...words: string[]) {
  const env = { PATH: process.env.PATH, HOME: base, ASSAY_HOME: join(base, 'home') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...words], {
    cwd: root,
    encoding: 'utf8',
    env,
  });
  return { status, out: stdout, err: stderr };
}
const verified = () => {
  const { status, out, err } = assay('verify', '--json');
  expect(out, err).not.toBe('');
  return { status, ...(JSON.parse(out) as { failures: { check: string; message: string }[]; unseen: number }) };
};

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'assay-verify-'));
  root = join(base, 'repository');
  spawnSync('git', ['init', '--quiet', root]);
  expect(assay('init')).toMatchObject({ status: 0 });
  const made = 'mkdir -p d/e && echo one > d/a && echo two > d/e/b && echo 1 > m.json && echo out > o';
  const outs = '    outs: [d, o]\n    metrics:\n    - m.json: {cache: false}\n';
  writeFileSync(join(root, 'dvc.yaml'), `stages:\n  make:\n    cmd: ${made}\n${outs}`);
  expect(assay('repro')).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const objects = (text: string) =>
  globSync('.dvc/cache/files/md5/*/*', { cwd: root })
    .map((name) => join(root, name))
    .filter((file) => readFileSync(file, 'utf8') === text);

test("what a run of DVC's stages made is verified in DVC's cache", () => {
  expect(verified()).toMatchObject({ status: 0, failures: [], unseen: 1 });
});

test('changed bytes there are named; what gc has removed is not a failure', () => {
  for (const [text, output] of [
    ['two\n', 'd/'],
    ['out\n', 'o'],
  ] as const) {
    const [file] = objects(text);
    chmodSync(file!, 0o644);
    writeFileSync(file!, 'xxx\n');
    const { status, failures } = verified();
    expect(status).toBe(1);
    expect(failures).toMatchObject([{ check: 'artifact', message: expect.stringContaining(`${output}: `) }]);
    writeFileSync(file!, text);
    chmodSync(file!, 0o444);
  }
  rmSync(objects('two\n')[0]!);
  expect(verified()).toMatchObject({ status: 0, failures: [], unseen: 2 });
});

test.skipIf(process.platform === 'win32')('a repository without a ledger gets one to remember SHA-256 in', () => {
  const other = join(base, 'other');
  spawnSync('git', ['init', '--quiet', other]);
  mkdirSync(join(other, '.dvc'));
  mkdirSync(join(other, 'w'));
  writeFileSync(join(other, '.dvc/config'), '');
  // A backslash is a letter here.
  writeFileSync(join(other, 'w/a\\b'), 'x');
  const here = root;
  root = other;
  try {
    expect(assay('add', 'w')).toMatchObject({ status: 0 });
    expect(assay('status').out).toBe('Data and pipelines are up to date.\n');
    expect(assay('migrate')).toMatchObject({ status: 0 });
    expect(assay('cache', 'check')).toMatchObject({ status: 0 });
  } finally {
    root = here;
  }
});
