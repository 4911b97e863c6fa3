import { mkdirSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stage } from '../pipelines/index.ts';
import { describeChanges } from './because.ts';
import { cacheKey, type KeyParts, normalisePorts } from './key.ts';
import { Slots } from './slots.ts';
import { pipeline, ran, Sandbox } from './testing/sandbox.ts';
import { readToolchain } from './toolchain.ts';

const parts: KeyParts = {
  commands: { pre: [], run: [['python', 'train.py', '--seed', '7']], post: [] },
  directory: '.',
  code: { 'train.py': 'a' },
  environment: { variables: {}, passed: {}, toolchain: {}, lockfiles: {} },
  inputs: { data: { sha256: 'd' } },
  parameters: { seed: 7 },
  outputs: { model: { role: 'model' } },
};
const changes = (after: Partial<KeyParts>) =>
  describeChanges(parts, { ...parts, ...after }, async (port) => `in ${port}`);

describe('what changed', () => {
  it.each([
    [{ code: { 'train.py': 'b', 'new.py': 'c' } }, ['code new.py is new', 'code train.py changed']],
    [{ code: {} }, ['code train.py is gone']],
    [{ inputs: { data: { sha256: 'e' } } }, ['input data changed (in data)']],
    [{ inputs: { data: { sha256: 'd', path: 'x' } } }, ['input data is at another path']],
    [
      { parameters: { seed: 8 }, commands: { ...parts.commands, run: [['python', 'train.py', '--seed', '8']] } },
      ['parameter seed 7 → 8'],
    ],
    [
      { parameters: { seed: 8 }, commands: { ...parts.commands, run: [['python', 'train.py', '--sled', '8']] } },
      ['command `--seed` → `--sled`', 'parameter seed 7 → 8'],
    ],
    [{ commands: { ...parts.commands, run: [['python', 'train.py']] } }, ['command `python train.py` changed']],
    [{ commands: { ...parts.commands, pre: [['ls']] } }, ['pre hooks: 0 → 1']],
    [{ directory: 'sub' }, ['working folder . → sub']],
    [{}, []],
  ] satisfies [Partial<KeyParts>, string[]][])('%j is told as %j', async (after, expected) => {
    expect(await changes(after)).toEqual(expected);
  });
});

describe('the key', () => {
  it('does not depend on the order of names, and on everything else', () => {
    const turned: KeyParts = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(parts).reverse())));
    expect(cacheKey(turned)).toBe(cacheKey(parts));
    expect(cacheKey({ ...parts, parameters: { seed: 8 } })).not.toBe(cacheKey(parts));
  });

  it('names ports instead of paths where commands name them, files in a folder too', () => {
    const stage: Stage = {
      id: 's',
      group: 'g',
      description: undefined,
      directory: '.',
      commands: [['run', 'in/data/x.txt', '--out=build/o', 'in/database', '-p', 'in/data']],
      environment: { name: 'e', kind: 'process', reason: undefined, path: [], variables: {}, pass: [], lockfiles: [] },
      inputs: [
        { port: 'data', path: 'in/data', from: undefined },
        { port: 'quiet', path: 'in/quiet', from: undefined },
      ],
      outputs: [{ port: 'o', path: 'build/o', role: 'artifact' }],
      parameters: {},
      code: [],
      needs: [],
      when: undefined,
      hooks: { pre: [], post: [], callback: [] },
      durationSeconds: undefined,
      status: 'active',
    };
    const { commands, pathOf } = normalisePorts(stage);
    expect(commands.run).toEqual([
      ['run', `\${inputs.data}/x.txt`, `--out=\${outputs.o}`, 'in/database', '-p', `\${inputs.data}`],
    ]);
    expect([pathOf('inputs', 'data'), pathOf('inputs', 'quiet'), pathOf('outputs', 'o')]).toEqual([
      undefined,
      'in/quiet',
      undefined,
    ]);
  });
});

describe('slots', () => {
  it('let so many through at once, of the others the first in order', async () => {
    const slots = new Slots(2);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const release = await slots.take(i < 2 ? i : 7 - i);
        order.push(i);
        most = Math.max(most, ++inside);
        await new Promise((next) => setImmediate(next));
        inside--;
        release();
        release();
      }),
    );
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 5, 4, 3, 2]);
  });
});

describe('code', () => {
  let box: Sandbox;
  beforeEach(() => {
    box = new Sandbox();
  });
  afterEach(() => box.remove());

  it('leaves out what ignore files name and what running makes', async () => {
    box.write({
      'src/a.py': 'a',
      'src/deep/b.py': 'b',
      '.gitignore': '*.log\n',
      'pipeline.yaml': pipeline([`{ name: s, code: [src], outputs: { o: build/o }, run: touch build/o }`]),
    });
    await box.run();
    box.write({
      'src/x.log': 'x',
      'src/__pycache__/a.pyc': 'x',
      'src/deep/.git/config': 'x',
      'src/node_modules/m.js': 'x',
    });
    symlinkSync('..', box.path('src/loop'));
    expect(ran(await box.run())).toEqual({});
    box.write({ 'src/deep/c.py': 'c' });
    expect(ran(await box.run())).toEqual({ s: 'ran: code src/deep/c.py is new' });
  });

  it('of toolchains is known by what is installed', () => {
    box.write({ 'env/conda-meta/python-3.12.4-h1_0.json': '{}', 'node_modules/.package-lock.json': '{}' });
    mkdirSync(box.path('plain/bin'), { recursive: true });
    const before = ['env/bin', 'node_modules/.bin', 'plain/bin'].map((path) => readToolchain(box.path(path)));
    expect(before[0]?.tools).toEqual({ python: '3.12.4' });
    box.write({ 'env/conda-meta/numpy-2.0-0.json': '{}', 'node_modules/.package-lock.json': '{"x":1}' });
    const after = ['env/bin', 'node_modules/.bin', 'plain/bin'].map((path) => readToolchain(box.path(path)));
    expect(after.map(({ identity }, i) => identity === before[i]?.identity)).toEqual([false, false, true]);
    box.write({ 'plain/bin/tool': 'echo 1\n' });
    const tool = readToolchain(box.path('plain/bin'));
    box.write({ 'plain/bin/tool': 'echo 2\n' });
    expect(readToolchain(box.path('plain/bin')).identity).not.toBe(tool.identity);
  });

  it('of a toolchain does not depend on where it lies', () => {
    for (const place of ['here', 'there']) {
      box.write({
        [`${place}/venv/pyvenv.cfg`]: `home = /usr/bin\nversion = 3.11.2\ncommand = python3 -m venv /${place}/venv\n`,
        [`${place}/venv/lib/python3.11/site-packages/numpy-2.1.0.dist-info/METADATA`]: '',
        [`${place}/node_modules/.package-lock.json`]: '{}',
        [`${place}/tools/run`]: 'echo\n',
      });
    }
    for (const path of ['venv/bin', 'node_modules/.bin', 'tools']) {
      expect(readToolchain(box.path(`here/${path}`))).toEqual(readToolchain(box.path(`there/${path}`)));
    }
  });

  it('changed in a folder of data from outside is told by its files', async () => {
    box.write({
      'raw/one.txt': '1',
      'raw/two.txt': '2',
      'pipeline.yaml': pipeline([`{ name: s, inputs: { raw: raw }, outputs: { o: build/o }, run: touch build/o }`]),
    });
    await box.run();
    box.write({ 'raw/two.txt': '3', 'raw/three.txt': '3' });
    expect(ran(await box.run())).toEqual({ s: 'ran: input raw changed (raw: three.txt, two.txt)' });
  });
});
