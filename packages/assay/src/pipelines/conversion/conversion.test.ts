// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of pipelines
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { splitWords } from '../commands.ts';
import { convertPipeline, PipelineError, readPipeline } from '../index.ts';
import { Folder } from '../testing.ts';
import { isPlain, toShellLine } from './shell-text.ts';

const environment = { SHELL: '/bin/bash' };
const toDvc = (file: string, lossy = false) => convertPipeline(file, { to: 'dvc', lossy, environment });
const toJdf = (file: string, lossy = false) => convertPipeline(file, { to: 'jdf', lossy, environment });

const jdf = `# What it is for
jdf: 2
name: returns
version: "1:2:0"
parameters:
  days: 5 # trading days
  title: all days
entities:
  - { name: prices, type: Data, path: prices.csv, version: "1:0:0" }
  - { name: python, type: Environment, executor: process, path: [.venv/bin], variables: { THREADS: "1 2" }, lockfiles: [requirements.txt] }
stages:
  - name: Prepare
    blocks:
      # takes a while
      - name: returns
        description: Daily returns.
        entities: [python]
        inputs: { prices: { entity: prices } }
        outputs: { returns: build/returns.json }
        run: python3 returns.py \${inputs.prices} \${outputs.returns} --days=\${parameters.days} '\${parameters.title}' '$\${HOME}'
        code: [returns.py]
  - name: Scores
    blocks:
      - name: scores
        inputs: { returns: }
        outputs: { scores: { path: scores.json, role: metrics } }
        run: ["bash", "-c", "sort \${inputs.returns} | uniq > \${outputs.scores}"]
connections:
  - { from: returns.returns, to: scores.returns }
`;

