import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './repository.ts';

/** What a person does between commands, as steps of a case. */

export const write = (name: string, content: string) => (repository: Repository) => repository.write(name, content);

export const remove = (name: string) => (repository: Repository) =>
  rmSync(join(repository.root, name), { recursive: true, force: true });

export const replace = (name: string, old: string, next: string) => (repository: Repository) =>
  repository.write(name, readFileSync(join(repository.root, name), 'utf8').replace(old, next));

export const commit = (repository: Repository) => repository.commit('as it is');

export const git =
  (...words: string[]) =>
  (repository: Repository) =>
    void repository.git(...words);

/** Beside the repository. */
export const folder = (name: string) => (repository: Repository) =>
  void mkdirSync(join(repository.base, name), { recursive: true });

/** Data as DVC 2 left it: text hashed with LF for CRLF, in the layout of then. */
export function legacyData(repository: Repository): void {
  const md5 = (text: string) => execFileSync('md5sum', { input: text, encoding: 'latin1' }).slice(0, 32);
  const put = (hash: string, text: string) =>
    repository.write(`.dvc/cache/${hash.slice(0, 2)}/${hash.slice(2)}`, text, 0o444);
  const [table, binary, a, b] = ['x,y\n1,2\n', 'a\0\r\n', 'one\n', 'two\n'].map(md5) as [
    string,
    string,
    string,
    string,
  ];
  const list = `[{"md5": "${a}", "relpath": "a"}, {"md5": "${b}", "relpath": "b"}]`;
  const directory = `${md5(list)}.dir`;
  for (const [hash, text] of [
    [table, 'x,y\r\n1,2\r\n'],
    [binary, 'a\0\r\n'],
    [a, 'one\r\n'],
    [b, 'two\n'],
    [directory, list],
  ] as const) {
    put(hash, text);
  }
  repository.write('t.csv', 'x,y\r\n1,2\r\n');
  repository.write('o.csv', 'x,y\r\n1,2\r\n');
  repository.write('b.bin', 'a\0\r\n');
  repository.write('dir/a', 'one\r\n');
  repository.write('dir/b', 'two\n');
  repository.write('t.csv.dvc', `outs:\n- md5: ${table}\n  size: 10\n  path: t.csv\n`);
  repository.write('b.bin.dvc', `outs:\n- md5: ${binary}\n  size: 4\n  path: b.bin\n`);
  const human = `  size: 9\n  nfiles: 2\n  path: dir # why\n  desc: hello\nmeta:\n  a: 1\n`;
  repository.write('dir.dvc', `# mine\nouts:\n- md5: ${directory}\n${human}`);
  repository.write('.gitignore', '/t.csv\n/b.bin\n/dir\n/o.csv\n');
  repository.write(
    'dvc.yaml',
    'stages:\n  s:\n    cmd: cp t.csv o.csv\n    deps:\n    - t.csv\n    outs:\n    - o.csv\n',
  );
  const entry = (name: string) => `    - path: ${name}\n      md5: ${table}\n      size: 10\n`;
  const locked = `  s:\n    cmd: cp t.csv o.csv\n    deps:\n${entry('t.csv')}    outs:\n${entry('o.csv')}`;
  repository.write('dvc.lock', `schema: '2.0'\nstages:\n${locked}`);
}

/** Stages and parameters of every kind. */
export function everyStage(repository: Repository): void {
  repository.write('in.txt', 'in\n');
  repository.write('raw/a', 'a\n');
  repository.write('raw/b', 'b\n');
  repository.write('sub/.keep', '');
  repository.write('params.yaml', parameters);
  repository.write('p.json', '{"a": {"b": 1.50, "c": [1,2]}, "n": null, "t": true}');
  repository.write('p.toml', 'a = 1\n[b]\nc = 2.5\ne = "x"\n');
  repository.write('p.py', 'A = 1\nB = 2.0\nC = "x"\nD = [1, 2]\nclass K:\n    e = 1\n    f = {"a": 1}\n');
  repository.write('dvc.yaml', stages);
}

const parameters = `lr: 0.1
on: yes
big: 123456789012345678901234567890
f: 1.0
e: 1e-5
nul: null
t: {a: [1, 2.0, x], b: {c: d}}
m: {a: true, b: false, n: null, l: [1, "x y"], s: "q uo"}
items: [us, gb]
mm: {x: {v: 1}, y: {v: 2}}
`;

const stages = `vars:
- other: {base: out}
stages:
  prep: # the first
    desc: Prepares
    cmd: mkdir -p \${other.base} && cat in.txt > \${other.base}/p.txt && cp -r raw outraw
    deps:
    - in.txt
    - raw
    params:
    - lr
    - t.b
    - t.a
    - on
    - big
    - f
    - e
    - nul
    - p.json:
      - a.b
      - a.c
    - p.toml:
    - p.py:
      - A
      - K.e
    outs:
    - out/p.txt
    - outraw:
        desc: raw again
        labels: [a, b]
        meta: {k: 1}
  multi:
    cmd:
    - echo one > m1.txt
    - echo \${lr} > m2.txt
    deps:
    - out/p.txt
    outs:
    - m1.txt:
        cache: false
    - m2.txt:
        persist: true
        push: false
  line:
    cmd: |
      echo first > l1.txt
      echo '{"a": 1}' > met2.json
    wdir: sub
    deps: [../out/p.txt]
    outs: [l1.txt]
    metrics: [met2.json]
  each:
    foreach: \${items}
    do:
      cmd: echo \${item} > e-\${item}
      deps: [m1.txt]
      outs: ['e-\${item}']
  mapped:
    foreach: \${mm}
    do:
      cmd: echo \${key} \${item.v} > k-\${key}
      outs: ['k-\${key}']
  grid:
    matrix:
      a: [1, 2.5]
      b: [x, {c: 1}]
    cmd: echo \${item.a} \${key} > g-\${key}
    outs: ['g-\${key}']
  callback:
    cmd: echo always >> always.log
  ac:
    cmd: echo ac > ac.txt
    always_changed: true
    deps: [in.txt]
    outs: [ac.txt]
  dict:
    cmd: echo \${m} \\\${esc} > d.txt
    outs: [d.txt]
`;
