import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { appendFileSync, chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pipeline, ran, Sandbox, states } from './testing/sandbox.ts';

let box: Sandbox;
const source = `jdf: 2
name: words
version: "1:0:0"
parameters: { seed: 7, depth: 2 }
entities:
  - { name: raw, type: Data, path: raw.txt }
  - { name: locked, type: Environment, executor: process, lockfiles: [requirements.txt], variables: { MODE: fast } }
stages:
  - name: first
    blocks:
      - name: split
        inputs: { raw: { entity: raw } }
        outputs: { paragraphs: build/paragraphs }
        run: node split.mjs \${inputs.raw} \${outputs.paragraphs}
      - name: count
        inputs: { paragraphs: }
        outputs: { count: { path: build/count.json, role: metrics } }
        code: [lib]
        run: sh lib/count.sh \${inputs.paragraphs} \${outputs.count}
  - name: second
    blocks:
      - name: train
        entities: [locked]
        inputs: { paragraphs: }
        outputs: { model: build/model.txt }
        run: sh train.sh \${inputs.paragraphs}/one.txt --seed=\${parameters.seed} \${outputs.model}
      - name: report
        inputs: { model: , count: }
        outputs: { report: build/report.txt }
        run: [sh, -c, 'cat "$1" "$2" > "$0"', "\${outputs.report}", "\${inputs.model}", "\${inputs.count}"]
connections:
  - { from: split.paragraphs, to: count.paragraphs }
  - { from: split.paragraphs, to: train.paragraphs }
  - { from: train.model, to: report.model }
  - { from: count.count, to: report.count }
`;
const all = ['split', 'count', 'train', 'report'];

function prepare(): void {
  box = new Sandbox();
  box.write({
    'pipeline.yaml': source,
    'raw.txt': 'alpha beta\ngamma\n',
    'requirements.txt': 'numpy==2.0\n',
    'split.mjs': `import fs from 'node:fs';
const [from, to] = process.argv.slice(2);
fs.mkdirSync(to, { recursive: true });
const [one, ...rest] = fs.readFileSync(from, 'utf8').split('\\n');
fs.writeFileSync(to + '/one.txt', one);
fs.writeFileSync(to + '/rest.txt', rest.join('\\n'));
`,
    'lib/count.sh': 'printf \'{"words": %s}\' "$(cat "$1"/* | wc -w)" > "$2"\n',
    'train.sh': 'printf "%s %s %s" "$2" "$MODE" "$(cat "$1")" > "$3"\n',
  });
}

describe('a stage whose work is known', () => {
  beforeEach(prepare);
  afterEach(() => box.remove());

  it('is not executed again, says why, and its outputs are not touched', async () => {
    const first = await box.run();
    expect(Object.keys(ran(first))).toEqual(expect.arrayContaining(all));
    const before = box.read('build/report.txt');
    const second = await box.run();
    expect(new Set(Object.values(states(second)))).toEqual(new Set(['cached']));
    for (const stage of second.stages) {
      expect(stage.because).toMatch(new RegExp(`^cached: same code, .* as run ${first.id.slice(0, 12)}$`));
      expect(stage.record).toBe(first.stages.find((one) => one.stage === stage.stage)?.record);
      expect(stage.source).toBe(first.id);
    }
    expect(second.stages.find(({ stage }) => stage === 'train')?.because).toBe(
      `cached: same code, inputs (1), parameters (1) as run ${first.id.slice(0, 12)}`,
    );
    expect(box.read('build/report.txt')).toBe(before);
    expect((await box.verify()).failures).toEqual([]);
  });
});

