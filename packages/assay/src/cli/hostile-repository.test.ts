import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
let root = '';
beforeEach(() => {
  root = join(folder, String(count++), 'project');
  put('.dvc/config', '');
});

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Runs a command in this process; what it said, on whichever stream. */
async function assay(...argv: readonly string[]): Promise<string> {
  let said = '';
  const stream = { write: (text: string) => (said += text) };
  const code = await main(['-C', root, ...argv], { stdout: stream, stderr: stream });
  return `${code}: ${said}`;
}

function object(content: string, suffix: '' | '.dir' = ''): string {
  const md5 = createHash('md5').update(content).digest('hex');
  put(`.dvc/cache/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}${suffix}`, content);
  return md5 + suffix;
}

const dataFile = (md5: string, path: string) => `outs:\n- md5: ${md5}\n  hash: md5\n  path: ${path}\n`;
const someMd5 = 'd8e8fca2dc0f896fd7cb4cb0031ba249';

describe('a file that cannot be read is refused with its place', () => {
  const conflict = (ours: string, theirs: string) => `<<<<<<< HEAD\n${ours}=======\n${theirs}>>>>>>> other\n`;
  const stage = 'stages:\n  a:\n    cmd: x\n    outs: [o]\n';
  const lock = (middle: string) =>
    `schema: '2.0'\nstages:\n  a:\n    cmd: x\n    outs:\n    - path: o\n      hash: md5\n${middle}`;
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...'bcdefgh'].map((line, i) =>
    i === 0
      ? line
      : `${line}: &${line} [${Array(10)
          .fill(`*${'abcdefgh'[i - 1]}`)
          .join(',')}]`,
  );
  const cases: readonly (readonly [string, string, string | Uint8Array, string])[] = [
    [
      'a merge conflict in a .dvc file',
      'd.dvc',
      `outs:\n${conflict('- md5: a\n', '- md5: b\n')}`,
      'ASSAY_DVC_CONFLICT: d.dvc:2:1',
    ],
    [
      'one in dvc.yaml',
      'dvc.yaml',
      `stages:\n${conflict('  a:\n', '  b:\n')}    cmd: x\n`,
      'ASSAY_DVC_CONFLICT: dvc.yaml:2:1',
    ],
    [
      'one in dvc.lock',
      'dvc.lock',
      lock(conflict('      md5: a\n', '      md5: b\n')),
      'ASSAY_DVC_CONFLICT: dvc.lock:8:1',
    ],
    ['one in the config', '.dvc/config', conflict('[core]\n', '[cache]\n'), 'config:1:1: a merge conflict'],
    ['a syntax error deep in dvc.lock', 'dvc.lock', lock('      md5: "x\n'), 'ASSAY_DVC_YAML: dvc.lock:'],
    ['aliases that multiply', 'dvc.yaml', bomb.join('\n'), 'ASSAY_DVC_YAML: dvc.yaml'],
    ['lists in lists', 'dvc.yaml', '['.repeat(5000), 'nested too deeply'],
    [
      'maps in maps',
      'dvc.yaml',
      Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'nested too deeply',
    ],
    ['a key twice', 'dvc.yaml', 'stages:\n  a: {cmd: x}\n  a: {cmd: y}\n', 'ASSAY_DVC_YAML: dvc.yaml:3:3'],
    [
      'a tag that would run something',
      'dvc.yaml',
      'stages:\n  a:\n    cmd: !!python/object/apply:os.system [x]\n',
      'ASSAY_DVC_YAML: dvc.yaml:3:10',
    ],
    [
      'bytes that are no UTF-8',
      'd.dvc',
      Buffer.from('outs:\n- path: \xff\n', 'latin1'),
      'ASSAY_DVC_NOT_TEXT: d.dvc:2:9',
    ],
    ['UTF-16', 'dvc.yaml', Buffer.from('\ufeffstages: {}', 'utf16le'), 'ASSAY_DVC_NOT_TEXT: dvc.yaml:1:'],
    ['a zero byte', 'dvc.yaml', 'stages:\n  a:\n    cmd: "x\0y"\n', 'ASSAY_DVC_NOT_TEXT: dvc.yaml:3:12'],
    ['another schema', 'dvc.lock', "schema: '3.0'\n", 'ASSAY_DVC_LOCK: dvc.lock'],
    ['a list for a stage', 'dvc.lock', "schema: '2.0'\nstages:\n  a: [1]\n", 'ASSAY_DVC_ENTRY: dvc.lock, a'],
    ['a section that Object has', '.dvc/config', '[constructor]\n    x = 1\n', 'ASSAY_DVC_CONFIG'],
  ];
  it.each(cases)('%s', async (_what, file, content, said) => {
    put('dvc.yaml', stage);
    put(file, content);
    expect(await assay('status')).toContain(said);
  });

  it('but a byte order mark is nothing to complain of', async () => {
    put('dvc.yaml', '\ufeffstages:\n  a:\n    cmd: x\n');
    expect(await assay('stage', 'list')).toMatch(/^0: a /);
  });
});

