import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IgnoreRules } from './ignore.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-ignore-'));
  spawnSync('git', ['init', '-q'], { cwd: folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const paths = [
  'a',
  'b.txt',
  'd/a',
  'd/b.txt',
  'd/e/a',
  'd/e/c.log',
  'x y/z',
  'd/e/f/g.txt',
  'A',
  'd/[a]',
  'a-b',
  'q/d/a',
];

/** The paths that git itself would leave out. */
function asked(): readonly string[] {
  const { stdout } = spawnSync('git', ['check-ignore', '--no-index', '-z', '--stdin'], {
    cwd: folder,
    input: paths.join('\0'),
    encoding: 'utf8',
  });
  return stdout.split('\0').filter(Boolean).toSorted();
}

function ours(): readonly string[] {
  const rules = new IgnoreRules(folder, ['.gitignore']);
  return paths.filter((path) => rules.ignores(path, false)).toSorted();
}

function place(): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
}

describe('ignore files', () => {
  it.each([
    'a',
    '/a',
    'd/',
    'd/*',
    '*.txt\n!b.txt',
    'd/**\n!d/a',
    '**/a',
    'd/**/a',
    'd/e/**',
    '[ab]',
    '[!a]',
    '[[:upper:]]',
    'a-b\\ ',
    'x y',
    '\\[a\\]',
    'd\n!d/a',
    'd/*\n!d/e\n!d/e/a',
    '# a\n\\#',
    '?',
    'a ',
    '*',
    '*\n!*/\n!*.txt',
    '[a',
    'd/e/f/**/g.txt',
    '**',
    '**/d/a',
    'e/',
    '/**/a',
    'b.***',
    'd**/a',
    'a**/**',
    '/d/e**',
  ])('%j leaves out what git leaves out', (text) => {
    place();
    writeFileSync(join(folder, '.gitignore'), `${text}\n`);
    expect(ours()).toEqual(asked());
  });

  it('nested ones decide before those above', () => {
    place();
    writeFileSync(join(folder, '.gitignore'), '*.txt\na\n');
    writeFileSync(join(folder, 'd', '.gitignore'), '!a\n!*.txt\n');
    writeFileSync(join(folder, 'd', 'e', '.gitignore'), '/f/\n');
    expect(ours()).toEqual(asked());
    expect(ours()).not.toEqual([]);
  });

  it('agree with git on any pattern', () => {
    place();
    const piece = fc.constantFrom('a', 'd', 'e', '*', '**', '?', '/', '.txt', '!', '[ab]', '[^a]', '\\', 'x y', '-');
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), (patterns) => {
        writeFileSync(join(folder, '.gitignore'), `${patterns.join('\n')}\n`);
        expect(ours()).toEqual(asked());
      }),
      { numRuns: 150 },
    );
  });

  it('are read under both names, and never let the version control in', () => {
    place();
    writeFileSync(join(folder, '.gitignore'), 'a\n');
    writeFileSync(join(folder, '.dvcignore'), '!a\n*.log\n');
    const rules = new IgnoreRules(folder, undefined, ['__pycache__/']);
    expect(rules.ignores('a', false)).toBe(false);
    expect(rules.ignores('d/e/c.log', false)).toBe(true);
    expect(rules.ignores('d/__pycache__', true)).toBe(true);
    expect(rules.ignores('d/__pycache__/m.pyc', false)).toBe(true);
    expect(rules.ignores('d/.git/config', false)).toBe(true);
  });

  it.each([
    ['x', '.dvcignore:1:x'],
    ['y', '.dvcignore:2:!y'],
    ['zk', '.dvcignore:4:!zk'],
    ['qa', '.dvcignore:5:q*'],
    ['qb/b', '.dvcignore:5:q*'],
    ['d/a', '.dvcignore:8:d/'],
    ['f/f', '.dvcignore:10:!f'],
    ['s/wa', 's/.dvcignore:2:!wa'],
    ['s/in/wb', 's/.dvcignore:1:w*'],
    ['s/n', undefined],
  ])('about %s one line decides, the first of its kind in a row: %s', (path, line) => {
    const files: Record<string, string> = {
      '.dvcignore': 'x\n!y\nz*\n!zk\nq*\nqa\n!qb/\nd/\nf\n!f\n',
      's/.dvcignore': 'w*\n!wa\n',
    };
    expect(new IgnoreRules((name) => files[name] ?? '', ['.dvcignore']).about(path, false)).toBe(line);
  });
});
