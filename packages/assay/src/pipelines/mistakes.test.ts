// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of pipelines
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PipelineError, readPipeline } from './index.ts';
import { Folder, pipelineOf } from './testing.ts';

const a = 'name: a\nrun: x\noutputs: {o: build/a}';
const b = 'name: b\nrun: x\ninputs: {i: }';

/** What is wrong, the text, the mistakes. The first block starts in line 7. */
const cases: readonly (readonly [what: string, text: string, mistakes: readonly string[]])[] = [
  ['an empty file', '', ['SYNTAX -']],
  ['a comment only', '# nothing\n', ['SYNTAX -']],
  ['a list', '- 1\n', ['SHAPE 1:1']],
  ['a tab', 'jdf: 2\nstages:\n\t- name: a\n', ['SYNTAX 3:1']],
  ['a key twice', 'jdf: 2\nname: a\nname: b\n', ['DUPLICATE_KEY 3:1']],
  ['a key twice, once as a number', 'jdf: 2\nparameters: {1: a, "1": b}\n', ['DUPLICATE_KEY 2:20']],
  ['a second document', `${pipelineOf([a])}---\njdf: 2\n`, ['SYNTAX 10:1']],
  ['a bare placeholder in a mapping', 'a: { run: cp ${inputs.i} ${outputs.o} }\n', ['SYNTAX 1:14']],
  ['a bare placeholder in a list', 'a: [cp, ${inputs.i}, ${outputs.o}]\nb: {c: ${inputs.i}}\n', ['SYNTAX 1:9']],
  ['a tag', 'jdf: !!js/function x\n', ['SYNTAX 1:6']],
  ['no number', 'parameters: {x: .inf, y: .nan}\n', ['VALUE 1:17', 'VALUE 1:26']],
  ['an integer that loses digits', 'parameters: {x: 9007199254740993}\n', ['VALUE 1:17']],
  ['a merge key', 'a: &x {b: 1}\nc:\n  <<: *x\n', ['VALUE 3:3']],
  ['a key of many parts', '? [a, b]\n: 1\n', ['VALUE 1:3']],
  ['a prototype', '__proto__: {x: 1}\n', ['VALUE 1:1']],
  ['another edition', pipelineOf([a]).replace('jdf: 2', 'jdf: 3'), ['SHAPE 1:6']],
  ['no edition', pipelineOf([a]).replace('jdf: 2\n', ''), ['SHAPE 1:1']],
  ['a number as version', pipelineOf([a]).replace('"1:0:0"', '1.0'), ['SHAPE 3:10']],
  ['a version in another form', pipelineOf([a]).replace('1:0:0', '1.0.0'), ['SHAPE 3:10']],
  ['an unknown field', pipelineOf([`${a}\ncommand: y`]), ['UNKNOWN_KEY 10:9']],
  ['no stage', 'jdf: 2\nname: x\nversion: "1:0:0"\nstages: []\n', ['SHAPE 4:9']],
  ['nothing to run', pipelineOf(['name: a']), ['NO_COMMAND 7:9']],
  ['an empty command', pipelineOf(['name: a\nrun: []']), ['SHAPE 8:14']],
  ['a blank command', pipelineOf(['name: a\nrun: "  "']), ['COMMAND 8:14']],
  ['a pipe', pipelineOf(['name: a\nrun: a | b']), ['COMMAND 8:14']],
  ['an open quote', pipelineOf(["name: a\nrun: echo 'x"]), ['COMMAND 8:14']],
  ['lines where words are expected', pipelineOf(['name: a\nrun: [echo a, echo b]']), ['COMMAND 8:14']],
  ['an unknown placeholder', pipelineOf(['name: a\nrun: "x ${env.HOME}"']), ['PLACEHOLDER 8:14']],
  ['a placeholder in a path', pipelineOf(['name: a\nrun: x\noutputs: {o: "b/${parameters.x}"}']), ['PLACEHOLDER 9:22']],
  ['an unknown parameter', pipelineOf(['name: a\nrun: [x, "${parameters.x}"]']), ['UNKNOWN_PARAMETER 8:18']],
  ['a parameter used that is unknown', pipelineOf([`${a}\nparameters: [x]`]), ['UNKNOWN_PARAMETER 10:22']],
  [
    'a mapping as argument',
    pipelineOf(['name: a\nrun: "x ${parameters.p}"'], 'parameters: {p: {q: 1}}'),
    ['PARAMETER_KIND 8:14'],
  ],
  [
    'a comma in a list',
    pipelineOf(['name: a\nrun: "x ${parameters.p}"'], 'parameters: {p: ["a,b"]}'),
    ['PARAMETER_KIND 8:14'],
  ],
  ['a parameter with a dot', pipelineOf([a], 'parameters: {a.b: 1}'), ['PARAMETER_NAME 10:14']],
  ['two blocks of one name', pipelineOf([a, 'name: a\nrun: x']), ['DUPLICATE_NAME 10:15']],
  [
    'two entities of one name',
    pipelineOf([a], 'entities: [{name: d, type: Data, path: x}, {name: d, type: Data, path: y}]'),
    ['DUPLICATE_NAME 10:51'],
  ],
  ['an unknown block', pipelineOf([a, b], 'connections: [{from: c.o, to: b.i}]'), ['UNKNOWN_BLOCK 13:22']],
  ['an unknown port', pipelineOf([a, b], 'connections: [{from: a.p, to: b.i}]'), ['UNKNOWN_PORT 13:22']],
  [
    'the wrong way round',
    pipelineOf([a, b], 'connections: [{from: b.i, to: a.o}]'),
    ['PORT_UNFED 12:18', 'UNKNOWN_PORT 13:22', 'UNKNOWN_PORT 13:31'],
  ],
  ['no port at all', pipelineOf([a, b], 'connections: [{from: a, to: b.i}]'), ['UNKNOWN_PORT 13:22']],
  [
    'a port fed twice',
    pipelineOf([a, b], 'connections: [{from: a.o, to: b.i}, {from: a.o, to: b.i}]'),
    ['PORT_FED_TWICE 13:53'],
  ],
  [
    'a port with a path and a connection',
    pipelineOf([a, b.replace('i: ', 'i: x')], 'connections: [{from: a.o, to: b.i}]'),
    ['PORT_FED_TWICE 12:21'],
  ],
  ['a port that nothing feeds', pipelineOf([b]), ['PORT_UNFED 9:18']],
  ['an input of the command that is no port', pipelineOf(['name: a\nrun: [x, "${inputs.i}"]']), ['UNKNOWN_PORT 8:18']],
  ['a file that is not there', pipelineOf(['name: a\nrun: x\ninputs: {i: none.csv}']), ['MISSING_FILE 9:21']],
  ['code that is not there', pipelineOf(['name: a\nrun: x\ncode: [none.py]']), ['MISSING_FILE 9:15']],
  ['a block that waits for itself', pipelineOf([`${a}\nafter: [a]`]), ['CYCLE 7:15']],
  ['waiting for an unknown block', pipelineOf([`${a}\nafter: [z]`]), ['UNKNOWN_BLOCK 10:17']],
  ['two outputs on one path', pipelineOf([a, a.replace('name: a', 'name: b')]), ['OUTPUTS_OVERLAP 12:22']],
  ['one output in another', pipelineOf([a, 'name: b\nrun: x\noutputs: {o: ./build//a/x}']), ['OUTPUTS_OVERLAP 12:22']],
  ['an output over the data', pipelineOf([a, 'name: b\nrun: x\ninputs: {i: build/a/x}']), ['OUTPUT_OVER_INPUT 12:21']],
  ['an output over the pipeline', pipelineOf(['name: a\nrun: x\noutputs: {o: .}']), ['OUTPUT_OVER_FILE 9:22']],
  ['an output in .git', pipelineOf(['name: a\nrun: x\noutputs: {o: .git/hooks}']), ['OUTPUT_OVER_FILE 9:22']],
  ['a path upwards', pipelineOf(['name: a\nrun: x\noutputs: {o: build/../../x}']), ['PATH_ESCAPE 9:22']],
  ['an absolute path', pipelineOf(['name: a\nrun: x\ninputs: {i: /etc/passwd}']), ['PATH_ESCAPE 9:21']],
  ['a home folder', pipelineOf(['name: a\nrun: x\ncode: [~/x]']), ['PATH_ESCAPE 9:16']],
  ['a path of Windows', pipelineOf(['name: a\nrun: x\ncode: ["C:\\\\x"]']), ['PATH_ESCAPE 9:16']],
  ['an unknown entity', pipelineOf([`${a}\nentities: [e]`]), ['UNKNOWN_ENTITY 10:20']],
  [
    'data where an environment belongs',
    pipelineOf([`${a}\nentities: [d]`], 'entities: [{name: d, type: Data, path: x}]'),
    ['ENTITY_USE 10:20'],
  ],
  ['an entity without type', pipelineOf([a], 'entities: [{name: d, path: x}]'), ['SHAPE 10:12']],
  [
    'an inactive entity in use',
    pipelineOf([`${a}\nentities: [m]`], 'entities: [{name: m, type: Model, status: inactive}]'),
    ['NEEDS_INACTIVE 10:20'],
  ],
  [
    'an inactive block that is needed',
    pipelineOf([`${a}\nstatus: inactive`, b], 'connections: [{from: a.o, to: b.i}]'),
    ['NEEDS_INACTIVE 14:15'],
  ],
  ['no duration', pipelineOf([`${a}\nduration: soon`]), ['SHAPE 10:19']],
  ['a duration without unit', pipelineOf([`${a}\nduration: 90`]), ['SHAPE 10:19']],
  ['a duration of nothing', pipelineOf([`${a}\nduration: 0m`]), ['DURATION 10:19']],
  [
    'a metric of a block beside',
    pipelineOf([
      'name: a\nrun: x\noutputs: {m: {path: m.json, role: metrics}}',
      'name: b\nrun: x\nlogic: {metric: a.m, path: f1, is: above, value: 1}',
    ]),
    ['NOT_UPSTREAM 12:25'],
  ],
  [
    'its own metric',
    pipelineOf([
      'name: a\nrun: x\noutputs: {m: {path: m.json, role: metrics}}\nlogic: {metric: a.m, path: f1, is: above, value: 1}',
    ]),
    ['NOT_UPSTREAM 10:25'],
  ],
  [
    'a metric that is none',
    pipelineOf([a, 'name: b\nrun: x\nafter: [a]\nlogic: {metric: a.o, path: f1, is: above, value: 1}']),
    ['NOT_METRICS 13:25'],
  ],
  [
    'an unknown metric',
    pipelineOf([`${a}\nlogic: {metric: a.z, path: f1, is: above, value: 1}`]),
    ['UNKNOWN_PORT 10:25'],
  ],
  [
    'an unknown comparison',
    pipelineOf([`${a}\nlogic: {parameter: p, is: like, value: 1}`], 'parameters: {p: 1}'),
    ['SHAPE 10:35'],
  ],
  [
    'a text above a number',
    pipelineOf([`${a}\nlogic: {parameter: p, is: above, value: 1}`], 'parameters: {p: x}'),
    ['CONDITION 10:16'],
  ],
  [
    'a number above a text',
    pipelineOf([`${a}\nlogic: {parameter: p, is: above, value: x}`], 'parameters: {p: 1}'),
    ['CONDITION 10:49'],
  ],
  [
    'logic that cannot hold',
    pipelineOf(
      [`${a}\nlogic: {all: [{parameter: p, is: above, value: 2}, {all: [{parameter: p, is: at-most, value: 2}]}]}`],
      'parameters: {p: 1}',
    ),
    ['CONTRADICTION 10:16'],
  ],
];