describe('no output leads out of the repository, or into what makes it one', () => {
  it.each(['../evil', 'sub/../../evil', '.', '.dvc/config', '.git/hooks/post-checkout', 'a/.GIT/config'])(
    '%s',
    async (path) => {
      put('x.dvc', dataFile(object('evil'), path));
      expect(await assay('checkout', '--force')).toMatch(/^255: .*ASSAY_DVC_(PATH_OUTSIDE|NOT_TRACKABLE)/);
      expect(readdirSync(dirname(root))).toEqual(['project']);
      expect(readFileSync(join(root, '.dvc/config'), 'utf8')).toBe('');
    },
  );

  it('an absolute path is neither written nor removed', async () => {
    const victim = join(dirname(root), 'victim');
    put('x.dvc', dataFile(object('evil'), victim));
    expect(await assay('checkout')).toContain('ASSAY_DVC_PATH_OUTSIDE');
    expect(existsSync(victim)).toBe(false);
    writeFileSync(victim, 'mine');
    expect(await assay('remove', '--outs', 'x.dvc')).toContain('ASSAY_DVC_PATH_OUTSIDE');
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });

  it('nor one behind a link', async () => {
    const outside = join(dirname(root), 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(root, 'link'));
    put('x.dvc', dataFile(object('evil'), 'link/evil'));
    expect(await assay('checkout')).toContain('ASSAY_DVC_THROUGH_LINK');
    const list = object(`[{"md5": "${object('evil')}", "relpath": "a/b"}]`, '.dir');
    rmSync(join(root, 'x.dvc'));
    put('y.dvc', dataFile(list, 'dir'));
    mkdirSync(join(root, 'dir'));
    symlinkSync(outside, join(root, 'dir/a'));
    expect(await assay('checkout')).toMatch(/^0: /);
    expect(readFileSync(join(root, 'dir/a/b'), 'utf8')).toBe('evil');
    expect(readdirSync(outside)).toEqual([]);
  });

  it.each(['../evil', '/tmp/evil', 'a/../../evil', '', '.', 'a\\..\\evil', '.git/config', 'x\0y'])(
    'nor the path %j in a list',
    async (path) => {
      const list = object(`[{"md5": "${object('evil')}", "relpath": ${JSON.stringify(path)}}]`, '.dir');
      put('y.dvc', dataFile(list, 'dir'));
      expect(await assay('checkout')).toContain('ASSAY_PATH_ESCAPES');
      expect(readdirSync(dirname(root))).toEqual(['project']);
    },
  );

  it('a stage whose output holds the repository, or the file that says so, is not run', async () => {
    put('k/dvc.yaml', 'stages: {z: {cmd: "true"}}\n');
    for (const [out, code] of [
      ['.', 'ASSAY_DVC_NOT_TRACKABLE'],
      ['k', 'ASSAY_DVC_OVERLAP'],
      ['dvc.yaml', 'ASSAY_DVC_OVERLAP'],
    ]) {
      put('dvc.yaml', `stages:\n  a: {cmd: "true", outs: [${out}]}\n`);
      expect(await assay('repro')).toContain(code);
      expect(existsSync(join(root, 'k/dvc.yaml')) && existsSync(join(root, 'dvc.yaml'))).toBe(true);
    }
  });

  it('metrics outside are not shown', async () => {
    writeFileSync(join(dirname(root), 'secret.yaml'), 'word: hunter2\n');
    put('dvc.yaml', 'metrics: [../secret.yaml]\n');
    const said = await assay('metrics', 'show');
    expect(said).toContain('ASSAY_DVC_PATH_OUTSIDE');
    expect(said).not.toContain('hunter2');
  });
});

