// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of pipelines
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../records/proof/index.ts';
import { readPipeline } from './index.ts';
import { Folder, pipelineOf } from './testing.ts';

const flagship = fileURLToPath(new URL('../../../../examples/edgar-sentiment/pipeline.yaml', import.meta.url));

describe('a JDF 2 file', () => {
  it('of the flagship becomes five stages, tied port to port', async () => {
    const graph = await readPipeline(flagship);
    expect(graph.stages.map(({ id, group, needs }) => [id, group, needs])).toEqual([
      ['ingest', 'Ingest', []],
      ['parse', 'Pre-process', ['ingest']],
      ['label', 'Label', ['parse']],
      ['compare', 'Compare', ['parse', 'label']],
      ['train', 'Build', ['parse', 'label']],
    ]);
    expect(graph.stages[2]).toMatchObject({
      commands: [
        'assay label build/paragraphs/paragraphs.jsonl --labelers vader,afinn,lexicon --out build/labels.jsonl'.split(
          ' ',
        ),
      ],
      inputs: [{ port: 'paragraphs', path: 'build/paragraphs', from: { stage: 'parse', port: 'paragraphs' } }],
      outputs: [{ port: 'labels', path: 'build/labels.jsonl', role: 'artifact' }],
      parameters: { labelers: ['vader', 'afinn', 'lexicon'] },
      environment: { kind: 'process', path: [] },
      status: 'active',
    });
    expect(graph.stages[0]?.inputs[0]).toEqual({ port: 'source', path: 'sample/filings', from: undefined });
    expect(graph.stages[4]?.durationSeconds).toBe(600);
    expect(canonicalBytes(graph.document).length).toBeGreaterThan(500);
  });

  it('reads the same as YAML and as JSON, and its document reads as itself', async () => {
    using folder = new Folder();
    const { file: _a, directory: _b, ...yaml } = await readPipeline(flagship, { files: 'unchecked' });
    const text = JSON.stringify(yaml.document, null, 1);
    const { file: _c, directory: _d, ...json } = await folder.read(text, { files: 'unchecked' }, 'pipeline.json');
    expect(json).toEqual(yaml);
  });

  it('orders blocks by connections and `after`, whatever their stages', async () => {
    using folder = new Folder();
    const graph = await folder.read(
      pipelineOf(
        ['name: c\nrun: x\nafter: [b]', 'name: b\nrun: x\ninputs: {x: }', 'name: a\nrun: x\noutputs: {x: out}'],
        'connections: [{from: a.x, to: b.x}]',
      ),
    );
    expect(graph.stages.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('counts scripts named in a command as code, but no data', async () => {
    using folder = new Folder();
    for (const name of ['train.py', 'lib/a.py', 'in.csv', 'out.csv']) folder.write(name, '');
    const graph = await folder.read(
      pipelineOf([
        'name: a\ninputs: {x: in.csv}\noutputs: {y: out.csv}\ncode: [lib]\nrun: python train.py in.csv out.csv no.py',
      ]),
    );
    expect(graph.stages[0]?.code).toEqual(['lib', 'train.py']);
  });

  it('puts parameters from outside in their place, as the kind of value that the file has', async () => {
    using folder = new Folder();
    const text = pipelineOf(
      ['name: a\nrun: "x ${parameters.n} ${parameters.s} ${parameters.b} ${parameters.l} ${parameters.d.e}"'],
      'parameters: {n: 1, s: one, b: true, l: [1, 2], d: {e: 0.5}, none: null}',
    );
    const overrides = { n: '2.5', s: '007', b: 'false', l: '3,4', 'd.e': 1, none: 'text' };
    const graph = await folder.read(text, { overrides });
    expect(graph.stages[0]?.commands[0]).toEqual(['x', '2.5', '007', 'false', '3,4', '1']);
    expect(graph.parameters).toEqual({ n: 2.5, s: '007', b: false, l: [3, 4], d: { e: 1 }, none: 'text' });
    expect(graph.document).toMatchObject({ parameters: { n: 1 } });
    await expect(folder.read(text, { overrides: { n: 'two' } })).rejects.toMatchObject({
      code: 'ASSAY_PIPELINE_OVERRIDE',
    });
    await expect(folder.read(text, { overrides: { 'd.f': '1' } })).rejects.toMatchObject({
      code: 'ASSAY_PIPELINE_UNKNOWN_PARAMETER',
      hint: 'Did you mean `d.e`?',
    });
  });

  it('takes a block whose model has the command, and its code', async () => {
    using folder = new Folder();
    folder.write('net.py', '');
    const graph = await folder.read(
      pipelineOf(
        ['name: a\nentities: [net]'],
        'entities: [{name: net, type: Model, run: [python, net.py], code: [net.py]}]',
      ),
    );
    expect(graph.stages[0]).toMatchObject({
      commands: [['python', 'net.py']],
      code: ['net.py'],
      environment: { kind: 'process' },
    });
  });

  it('passes over what is inactive: a block, a stage, the pipeline', async () => {
    using folder = new Folder();
    const graph = await folder.read(pipelineOf(['name: a\nrun: x\nstatus: inactive', 'name: b\nrun: x']));
    expect(graph.stages.map(({ status }) => status)).toEqual(['inactive', 'active']);
    const all = await folder.read(pipelineOf(['name: a\nrun: x'], 'status: inactive'));
    expect(all.stages.map(({ status }) => status)).toEqual(['inactive']);
  });

  it('keeps a command of several lines, hooks, duration and logic', async () => {
    using folder = new Folder();
    const graph = await folder.read(
      pipelineOf(
        [
          'name: a\nrun: |\n  one "two three"\n  four\noutputs: {m: {path: m.json, role: metrics}}\nhooks: {pre: [mkdir, x], callback: "note ${parameters.deep}"}\nduration: 1h30m',
          'name: b\nrun: [[x], [y, "$${z}"]]\nafter: [a]\nlogic:\n  all:\n    - {parameter: deep, is: equal, value: true}\n    - not: {metric: a.m, path: f1.macro, is: below, value: 0.6}',
        ],
        'parameters: {deep: true}',
      ),
    );
    expect(graph.stages[0]).toMatchObject({
      commands: [['one', 'two three'], ['four']],
      hooks: { pre: [['mkdir', 'x']], post: [], callback: [['note', 'true']] },
      durationSeconds: 5400,
    });
    expect(graph.stages[1]).toMatchObject({
      commands: [['x'], ['y', '${z}']],
      when: {
        all: [
          { parameter: 'deep', is: 'equal', value: true },
          { not: { metric: { stage: 'a', port: 'm', path: 'f1.macro' }, is: 'below', value: 0.6 } },
        ],
      },
    });
  });
});

describe('an environment', () => {
  const block = 'name: a\nrun: x\nentities: [env]';

  it('of the person: toolchain, variables, lock files', async () => {
    using folder = new Folder();
    folder.write('.venv/bin/python', '');
    folder.write('requirements.txt', '');
    const graph = await folder.read(
      pipelineOf(
        [block],
        'entities: [{name: env, type: Environment, executor: process, path: [.venv/bin], variables: {A: "1"}, pass: [HOME], lockfiles: [requirements.txt]}]',
      ),
    );
    expect(graph.stages[0]?.environment).toEqual({
      name: 'env',
      kind: 'process',
      reason: undefined,
      path: ['.venv/bin'],
      variables: { A: '1' },
      pass: ['HOME'],
      lockfiles: ['requirements.txt'],
    });
  });

  it('whose toolchain is not there is unavailable, and says how to make it', async () => {
    using folder = new Folder();
    const graph = await folder.read(
      pipelineOf([block], 'entities: [{name: env, type: Environment, executor: process, path: [.venv/bin]}]'),
    );
    expect(graph.stages[0]?.environment.kind).toBe('unavailable');
    expect(graph.stages[0]?.environment.reason).toContain('python3 -m venv .venv');
  });

  it('in a container is unavailable until one is supplied', async () => {
    using folder = new Folder();
    const text = pipelineOf([block], 'entities: [{name: env, type: Environment, executor: container, image: "r/i:1"}]');
    const { environment } = (await folder.read(text)).stages[0]!;
    expect(environment).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining('--environment env=process'),
    });
    expect(environment.reason).toContain('`r/i:1`');
    const supplied = await folder.read(text, { environments: { env: 'process' } });
    expect(supplied.stages[0]?.environment).toMatchObject({ name: 'env', kind: 'process', reason: undefined });
    mkdirSync(join(folder.path, 'tools'));
    const tools = await folder.read(text, { environments: { env: { path: ['tools'] } } });
    expect(tools.stages[0]?.environment).toMatchObject({ kind: 'process', path: ['tools'] });
  });

  it('for another role than public is refused with a word, until the caller answers for it', async () => {
    using folder = new Folder();
    for (const text of [
      pipelineOf(['name: a\nrun: x\naccess_role: admin']),
      pipelineOf(['name: a\nrun: x'], 'access_role: admin'),
      pipelineOf([block], 'entities: [{name: env, type: Environment, executor: process, access_role: admin}]'),
    ]) {
      const { environment } = (await folder.read(text)).stages[0]!;
      expect(environment).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('`admin`') });
      const accepted = await folder.read(text, { acceptRoles: ['admin'] });
      expect(accepted.stages[0]?.environment.kind).toBe('process');
    }
    const open = await folder.read(pipelineOf(['name: a\nrun: x\naccess_role: public']));
    expect(open.stages[0]?.environment.kind).toBe('process');
  });
});

