import { execFile } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellBlocks } from '../../scripts/doc-commands.ts';

/** Every command that the README and the guides show is run, in their order, in a new copy of the example. */

const root = resolve(import.meta.dirname, '../..');
// These two have tests of their own beside this one, which also compare what is printed with what is shown.
const elsewhere = ['docs/guides/pipelines.md', 'docs/guides/runs.md'];
const documents = ['README.md', ...globSync('docs/guides/*.md', { cwd: root }).sort()].filter(
  (file) => !elsewhere.includes(file),
);

interface Ended {
  readonly code: number;
  readonly said: string;
}

function prepare(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-docs-')));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(root, 'packages/assay/bin/assay.js'), join(folder, 'bin/assay'));
  // `npx assay …` as in a clone, without npm's own second.
  writeFileSync(join(folder, 'bin/npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  cpSync(join(root, 'examples/edgar-sentiment'), join(folder, 'edgar-sentiment'), { recursive: true });
  rmSync(join(folder, 'edgar-sentiment/build'), { recursive: true, force: true });
  return folder;
}

function shell(folder: string, text: string): Promise<Ended> {
  const env = {
    PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: folder,
    ASSAY_HOME: join(folder, 'home'),
    XDG_CACHE_HOME: join(tmpdir(), 'assay-test-cache'),
    LANG: 'C.UTF-8',
  };
  return new Promise((done) => {
    execFile(
      '/bin/sh',
      ['-c', text],
      { cwd: join(folder, 'edgar-sentiment'), env, timeout: 60_000 },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        done({ code, said: `${out}${err}` });
      },
    );
  });
}

describe('the commands in', () => {
  it.each(documents)('%s run', { timeout: 120_000 }, async (file) => {
    const folder = prepare();
    try {
      const blocks = shellBlocks(readFileSync(join(root, file), 'utf8')).filter(({ info }) => info === '');
      const failed: string[] = [];
      for (const { line, text } of blocks.flatMap(({ lines }) => lines)) {
        const { code, said } = await shell(folder, text);
        if (code !== 0) failed.push(`${file}:${line}: ${text}: exit code ${code}\n${said}`);
      }
      expect(failed).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are not all marked as not to be run', () => {
    const run = documents.filter((file) =>
      shellBlocks(readFileSync(join(root, file), 'utf8')).some(({ info }) => info === ''),
    );
    expect(run).toEqual(
      expect.arrayContaining(['README.md', 'docs/guides/edgar-sentiment.md', 'docs/guides/receipts.md']),
    );
  });
});