describe('a mistake is told with its place', () => {
  it.each(cases)('%s', async (_, text, mistakes) => {
    using folder = new Folder();
    folder.write('x', '');
    expect(await folder.mistakes(text)).toEqual(mistakes);
  });

  it('names the cycle in the order of its connections', async () => {
    using folder = new Folder();
    const block = (name: string) => `name: ${name}\nrun: x\ninputs: {i: }\noutputs: {o: build/${name}}`;
    const [problem] = await folder.problems(
      pipelineOf(
        [block('a'), block('b'), block('c'), block('d')],
        'connections: [{from: a.o, to: b.i}, {from: b.o, to: c.i}, {from: c.o, to: a.i}, {from: c.o, to: d.i}]',
      ),
    );
    expect(problem).toMatchObject({ code: 'ASSAY_PIPELINE_CYCLE' });
    expect(problem?.message).toMatch(/`a` → `b` → `c` → `a`|`b` → `c` → `a` → `b`|`c` → `a` → `b` → `c`/);
  });

  it('tells all of them at once, with the line, in the order of the file', async () => {
    using folder = new Folder();
    const error = await folder
      .read(pipelineOf(['name: a\nrun: [x, "${parameters.q}"]\nafter: [nope]\nduration: 0s']))
      .then(
        () => expect.unreachable(),
        (thrown: PipelineError) => thrown,
      );
    expect(error.problems).toHaveLength(3);
    expect(error.code).toBe('ASSAY_PIPELINE_UNKNOWN_PARAMETER');
    expect(error.message).toContain('3 mistakes');
    expect(error.message).toContain(`${folder.path}/pipeline.yaml:8:18: the pipeline has no parameter \`q\`
  8 |         run: [x, "\${parameters.q}"]
    |                  ^`);
  });

  it('says what was expected and what was found, and what was perhaps meant', async () => {
    using folder = new Folder();
    const told = async (text: string) => {
      const [problem] = await folder.problems(text);
      return `${problem?.message} ${problem?.hint ?? ''}`;
    };
    expect(await told(pipelineOf([a]).replace('"1:0:0"', '1.0'))).toMatch(
      /expected text, found the number 1 Put the version in quotes/,
    );
    expect(await told(pipelineOf([`${a}\nhook: {}`]))).toMatch(/block `a` has no field `hook` Did you mean `hooks`/);
    expect(await told(pipelineOf([`${a}\nhooks: {befor: x}`]))).toMatch(/block `a`, hooks has no field `befor`/);
    expect(await told(pipelineOf([`${a}\nlogic: {parameter: p, si: equal, value: 1}`]))).toMatch(
      /has no field `si` Did you mean `is`|has no `is`/,
    );
    expect(await told(pipelineOf(['name: a\nrun: {x: 1}']))).toMatch(
      /expected a command line, a list of words, or a list of such lists, found a mapping/,
    );
    expect(await told(pipelineOf([a], 'entities: [{name: d, type: Dat, path: x}]'))).toMatch(/type: Environment/);
    expect(await told(pipelineOf([a, b], 'connections: [{from: a.out, to: b.i}]'))).toMatch(
      /no output port `out` .*`o`/,
    );
  });
});

