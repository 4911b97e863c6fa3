import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipeline } from '../../../packages/assay/src/runs/testing/sandbox.ts';

const launcher = join(import.meta.dirname, '../../../packages/assay/bin/assay.js');
const unshare = '/usr/bin/unshare';
const canMount = spawnSync(unshare, ['-m', 'true']).status === 0;
if (!canMount) console.log('left out: a full disk (it needs the right to mount)');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-full-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs shell lines in a folder on a disk of 3 MB, which only they see. */
const onSmallDisk = (lines: readonly string[]) =>
  execFileSync(unshare, ['-m', 'sh'], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ASSAY_HOME: `${folder}/home`, XDG_CACHE_HOME: join(tmpdir(), 'assay-test-cache') },
    input: [
      `mount -t tmpfs -o size=3m tmpfs ${folder} && mkdir ${folder}/p && cd ${folder}/p`,
      `assay() { ${process.execPath} ${launcher} "$@" 2>&1; echo "exit $?"; }`,
      'assay init > /dev/null',
      ...lines,
    ].join('\n'),
  });

const file = (blocks: readonly string[]) => `cat > p.yaml <<'END'\n${pipeline(blocks)}\nEND`;

describe.skipIf(!canMount)('a full disk', () => {
  it('fails the stage that meets it, keeps what was sealed, and the next run goes on once there is room', () => {
    const said = onSmallDisk([
      file([
        `{ name: small, outputs: { o: build/small }, run: [sh, -c, 'echo x > build/small'] }`,
        `{ name: big, after: [small], outputs: { o: build/big }, run: [sh, -c, 'head -c 1500000 /dev/urandom > build/big'] }`,
      ]),
      'assay run p.yaml',
      `mount -o remount,size=50m ${folder}`,
      'assay run p.yaml',
      'assay verify',
    ]);
    expect(said).toMatch(/✓ small .*\n✗ big .*\n.*no room.*\(ASSAY_DISK_FULL\)/);
    expect(said).toMatch(/exit 1\n.*= small .*✓ big .*exit 0\n✓ verified \d+ records\n.*exit 0\n$/s);
  });

  it('that leaves no room for a record either stops the run, which the next one ends', () => {
    const said = onSmallDisk([
      file([
        `{ name: fills, outputs: { o: build/o }, run: [sh, -c, 'echo x > build/o; head -c 9000000 /dev/zero > junk; true'] }`,
      ]),
      'assay run p.yaml',
      'rm junk',
      `mount -o remount,size=50m ${folder}`,
      'assay run p.yaml',
      'assay verify',
    ]);
    expect(said).toMatch(/error ASSAY_(?:DATABASE|DISK)_FULL: there is no room .*exit 1\n/s);
    expect(said).toContain('did not come to its end; it is recorded as interrupted');
    expect(said).toMatch(/✓ fills .*exit 0\n✓ verified \d+ records\n.*exit 0\n$/s);
  });
});
