import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shellBlocks } from '../../../scripts/doc-commands.ts';

const root = resolve(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/guides/runs.md'), 'utf8');

/** Ids, hashes and times are other ones each time. */
const plain = (text: string) =>
  text
    .replace(/\b(run|as run|sealed as) [0-9a-f]+…?/g, '$1 ID')
    .replace(/ +\d+\.\d+ s/g, ' TIME')
    .trim();

describe('docs/guides/runs.md', () => {
  let folder: string;
  let blocks: string[];
  const shell = (text: string) =>
    execFileSync('/bin/sh', ['-c', text], {
      cwd: join(folder, 'work'),
      encoding: 'utf8',
      env: {
        PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
        HOME: folder,
        ASSAY_HOME: join(folder, 'home'),
        LANG: 'C.UTF-8',
      },
    });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-guide-'));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'work'));
    symlinkSync(join(root, 'packages/assay/bin/assay.js'), join(folder, 'bin/assay'));
    for (const [, name, text] of guide.matchAll(/^```\w+ (\S+\.\w+)\n(.*?)^```$/gms))
      writeFileSync(join(folder, 'work', name!), text!);
    const commands = shellBlocks(guide).filter(({ info }) => info === '');
    blocks = commands.map(({ lines }) => shell(lines.map(({ text }) => text).join('\n')));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('prints what it shows', () => {
    const shown = [...guide.matchAll(/^```text output\n(.*?)^```$/gms)].map(([, text]) => plain(text!));
    expect(shown).toHaveLength(4);
    const [first, ...others] = blocks;
    // What `init` says comes before, with the folder and the key in it.
    expect(plain(first!).split('\n').slice(-4).join('\n')).toBe(shown[0]);
    expect(others.slice(0, 3).map(plain)).toEqual(shown.slice(1));
  });

  it('lists the runs, shows one, its log, and all of it as JSON', () => {
    const [list = '', one = '', json = ''] = [
      shell('assay runs'),
      shell('assay runs latest'),
      shell('assay runs --json'),
    ];
    expect(list.trim().split('\n')).toHaveLength(6);
    expect(one).toMatch(/= count .*restored: output build\/count\.txt was deleted/);
    const runs = JSON.parse(json);
    expect(runs).toHaveLength(5);
    expect(runs[0]).toMatchObject({
      pipeline: 'words',
      state: 'succeeded',
      parameters: { letter: 'a' },
      stages: [
        { stage: 'pick', state: 'cached', exitCode: null },
        { stage: 'count', state: 'cached', exitCode: null },
      ],
    });
    expect(runs[3]).toMatchObject({ stages: [{ state: 'cached', executedBy: runs[4].run }, { state: 'cached' }] });
  });
});
