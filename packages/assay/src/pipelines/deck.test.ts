import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPipeline } from './index.ts';
import { Folder } from './testing.ts';

const file = fileURLToPath(new URL('./fixtures/deck.json', import.meta.url));
const text = readFileSync(file, 'utf8');

const lineOf = (whole: string, part: string) => whole.slice(0, whole.indexOf(part)).split('\n').length;

describe('the JDF of 2019', () => {
  it('becomes three stages, each after the one before', async () => {
    const graph = await readPipeline(file);
    expect(graph).toMatchObject({ name: 'QuSandbox-Edgar-Pipeline', version: '1:0:0' });
    expect(graph.stages.map(({ id, group, needs, durationSeconds }) => [id, group, needs, durationSeconds])).toEqual([
      ['Block-Phase-1-QuSandbox', 'Stage 1', [], 10_800],
      ['Block-QuSandbox-2', 'Stage 2', ['Block-Phase-1-QuSandbox'], 10_800],
      ['Block-QuSandbox-3', 'Stage 3', ['Block-QuSandbox-2'], 10_800],
    ]);
  });

  it('says which environment and which code is missing, and how to supply them', async () => {
    const [first] = (await readPipeline(file)).stages;
    expect(first?.environment.kind).toBe('unavailable');
    for (const part of [
      '`QuSandbox-Phase-1-Env` asks for the container image `idadaptivealgo/sentiment_analysis_1` on a machine (AWS t2.micro ubuntu)',
      '--environment QuSandbox-Phase-1-Env=process',
      '`QuSandbox:sentiment_analysis_scraping1530543528937`, which is not here',
      '--model QuSandbox-Model-Phase-1=',
      'access role `admin`',
    ])
      expect(first?.environment.reason).toContain(part);
  });

  it('can be run when these are supplied', async () => {
    const numbers = [1, 2, 3];
    const supplied = <T>(name: (n: number) => string, value: (n: number) => T) =>
      Object.fromEntries(numbers.map((n) => [name(n), value(n)]));
    const graph = await readPipeline(file, {
      environments: supplied(
        (n) => `QuSandbox-Phase-${n}-Env`,
        () => 'process' as const,
      ),
      models: supplied(
        (n) => `QuSandbox-Model-Phase-${n}`,
        (n) => ({ run: `echo phase ${n}` }),
      ),
      acceptRoles: ['admin'],
    });
    expect(graph.stages.map(({ commands, environment }) => [commands, environment.kind])).toEqual(
      numbers.map((n) => [[['echo', 'phase', String(n)]], 'process']),
    );
    await expect(readPipeline(file, { environments: { Other: 'process' } })).rejects.toMatchObject({
      code: 'ASSAY_PIPELINE_UNKNOWN_ENTITY',
    });
  });

  it('is kept as a JDF 2 document that reads as the same graph', async () => {
    using folder = new Folder();
    const { file: _a, directory: _b, ...deck } = await readPipeline(file);
    const { file: _c, directory: _d, ...again } = await folder.read(JSON.stringify(deck.document), {}, 'again.json');
    expect(again).toEqual(deck);
    expect(deck.document).toMatchObject({ jdf: 2, origin: 'pipeline 20', entities: { length: 6 } });
  });

  it('brings commands, hooks, data and parameters over', async () => {
    using folder = new Folder();
    const deck = JSON.parse(text);
    const [environment, model] = deck.stages[0][0].entities;
    environment.type.config.pre_execution = 'mkdir -p work';
    environment.type.duration = 0.5;
    model.type.run_command = 'python scrape.py --form 425';
    model.type.config.callback = 'echo done';
    model.type.config.parameters = [{ name: 'depth', value: 3 }];
    const data = { name: 'Form 425', type: { name: 'Data', src: 'filings' }, status: 'active' };
    deck.stages[0][0].entities.push(data);
    folder.write('filings/x', '');
    const graph = await folder.read(
      JSON.stringify(deck),
      { environments: { 'QuSandbox-Phase-1-Env': 'process' }, acceptRoles: ['admin'] },
      'deck.json',
    );
    expect(graph.stages[0]).toMatchObject({
      commands: [['python', 'scrape.py', '--form', '425']],
      hooks: { pre: [['mkdir', '-p', 'work']], post: [], callback: [['echo', 'done']] },
      inputs: [{ port: 'Form-425', path: 'filings' }],
      parameters: { 'Block-Phase-1-QuSandbox.depth': 3 },
      durationSeconds: 1800,
      environment: { kind: 'process' },
    });
  });

  it('tells a mistake at its place in that file', async () => {
    using folder = new Folder();
    const shell = text.replace('"run_command": ""', '"run_command": "a | b"');
    const at = shell.slice(0, shell.indexOf('"a | b"')).split('\n');
    expect(await folder.mistakes(shell, {}, 'deck.json')).toEqual([
      `COMMAND ${at.length}:${(at.at(-1)?.length ?? 0) + 1}`,
    ]);
    const kind = text.replace('"name": "Environment"', '"name": "Enviroment"');
    expect(await folder.mistakes(kind, {}, 'deck.json')).toEqual([expect.stringMatching(/^SHAPE 2\d:/)]);
    const connected = text.replace('"connections": []', '"connections": [{}]');
    expect(await folder.mistakes(connected, {}, 'deck.json')).toEqual(['SHAPE 9:17']);
  });

  it('whose brackets were lost is refused with the place and the reason', async () => {
    using folder = new Folder();
    const lost = text
      .replace('"stages": [\n  [', '"stages": [')
      .replace(/\]\s*\}\s*$/, ']}')
      .replace(/\}\n {2}\],\n {2}\[/, '}],\n  [');
    const [problem] = await folder.problems(lost, {}, 'deck.json');
    expect(problem).toMatchObject({ code: 'ASSAY_PIPELINE_BRACKETS' });
    expect(problem?.message).toContain('the list of `stages` (line 10, column 2) has ended');
    expect(problem?.place?.line).toBe(lineOf(lost, '}],\n  [') + 1);
    const split = text.replace(
      /"run_command": "",\n\s*"size": "t2.micro"\n\s*\},/,
      '"run_command": ""}, {"size": "t2.micro"},',
    );
    const [other] = await folder.problems(split, {}, 'deck.json');
    expect(other).toMatchObject({ code: 'ASSAY_PIPELINE_BRACKETS', place: { line: lineOf(split, '{"size"') } });
    const flat = JSON.parse(text);
    flat.stages = flat.stages.flat();
    expect(await folder.mistakes(JSON.stringify(flat), {}, 'deck.json')).toHaveLength(3);
  });
});