// One project for all of these: each finds it as the one before has left it.
describe('exactly the dependents run again, and say why, after', () => {
  beforeAll(async () => {
    prepare();
    await box.run();
  });
  afterAll(() => box.remove());

  let text = source;
  const edit = (from: string, to: string) => {
    text = text.replace(from, to);
    box.write({ 'pipeline.yaml': text });
  };
  const changed: Readonly<Record<string, () => void>> = {
    'a changed input': () => appendFileSync(box.path('raw.txt'), 'delta\n'),
    'a line of code': () => appendFileSync(box.path('train.sh'), '# tuned\n'),
    'a file of a code folder': () => box.write({ 'lib/new.sh': 'true\n' }),
    'a lock file': () => box.write({ 'requirements.txt': 'numpy==2.1\n' }),
    'a variable of the environment': () => edit('MODE: fast', 'MODE: slow'),
    'a command': () => edit("'cat ", "'cat -- "),
    'a declared output': () => edit('report: build/report.txt', 'report: { path: build/report.txt, role: report }'),
  };
  it.each([
    // `train` sees the first line only, and comes out the same: its own dependents are not run for its sake.
    [
      'a changed input',
      {
        split: 'ran: input raw changed (raw.txt)',
        count: 'ran: input paragraphs changed (build/paragraphs: rest.txt)',
        train: 'ran: input paragraphs changed (build/paragraphs: rest.txt)',
        report: 'ran: input count changed (build/count.json)',
      },
    ],
    ['a line of code', { train: 'ran: code train.sh changed' }],
    ['a file of a code folder', { count: 'ran: code lib/new.sh is new' }],
    ['a lock file', { train: 'ran: lock file requirements.txt changed' }],
    [
      'a variable of the environment',
      { train: 'ran: variable MODE changed', report: 'ran: input model changed (build/model.txt)' },
    ],
    ['a command', { report: expect.stringMatching(/^ran: command `cat .*` → `cat -- .*`$/) }],
    ['a declared output', { report: 'ran: declared output report changed' }],
  ])('%s', async (what, expected) => {
    changed[what]!();
    const run = await box.run();
    expect(ran(run)).toEqual(expected);
    expect(Object.values(states(run)).filter((state) => state === 'cached')).toHaveLength(
      all.length - Object.keys(expected).length,
    );
  });

  it('a parameter, and only where it is used', async () => {
    expect(ran(await box.run({ set: { seed: '8' } }))).toEqual({
      train: 'ran: parameter seed 7 → 8',
      report: 'ran: input model changed (build/model.txt)',
    });
    expect(ran(await box.run({ set: { seed: '8', depth: '3' } }))).toEqual({});
  });

  it('nothing at all: what ran before comes back without being executed', async () => {
    const first = await box.run({ force: true });
    const before = box.read('build/model.txt');
    await box.run({ set: { seed: '8' } });
    expect(box.read('build/model.txt')).not.toBe(before);
    const back = await box.run();
    expect(ran(back)).toEqual({});
    expect(box.read('build/model.txt')).toBe(before);
    expect(back.stages.find(({ stage }) => stage === 'train')?.because).toBe(
      `restored: parameter seed 8 → 7; same code, inputs (1), parameters (1) as run ${first.id.slice(0, 12)}`,
    );
  });
});