describe('what is no file', () => {
  it.each(['add', 'status', 'checkout'])('is not waited for: a pipe, %s', async (command) => {
    put('f.dvc', dataFile(object('test'), 'f'));
    execFileSync('mkfifo', [join(root, 'f'), join(root, 'dvc.yaml')]);
    if (command === 'add') expect(await assay('add', 'f')).toContain('ASSAY_PATH_NOT_REGULAR');
    else expect(await assay(command)).toMatch(command === 'status' ? /^1: .*PATH_NOT_REG/ : /^255: .*PATH_NOT_REG/);
  });

  it('and a pattern of many stars is not tried in all ways', async () => {
    put('.dvcignore', `${'a*'.repeat(40)}b\n${'**/'.repeat(200)}x\n`);
    put(`${'a'.repeat(200)}.dvc`, dataFile(someMd5, 'x'));
    const started = performance.now();
    expect(await assay('status')).toContain('not in cache');
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

it('a setting cannot bring others with it', async () => {
  expect(await assay('remote', 'add', 'x"]\n[core]\n    analytics = true\n["y', '/x')).toContain('ASSAY_CLI_VALUE');
  expect(await assay('config', 'core.remote', 'a\n[cache]\n    dir = /')).toContain('ASSAY_CLI_VALUE');
  expect(readFileSync(join(root, '.dvc/config'), 'utf8')).toBe('');
});

describe('whatever a file became', () => {
  const files: Readonly<Record<string, string>> = {
    'dvc.yaml': [
      'vars:',
      '- model: {depth: 3, names: [a, b]}',
      '- extra.yaml:x',
      'stages:',
      '  prep:',
      '    cmd: cp data.txt prep.txt',
      '    deps: [data.txt]',
      '    outs: [prep.txt]',
      '    params: [lr, nested.a]',
      '  train:',
      `    foreach: \${model.names}`,
      '    do:',
      '      wdir: sub',
      `      cmd: echo \${item} \${model.depth} > \${item}.txt`,
      '      deps: [../prep.txt]',
      '      outs:',
      `      - \${item}.txt: {cache: false, persist: true}`,
      '  grid:',
      '    matrix: {p: [1, 2], q: [x, y]}',
      `    cmd: echo \${item.p} > g-\${item.q}`,
      '    metrics:',
      `    - m-\${key}.json: {cache: false}`,
      '    frozen: true',
      'metrics: [top.json]',
      'plots:',
      '- p.csv: {x: a, y: b}',
      '',
    ].join('\n'),
    'dvc.lock': [
      "schema: '2.0'",
      'stages:',
      '  prep:',
      '    cmd: cp data.txt prep.txt',
      '    deps:',
      '    - path: data.txt',
      '      hash: md5',
      `      md5: ${someMd5}`,
      '      size: 5',
      '    params:',
      '      params.yaml:',
      '        lr: 0.1',
      '        nested.a: 1',
      '    outs:',
      '    - path: prep.txt',
      '      hash: md5',
      `      md5: ${someMd5}`,
      '      size: 5',
      '',
    ].join('\n'),
    'dir.dvc': `frozen: true\ndeps:\n- path: data\n  repo: {url: 'https://example.org/x', rev: main}\n${dataFile(`${someMd5}.dir`, 'dir')}  labels: [a]\n  meta: {a: [1]}\n`,
    'data.txt.dvc': dataFile(someMd5, 'data.txt'),
    'params.yaml': 'lr: 0.1\nnested: {a: 1, b: [1, 2]}\n',
    'extra.yaml': 'x: 1\n',
    'top.json': '{"acc": 0.5, "n": [1, {"b": null}]}',
    '.dvc/config': `[core]\n    remote = r\n['remote "r"']\n    url = /nowhere\n[cache]\n    type = copy\n`,
    '.dvcignore': '*.tmp\n/sub/x\n!keep\n',
  };
  const pieces = [
    ...[
      '',
      ' ',
      '\t',
      '\0',
      '\ufeff',
      '\r',
      '\u2028',
      '😀',
      '&a ',
      '*a',
      '!!set {a}',
      '!!binary aGk=',
      '!x ',
      '<<: *a',
    ],
    ...[
      '{',
      '[',
      '}',
      ']',
      ':',
      '- ',
      '? ',
      '"',
      "'",
      '|',
      '>',
      '%',
      '@',
      '`',
      '#',
      '---\n',
      '...\n',
      `\${`,
      `\\\${`,
      `\${a}`,
    ],
    ...['../../x', '/etc/passwd', '~', '.', '..', '.dvc', 'dvc.yaml', 'a/b', 'x@y', 'a: b: c', '[]', '{}'],
    ...[
      'null',
      'true',
      '1e400',
      '-0',
      '0x1F',
      '1_000',
      '.nan',
      '-5',
      '1.5',
      '9'.repeat(25),
      '__proto__',
      'constructor',
    ],
  ];
  const edit = fc.record({
    kind: fc.constantFrom('insert', 'cut', 'word', 'twice', 'drop', 'indent', 'byte'),
    at: fc.nat(10_000),
    size: fc.nat(255),
    piece: fc.constantFrom(...pieces),
  });
  const commands = [
    'status',
    'stage list',
    'dag',
    'repro --dry',
    'checkout --allow-missing',
    'metrics show',
    'params diff',
  ];
  const more = [
    'data status',
    'gc -w --dry',
    'remote list',
    'diff',
    'config --list',
    'freeze prep',
    'commit -f data.txt.dvc',
  ];

  it('it is read, or refused with a code and the place: never a fault', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(files)),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...commands, ...more),
        async (file, edits, command) => {
          for (const [path, text] of Object.entries({ ...files, 'data.txt': 'test\n' })) put(path, text);
          put(file, changed(files[file]!, edits));
          const said = await assay(...command.split(' '));
          expect(said).not.toMatch(/ASSAY_UNEXPECTED|\[object Object\]/);
          expect(said.startsWith('0: ') || /ASSAY_[A-Z_]+: \S/.test(said)).toBe(true);
        },
      ),
      { numRuns: 120 },
    );
  }, 60_000);

  function changed(
    before: string,
    edits: readonly { kind: string; at: number; size: number; piece: string }[],
  ): Buffer {
    let text = before;
    const bytes: (readonly [number, number])[] = [];
    for (const { kind, at, size, piece } of edits) {
      const place = text.length === 0 ? 0 : at % text.length;
      const lines = text.split('\n');
      const line = at % lines.length;
      const words = [...text.matchAll(/[\w./$-]+/g)];
      if (kind === 'insert') text = text.slice(0, place) + piece + text.slice(place);
      else if (kind === 'cut') text = text.slice(0, place) + text.slice(place + 1 + (size % 12));
      else if (kind === 'word' && words.length > 0) {
        const word = words[at % words.length]!;
        text = text.slice(0, word.index) + piece + text.slice(word.index + word[0].length);
      } else if (kind === 'twice') text = [...lines.slice(0, line + 1), ...lines.slice(line)].join('\n');
      else if (kind === 'drop') text = lines.filter((_, i) => i !== line).join('\n');
      else if (kind === 'indent')
        text = lines.map((one, i) => (i === line ? ' '.repeat(size % 5) + one : one)).join('\n');
      else bytes.push([at, size]);
    }
    const buffer = Buffer.from(text);
    for (const [at, byte] of bytes) if (buffer.length > 0) buffer[at % buffer.length] = byte;
    return buffer;
  }
});