describe('symbolic links', () => {
  it('may not lead out of the folder, unless the project is larger', async () => {
    using outside = new Folder();
    using folder = new Folder();
    outside.write('in.csv', 'x');
    symlinkSync(outside.path, join(folder.path, 'data'));
    symlinkSync(join(outside.path, 'nowhere'), join(folder.path, 'hang'));
    mkdirSync(join(folder.path, 'real'));
    symlinkSync('real', join(folder.path, 'inside'));
    const text = (input: string, output: string) =>
      pipelineOf([`name: a\nrun: x\ninputs: {x: ${input}}\noutputs: {y: ${output}}`]);
    folder.write('real/in.csv', 'x');
    expect(await folder.mistakes(text('inside/in.csv', 'inside/y'))).toEqual([]);
    expect(await folder.mistakes(text('data/in.csv', 'y'))).toEqual(['PATH_ESCAPE 9:21']);
    expect(await folder.mistakes(text('real/in.csv', 'data/new/y'))).toEqual(['PATH_ESCAPE 10:22']);
    expect(await folder.mistakes(text('real/in.csv', 'hang'))).toEqual(['PATH_ESCAPE 10:22']);
    expect(await folder.mistakes(text('data/in.csv', 'y'), { root: '/' })).toEqual([]);
  });
});
