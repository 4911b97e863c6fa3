import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shellBlocks } from '../../scripts/doc-commands.ts';

const root = resolve(import.meta.dirname, '../..');
const guide = readFileSync(join(root, 'docs/guides/pipelines.md'), 'utf8');

describe('docs/guides/pipelines.md', () => {
  let folder: string;
  let outputs: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-guide-'));
    const work = join(folder, 'work');
    mkdirSync(join(folder, 'bin'));
    mkdirSync(work);
    symlinkSync(join(root, 'packages/assay/bin/assay.js'), join(folder, 'bin/assay'));
    for (const [, name, text] of guide.matchAll(/^```\w+ (\S+\.\w+)\n(.*?)^```$/gms))
      writeFileSync(join(work, name!), text!);
    const PATH = `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
    outputs = shellBlocks(guide)
      .flatMap(({ lines }) => lines)
      // Python takes many seconds to put pip into a new environment, and nothing here needs it.
      .map(({ text }) => text.replace('-m venv', '-m venv --without-pip'))
      .map((text) =>
        execFileSync('/bin/sh', ['-c', text], {
          cwd: work,
          encoding: 'utf8',
          env: { PATH, HOME: folder, ASSAY_HOME: join(folder, 'home'), LANG: 'C.UTF-8' },
        }),
      );
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('runs as it stands, and does what it says', () => {
    const runs = outputs.slice(3, 6);
    expect(
      runs.map((text) => [...text.matchAll(/^. (returns|keep) .*?(ran|cached): /gm)].map((match) => match.slice(1, 3))),
    ).toEqual([
      [
        ['returns', 'ran'],
        ['keep', 'ran'],
      ],
      [
        ['returns', 'cached'],
        ['keep', 'cached'],
      ],
      [
        ['returns', 'ran'],
        ['keep', 'ran'],
      ],
    ]);
    expect(runs[2]).toContain('parameter days 1 → 2');
  });

  it("ran the block in the guide's own Python", () => {
    const logs = execFileSync('/bin/sh', ['-c', 'cat .assay/runs/*/*.log'], {
      cwd: join(folder, 'work'),
      encoding: 'utf8',
    });
    expect(logs).toContain(`by the Python in ${join(folder, 'work/.venv')}`);
    const result = JSON.parse(readFileSync(join(folder, 'work/build/kept.json'), 'utf8'));
    expect(result.returns).toHaveLength(2);
    expect(result.mean).toBeCloseTo((101.7 / 101.2 - 1 + (104.4 / 102.9 - 1)) / 2, 12);
  });

  it('runs the dvc.yaml that it was converted to', () => {
    const environment = {
      PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: folder,
      ASSAY_HOME: join(folder, 'home'),
      LANG: 'C.UTF-8',
    };
    const run = (...words: string[]) =>
      spawnSync(join(folder, 'bin/assay'), ['run', 'dvc.yaml', ...words], {
        cwd: join(folder, 'work'),
        encoding: 'utf8',
        env: environment,
      });
    const first = run();
    expect(first.status, first.stderr).toBe(0);
    // The file has the parameters of the JDF as it stands, not those of the last run.
    expect(JSON.parse(readFileSync(join(folder, 'work/build/kept.json'), 'utf8')).returns).toHaveLength(3);
    expect(run().stdout).toContain('as dvc.lock has it');
    expect(run('--set', 'days=2')).toMatchObject({ status: 1, stderr: expect.stringContaining('ASSAY_RUN_OPTION') });
  });

  it('tells a mistake as it shows it', async () => {
    const work = join(folder, 'work');
    const right = readFileSync(join(work, 'pipeline.yaml'), 'utf8');
    writeFileSync(join(work, 'wrong.yaml'), right.replace('from: returns.returns', 'from: returns.return'));
    const shown = /^```text\npipeline\.yaml:(.*?)^```$/ms.exec(guide)?.[1];
    const { stderr } = spawnSync(process.execPath, [join(root, 'packages/assay/bin/assay.js'), 'run', 'wrong.yaml'], {
      cwd: work,
      encoding: 'utf8',
      env: { ASSAY_HOME: join(folder, 'home'), NO_COLOR: '1' },
    });
    expect(stderr.trim().split('wrong.yaml:')[1]).toBe(shown?.trim());
  });
});