describe('an output', () => {
  beforeEach(prepare);
  afterEach(() => box.remove());

  it('that was deleted is restored from the store, without executing', async () => {
    await box.run();
    const before = box.read('build/paragraphs/one.txt');
    rmSync(box.path('build/paragraphs'), { recursive: true });
    const run = await box.run();
    expect(ran(run)).toEqual({});
    expect(run.stages[0]?.because).toMatch(
      /^restored: output build\/paragraphs was deleted; same code, inputs \(1\) as run /,
    );
    expect(box.read('build/paragraphs/one.txt')).toBe(before);
  });

  it('that was deleted, and is not in the store either, is made again; its dependents stay, as it is the same', async () => {
    await box.run();
    rmSync(box.path('build/model.txt'));
    rmSync(`${box.project.paths.objects}/sha256`, { recursive: true });
    expect(ran(await box.run())).toEqual({ train: 'ran: output build/model.txt was deleted and is not in the store' });
  });

  it('that was deleted, and is damaged in the store, is made again, and the store is whole then', async () => {
    const first = await box.run();
    const [model] = (await box.stageRun(first, 'train')).outputs;
    const object = `${box.project.paths.objects}/sha256/${model!.sha256.slice(0, 2)}/${model!.sha256.slice(2)}`;
    const bytes = readFileSync(object);
    bytes[0]! ^= 1;
    rmSync(object);
    writeFileSync(object, bytes);
    expect((await box.verify()).ok).toBe(false);
    rmSync(box.path('build/model.txt'));
    expect(ran(await box.run())).toEqual({
      train: 'ran: output build/model.txt was deleted and is damaged in the store',
    });
    expect((await box.verify()).failures).toEqual([]);
  });

  it('that may be executed still may when it was restored', async () => {
    const block = (name: string, run: string) =>
      `{ name: ${name}, outputs: { o: build/${name} }, run: [sh, -c, '${run}'] }`;
    box.write({
      'pipeline.yaml': pipeline([
        block('tool', 'echo "echo hi" > build/tool; chmod 755 build/tool'),
        block('tools', 'mkdir -p build/tools/in; touch build/tools/a build/tools/in/b; chmod +x build/tools/in/b'),
      ]),
    });
    await box.run();
    const mayExecute = () =>
      ['tool', 'tools/a', 'tools/in/b'].filter((path) => (statSync(box.path(`build/${path}`)).mode & 0o111) !== 0);
    const before = mayExecute();
    expect(before).toEqual(['tool', 'tools/in/b']);
    rmSync(box.path('build/tools'), { recursive: true });
    chmodSync(box.path('build/tool'), 0o644);
    expect(ran(await box.run())).toEqual({});
    expect(mayExecute()).toEqual(before);
  });

  it('that was edited by hand is restored, and the edited bytes are kept; the store is not what was edited', async () => {
    const first = await box.run();
    const path = box.path('build/model.txt');
    const [before] = (await box.stageRun(first, 'train')).outputs;
    writeFileSync(path, 'mine');
    const run = await box.run();
    expect(run.stages.find(({ stage }) => stage === 'train')?.because).toMatch(
      /^restored: output build\/model.txt was changed; /,
    );
    await box.open(async ({ contents }) => {
      expect(await contents.describe(path)).toMatchObject({ sha256: before!.sha256 });
      const kept = hash('sha256', 'mine');
      expect(await contents.lacking({ kind: 'file', sha256: kept })).toBeUndefined();
    });
    appendFileSync(path, 'again');
    expect((await box.verify()).failures).toEqual([]);
  });

  it('that is to be elsewhere is put there, since its command only names the place', async () => {
    const first = await box.run();
    const before = box.read('build/model.txt');
    box.write({ 'pipeline.yaml': source.replace('model: build/model.txt', 'model: out/model.txt') });
    const run = await box.run();
    expect(ran(run)).toEqual({});
    expect(run.stages.find(({ stage }) => stage === 'train')?.because).toBe(
      `restored: output build/model.txt is to be at out/model.txt now; same code, inputs (1), parameters (1) as run ${first.id.slice(0, 12)}`,
    );
    expect(box.read('out/model.txt')).toBe(before);
  });

  it('of another format is made anew: programs take it from the name', async () => {
    await box.run();
    box.write({ 'pipeline.yaml': source.replace('model: build/model.txt', 'model: build/model.json') });
    expect(ran(await box.run())).toEqual({
      train: `ran: command \`\${outputs.model}.txt\` → \`\${outputs.model}.json\``,
      report: `ran: command \`\${inputs.model}.txt\` → \`\${inputs.model}.json\``,
    });
  });

  it('that is a symbolic link fails the stage, and is not in the way of the next run', async () => {
    const linking = (run: string) =>
      `jdf: 2\nname: l\nversion: "1:0:0"\nstages: [{ name: s, blocks: [{ name: b, outputs: { o: build/o }, run: [sh, -c, '${run}'] }] }]\n`;
    box.write({ 'pipeline.yaml': linking('ln -s ../raw.txt build/o') });
    const run = await box.run();
    expect(run.stages[0]).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('ASSAY_STAGE_OUTPUT_LINK'),
    });
    expect(box.read('raw.txt')).toBe('alpha beta\ngamma\n');
    box.write({ 'pipeline.yaml': linking('cp raw.txt build/o') });
    expect(states(await box.run())).toEqual({ b: 'succeeded' });
  });

  it('that holds a link to a folder fails the stage, since what lies behind it would be lost', async () => {
    const making = (run: string) =>
      `jdf: 2\nname: l\nversion: "1:0:0"\nstages: [{ name: s, blocks: [{ name: b, outputs: { o: build/o }, run: [sh, -c, '${run}'] }] }]\n`;
    box.write({ 'pipeline.yaml': making('mkdir build/o build/real; ln -s ../real build/o/linked') });
    const run = await box.run();
    expect(run.stages[0]).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('ASSAY_PATH_LINKED_FOLDER'),
    });
    box.write({ 'pipeline.yaml': making('mkdir build/o; cp raw.txt build/o/') });
    expect(states(await box.run())).toEqual({ b: 'succeeded' });
  });

  it('holds nothing of an earlier execution', async () => {
    await box.run();
    box.write({ 'build/paragraphs/stray.txt': 'x', 'raw.txt': 'other\n' });
    const run = await box.run();
    expect((await box.stageRun(run, 'split')).outputs[0]).toMatchObject({ kind: 'directory', files: 2 });
    expect(() => box.read('build/paragraphs/stray.txt')).toThrow();
  });
});