describe('a JDF as a dvc.yaml', () => {
  it('says the same in the words of DVC', async () => {
    using folder = new Folder();
    const { text, parameters, losses } = await toDvc(folder.write('pipeline.yaml', jdf));
    expect(losses).toEqual([]);
    expect(parse(text)).toEqual({
      stages: {
        returns: {
          cmd: [
            'mkdir -p build',
            `export THREADS='1 2' PATH="$PWD/.venv/bin:$PATH"; python3 returns.py prices.csv build/returns.json --days=\${days} '\${title}' '\\\${HOME}'`,
          ],
          desc: 'Daily returns.',
          deps: ['prices.csv', 'returns.py', 'requirements.txt'],
          params: ['days', 'title'],
          outs: ['build/returns.json'],
          meta: { jdf: { stage: 'Prepare' } },
        },
        scores: {
          cmd: 'sort build/returns.json | uniq > scores.json',
          deps: ['build/returns.json'],
          metrics: [{ 'scores.json': { cache: false } }],
        },
      },
      artifacts: { prices: { path: 'prices.csv', type: 'data', meta: { version: '1:0:0' } } },
    });
    expect(parameters).toBe('days: 5 # trading days\ntitle: all days\n');
    expect(text).toMatch(/^# What it is for\n# returns 1:2:0\n/);
    expect(text).toMatch(/\n {2}# takes a while\n {2}returns:\n/);
  });

  it('is refused with each place that DVC has no word for, and tells what was left out when that is allowed', async () => {
    using folder = new Folder();
    const file = folder.write(
      'pipeline.yaml',
      jdf
        .replace('        code: [returns.py]', '        code: [returns.py]\n        duration: 5m')
        .replace('days: 5 #', 'days: [5, 6] #')
        .replace('- name: scores\n', '- name: scores\n        logic: { parameter: title, is: equal, value: x }\n'),
    );
    const error = await toDvc(file).catch((one: unknown) => one);
    if (!(error instanceof PipelineError)) throw error;
    expect(error.problems.map(({ code, place }) => [code, place?.line])).toEqual([
      ['ASSAY_PIPELINE_CONVERT', 20],
      ['ASSAY_PIPELINE_CONVERT', 22],
      ['ASSAY_PIPELINE_CONVERT', 26],
    ]);
    const { text, losses } = await toDvc(file, true);
    expect(losses).toHaveLength(3);
    expect(text).toContain(`--days=\${days[0]},\${days[1]}`);
    expect(text.match(/^# Not kept: /gm)).toHaveLength(3);
  });

  it('is refused whatever is allowed where nothing would be left to run', async () => {
    using folder = new Folder();
    const file = folder.write('pipeline.yaml', jdf.replace('executor: process', 'executor: container, image: x'));
    await expect(toDvc(file, true)).rejects.toMatchObject({ code: 'ASSAY_PIPELINE_CONVERT' });
  });

  it('comes back as the same graph', async () => {
    using folder = new Folder();
    const before = await readPipeline(folder.write('pipeline.yaml', jdf), { files: 'unchecked' });
    const { text, parameters } = await toDvc(join(folder.path, 'pipeline.yaml'));
    folder.write('params.yaml', parameters ?? '');
    const back = await toJdf(folder.write('dvc.yaml', text), true);
    const after = await readPipeline(folder.write('back.yaml', back.text), { files: 'unchecked' });
    const shape = ({ stages }: typeof before) =>
      stages.map(({ id, group, needs, outputs }) => ({
        id,
        group,
        needs,
        outputs: outputs.map(({ path, role }) => [path, role]),
      }));
    expect(shape(after)).toEqual(
      shape(before).map((one) => (one.group === 'Scores' ? { ...one, group: 'scores' } : one)),
    );
  });
});

describe('a dvc.yaml as a JDF', () => {
  it('is refused with each place that JDF has no word for', async () => {
    using folder = new Folder();
    const file = folder.write(
      'dvc.yaml',
      'stages:\n  a:\n    cmd: x\n    outs:\n    - o: {persist: true}\n  b:\n    cmd: y\nplots:\n- o\n',
    );
    const error = await toJdf(file).catch((one: unknown) => one);
    if (!(error instanceof PipelineError)) throw error;
    expect(error.problems.map(({ place }) => place?.line)).toEqual([2, 6, 8]);
    expect((await toJdf(file, true)).losses).toHaveLength(3);
  });

  it('does not take in what lies outside of the folder', async () => {
    using folder = new Folder();
    for (const dep of ['../a', '/etc/passwd', 's3://bucket/a']) {
      const file = folder.write('dvc.yaml', stringify({ stages: { a: { cmd: 'x', deps: [dep], outs: ['o'] } } }));
      await expect(toJdf(file, true)).rejects.toMatchObject({ code: 'ASSAY_PIPELINE_CONVERT' });
    }
  });

  it('writes loops out, one heading over their blocks', async () => {
    using folder = new Folder();
    const loop = { foreach: ['us', 'gb'], do: { cmd: 'cp raw ${item} # \\${HOME}', deps: ['raw'], outs: ['${item}'] } };
    const { text } = await toJdf(folder.write('dvc.yaml', stringify({ stages: { copy: loop } })));
    const { stages } = await readPipeline(folder.write('pipeline.yaml', text), { files: 'unchecked' });
    expect(stages.map(({ id, group, commands }) => [id, group, commands[0]?.at(-1)])).toEqual([
      ['copy-us', 'copy', 'cp raw us # ${HOME}'],
      ['copy-gb', 'copy', 'cp raw gb # ${HOME}'],
    ]);
  });

  const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
  const stage = fc.record({
    needs: fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
    outs: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
    metric: fc.boolean(),
    params: fc.uniqueArray(fc.constantFrom('lr', 'train.epochs', 'words'), { maxLength: 3 }),
    command: fc.constantFrom('run it', "say 'a b'", 'echo "$X" | sort > y', 'if true; then x; fi', 'a \\${B}'),
    inCommand: fc.boolean(),
  });

  it('comes back as the same stages, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stage, { minLength: 1, maxLength: 6 }), async (made) => {
        using folder = new Folder();
        folder.write('params.yaml', 'lr: 0.1 # rate\ntrain: {epochs: 3}\nwords: a b\n');
        const outs = made.map((one, i) => one.outs.map((out) => `out${i}/${out}`));
        const stages = made.map((one, i) => {
          const deps = i === 0 ? [] : [...new Set(one.needs.map((n) => outs[n % i]![0]!))].sort();
          const used = one.inCommand
            ? one.params.map((param) => (param === 'words' ? " '${words}'" : ` \${${param}}`)).join('')
            : '';
          const [first, ...rest] = outs[i]!;
          return [
            `s${i}`,
            {
              cmd: one.command + used,
              ...(deps.length > 0 ? { deps } : {}),
              ...(one.params.length > 0 ? { params: [...one.params].sort() } : {}),
              ...(one.metric ? { metrics: [{ [first!]: { cache: false } }] } : {}),
              ...(one.metric ? (rest.length > 0 ? { outs: rest } : {}) : { outs: outs[i] }),
            },
          ] as const;
        });
        const file = folder.write('dvc.yaml', stringify({ stages: Object.fromEntries(stages) }));
        const there = await toJdf(file);
        const { text, parameters } = await toDvc(folder.write('pipeline.yaml', there.text));
        const back = parse(text).stages as Record<string, { cmd: string[]; deps?: string[] }>;
        const bare = Object.entries(back).map(([id, { cmd, deps, ...more }]) => {
          // DVC does not make the folders of outputs.
          expect(cmd[0]).toBe(`mkdir -p ${id.replace('s', 'out')}`);
          return [id, { ...more, cmd: cmd[1], ...(deps ? { deps: [...deps].sort() } : {}) }];
        });
        expect(Object.fromEntries(bare)).toEqual(Object.fromEntries(stages));
        const kept = parse(parameters ?? '{}') as Record<string, unknown>;
        const values: Record<string, unknown> = { lr: 0.1, train: { epochs: 3 }, words: 'a b' };
        for (const [key, value] of Object.entries(kept)) expect(value).toEqual(values[key]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('words and lines of a shell', () => {
  const shell = (lines: readonly string[]) =>
    execFileSync('/bin/sh', ['-c', lines.map((line) => `printf '%s\\0' ${line}; printf '\\1'`).join('\n')], {
      cwd: dirname(import.meta.filename),
    })
      .toString()
      .split('\u0001')
      .slice(0, -1)
      .map((words) => words.split('\0').slice(0, -1));
  const context = { portPath: () => '', parameter: () => undefined, onLoss: () => {} };
  const text = fc.string({ unit: fc.constantFrom(...`ab $'"\\\`{}*?[]~#|&;<>()!=%@é-\t`), maxLength: 8 });

  it('any words reach a command as they are', () => {
    const argvs = fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(argvs, (all) => {
        const literal = all.map((argv) => argv.map((word) => word.replaceAll('${', () => '$${')));
        const lines = literal.map((argv) => toShellLine(argv, context, 'bash').replaceAll('\\${', '${'));
        expect(shell(lines)).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  it('a line that is called plain means the same to a shell', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (all) => {
        const plain = all.filter((line) => isPlain(line, () => false));
        expect(shell(plain)).toEqual(plain.map((line) => splitWords(line)));
      }),
      { numRuns: 60 },
    );
  });
});