describe('a hostile or broken file', () => {
  it('that is not there, is a folder, or is too large', async () => {
    using folder = new Folder();
    await expect(readPipeline(`${folder.path}/none.yaml`)).rejects.toMatchObject({ code: 'ASSAY_PIPELINE_NO_FILE' });
    await expect(readPipeline(folder.path)).rejects.toMatchObject({ code: 'ASSAY_PIPELINE_NO_FILE' });
    await expect(folder.read(`# ${'x'.repeat(1024 * 1024)}`)).rejects.toMatchObject({
      code: 'ASSAY_PIPELINE_TOO_LARGE',
    });
  });

  it('that is not UTF-8, with the byte', async () => {
    using folder = new Folder();
    const file = folder.write('p.yaml', Buffer.concat([Buffer.from('name: ü'), Buffer.from([0xe9, 0x0a])]));
    await expect(readPipeline(file)).rejects.toMatchObject({
      code: 'ASSAY_PIPELINE_NOT_UTF8',
      message: expect.stringContaining('byte 8'),
    });
    await expect(folder.read('a\0b')).rejects.toMatchObject({ code: 'ASSAY_PIPELINE_NOT_UTF8' });
  });

  it('with aliases that expand without end', async () => {
    using folder = new Folder();
    const lines = ['a0: &a0 [x, x]'];
    for (let i = 1; i < 12; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(4)}*a${i - 1}]`);
    const started = performance.now();
    expect(await folder.mistakes(lines.join('\n'))).toEqual(['ALIASES -']);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await folder.mistakes('a: &a [*a]\n')).toEqual(['VALUE 1:8']);
    expect(await folder.mistakes(`a: &a 1\nb: [${'*a, '.repeat(100)}]\n`)).toEqual([
      expect.stringMatching(/^ALIASES 2:/),
    ]);
  });

  it('with very many keys, in little time', async () => {
    using folder = new Folder();
    const many = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n');
    const started = performance.now();
    expect(await folder.mistakes(`${many}\nk7: 2\n`)).toEqual(['DUPLICATE_KEY 20001:1']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('nested without end', async () => {
    using folder = new Folder();
    const deep = `parameters: ${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect((await folder.mistakes(deep))[0]).toMatch(/^VALUE/);
    expect((await folder.mistakes(`parameters: ${'['.repeat(60)}${']'.repeat(60)}`))[0]).toMatch(/^VALUE 1:/);
    expect((await folder.mistakes(`${'['.repeat(20_000)}`, {}, 'p.json'))[0]).toMatch(/^SYNTAX 1:41/);
  });

  it('of any kind is read, or refused with a code: never a fault', async () => {
    using folder = new Folder();
    const flagship = readFileSync(
      new URL('../../../../examples/edgar-sentiment/pipeline.yaml', import.meta.url),
      'utf8',
    );
    const deck = readFileSync(new URL('./fixtures/deck.json', import.meta.url), 'utf8');
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(30),
      put: fc.oneof(
        fc.constantFrom(
          '',
          ' ',
          '\n',
          ':',
          '- ',
          '[',
          ']',
          '{',
          '}',
          '"',
          '&a ',
          '*a',
          '${',
          'null',
          '0',
          '\t',
          '../',
          '__proto__',
          ',',
        ),
        fc.string({ maxLength: 3 }),
      ),
    });
    const run = fc.asyncProperty(
      fc.constantFrom('yaml', 'json'),
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      async (kind, edits) => {
        let text = kind === 'yaml' ? flagship : deck;
        for (const { at, cut, put } of edits) {
          const start = Math.floor(at * text.length);
          text = text.slice(0, start) + put + text.slice(start + cut);
        }
        const error: unknown = await folder
          .read(text, { files: 'unchecked' }, `p.${kind}`)
          .catch((thrown: unknown) => thrown);
        if (error instanceof Error) expect(error).toMatchObject({ code: expect.stringMatching(/^ASSAY_PIPELINE_/) });
      },
    );
    await fc.assert(run, { numRuns: 300 });
  });
});