describe('the environment', () => {
  beforeEach(prepare);
  afterEach(() => box.remove());

  it('passes on what it names and nothing else, and a changed value counts without being recorded', async () => {
    box.environment.TOKEN = 'secret-one';
    box.environment.OTHER = 'hidden';
    box.write({
      'env.yaml': `jdf: 2
name: env
version: "1:0:0"
entities: [{ name: e, type: Environment, executor: process, pass: [TOKEN] }]
stages: [{ name: s, blocks: [{ name: b, entities: [e], outputs: { o: build/env }, run: [sh, -c, 'env > build/env'] }] }]
`,
    });
    const file = 'env.yaml';
    const first = await box.run({ file });
    expect(box.read('build/env')).toContain('TOKEN=secret-one');
    expect(box.read('build/env')).not.toContain('hidden');
    expect(JSON.stringify(await box.stageRun(first, 'b'))).not.toContain('secret-one');
    expect(ran(await box.run({ file }))).toEqual({});
    box.environment.TOKEN = 'secret-two';
    expect(ran(await box.run({ file }))).toEqual({ b: 'ran: variable TOKEN of the caller changed' });
    delete box.environment.TOKEN;
    expect(ran(await box.run({ file }))).toEqual({ b: 'ran: variable TOKEN of the caller is gone' });
  });

  it("a person's own Python environment runs its stage, and counts by what is installed in it", async () => {
    execFileSync('python3', ['-m', 'venv', '--without-pip', box.path('.venv')]);
    box.write({
      'venv.yaml': `jdf: 2
name: venv
version: "1:0:0"
entities: [{ name: py, type: Environment, executor: process, path: [.venv/bin] }]
stages: [{ name: s, blocks: [{ name: b, entities: [py], outputs: { o: build/prefix }, run: 'python where.py \${outputs.o}' }] }]
`,
      'where.py': 'import sys\nopen(sys.argv[1], "w").write(sys.prefix)\n',
    });
    const file = 'venv.yaml';
    const run = await box.run({ file });
    expect(box.read('build/prefix')).toBe(box.path('.venv'));
    expect(run.detail.environment.tools.py?.python).toMatch(/^3\.\d+/);
    expect(ran(await box.run({ file }))).toEqual({});
    const version = /(\d+\.\d+)/.exec(run.detail.environment.tools.py!.python!)![1];
    box.write({ [`.venv/lib/python${version}/site-packages/numpy-2.1.0.dist-info/METADATA`]: 'Name: numpy\n' });
    expect(ran(await box.run({ file }))).toEqual({ b: 'ran: toolchain .venv/bin changed' });
  });

  it('the implementation of a command of Assay is its code', async () => {
    box.write({
      'own.yaml': `jdf: 2
name: own
version: "1:0:0"
stages: [{ name: s, blocks: [{ name: b, outputs: { o: build/o }, hooks: { pre: assay label }, run: [sh, -c, 'echo > build/o'] }] }]
`,
      'impl.ts': 'one',
    });
    const implementation = async () => ({ name: 'label', files: [box.path('impl.ts')] });
    expect(states(await box.run({ file: 'own.yaml', implementation })).b).toBe('succeeded');
    expect(ran(await box.run({ file: 'own.yaml', implementation }))).toEqual({});
    box.write({ 'impl.ts': 'two' });
    expect(ran(await box.run({ file: 'own.yaml', implementation }))).toEqual({
      b: 'ran: code of `assay label` changed',
    });
    expect((await box.run({ file: 'own.yaml' })).stages[0]?.message).toMatch(/ASSAY_RUN_UNKNOWN_COMMAND/);
  });
});

describe('--force', () => {
  beforeEach(prepare);
  afterEach(() => box.remove());
  it('executes all, and the result is one more execution of the same work', async () => {
    const first = await box.run();
    const forced = await box.run({ force: true });
    expect(new Set(Object.values(ran(forced)))).toEqual(new Set(['ran: forced']));
    expect(forced.stages.map(({ key }) => key)).toEqual(first.stages.map(({ key }) => key));
    expect((await box.run()).stages.every(({ source: run }) => run === forced.id)).toBe(true);
  });
});
