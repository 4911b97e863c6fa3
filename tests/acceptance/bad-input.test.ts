import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ended, executed, type RunResult, Workplace } from './workplace.ts';

let place: Workplace;
let records: number;
beforeEach(async () => {
  place = Workplace.copyOf(inject('flagship'));
  records = (await place.verify()).records;
});
/** Nothing that was sealed is lost, whatever came in. */
afterEach(async () => {
  const verification = await place.verify();
  place.remove();
  expect(verification).toMatchObject({ ok: true, failures: [] });
  expect(verification.records).toBeGreaterThanOrEqual(records);
});

const pipeline = (blocks: readonly string[], more = '') =>
  `jdf: 2\nname: small\nversion: "1:0:0"\n${more}stages:\n  - name: all\n    blocks:\n${blocks.map((block) => `      - ${block}\n`).join('')}`;

/** A run of a small pipeline that is let fail. */
async function runSmall(blocks: readonly string[], more = ''): Promise<{ exitCode: number | null; run: RunResult }> {
  place.write({ 'small.yaml': pipeline(blocks, more) });
  const { code, stdout, stderr } = await place.assay('run', 'small.yaml', '--json');
  try {
    return { exitCode: code, run: JSON.parse(stdout) };
  } catch {
    throw new Error(`ended with ${code}\n${stdout}${stderr}`);
  }
}

describe('a pipeline file', () => {
  it.each<[string, string, string | RegExp, RegExp]>([
    ['that is no YAML', 'jdf: 2\n  name: [', 'ASSAY_PIPELINE_SYNTAX', /small\.yaml:\d+:\d+/],
    ['that is nothing', '', 'ASSAY_PIPELINE_SYNTAX', /small\.yaml/],
    ['that is not UTF-8', 'latin1', 'ASSAY_PIPELINE_NOT_UTF8', /UTF-8/],
    [
      'with a field that is unknown',
      pipeline(['{ name: a, run: "true", durtion: 5m }']),
      'ASSAY_PIPELINE_UNKNOWN_KEY',
      /durtion/,
    ],
    [
      'with a wrong type',
      pipeline(['{ name: a, run: "true", duration: 5 }']),
      'ASSAY_PIPELINE_SHAPE',
      /small\.yaml:\d+:\d+.*duration/s,
    ],
    [
      'whose blocks wait for each other',
      pipeline(['{ name: a, run: "true", after: [b] }', '{ name: b, run: "true", after: [a] }']),
      'ASSAY_PIPELINE_CYCLE',
      /a.*b|b.*a/s,
    ],
    [
      'whose conditions exclude each other',
      pipeline(
        [
          '{ name: a, run: "true", logic: { all: [{ parameter: p, is: equal, value: 1 }, { parameter: p, is: equal, value: 2 }] } }',
        ],
        'parameters: { p: 1 }\n',
      ),
      'ASSAY_PIPELINE_CONTRADICTION',
      /a/,
    ],
    [
      'with two outputs at one path',
      pipeline([
        '{ name: a, run: "true", outputs: { o: build/x } }',
        '{ name: b, run: "true", outputs: { o: build/x } }',
      ]),
      'ASSAY_PIPELINE_OUTPUTS_OVERLAP',
      /build\/x/,
    ],
    [
      'that leads out of the project',
      pipeline(['{ name: a, run: "true", outputs: { o: ../x } }']),
      'ASSAY_PIPELINE_PATH_ESCAPE',
      /\.\.\/x/,
    ],
    [
      'with a role that cannot be enforced',
      pipeline(['{ name: a, run: "true", access_role: admin }']),
      /^ASSAY_/,
      /admin/,
    ],
    [
      'with an input that is not there',
      pipeline(['{ name: a, run: "true", inputs: { i: none.csv } }']),
      'ASSAY_PIPELINE_MISSING_FILE',
      /none\.csv/,
    ],
    [
      'with a lock file that is not there',
      pipeline(
        ['{ name: a, run: "true", entities: [e] }'],
        'entities: [{ name: e, type: Environment, executor: process, lockfiles: [no.lock] }]\n',
      ),
      'ASSAY_PIPELINE_MISSING_FILE',
      /no\.lock/,
    ],
    [
      'with an environment that is not here',
      pipeline(
        ['{ name: a, run: "true", entities: [e] }'],
        'entities: [{ name: e, type: Environment, executor: container, image: x }]\n',
      ),
      'ASSAY_RUN_ENVIRONMENT_UNAVAILABLE',
      /e/,
    ],
  ])('%s is refused, and nothing starts', async (_what, text, code, message) => {
    place.write({ 'small.yaml': text === 'latin1' ? Buffer.from('jdf: 2\nname: caf\xe9\n', 'latin1') : text });
    const refusal = await place.refusal('run', 'small.yaml');
    expect(refusal.exitCode).toBe(1);
    expect(refusal.code).toMatch(code);
    expect(refusal.message).toMatch(message);
    expect((await place.verify()).records).toBe(records);
  });

  it('that is not there is refused, and so is a folder, a run outside of a project, a parameter that is none', async () => {
    expect((await place.refusal('run', 'nothing.yaml')).code).toMatch(/^ASSAY_/);
    expect((await place.refusal('run', 'build')).code).toMatch(/^ASSAY_/);
    expect((await place.refusal('run', 'pipeline.yaml', '--set', 'no.such=1')).code).toMatch(/^ASSAY_/);
    expect((await place.refusal('run', 'pipeline.yaml', '--set', 'seed=twenty')).code).toMatch(/^ASSAY_/);
    expect((await place.refusal('run', 'pipeline.yaml', '--set', 'seed')).code).toMatch(/^ASSAY_/);
    const outside = await ended(place.start(['run', 'project/pipeline.yaml', '--json'], { cwd: place.folder }));
    expect(outside.code).toBe(1);
    expect(JSON.parse(outside.stdout)).toMatchObject({ error: { code: expect.stringMatching(/^ASSAY_/) } });
  });
});

describe('a stage', () => {
  const cases: readonly [string, string, RegExp][] = [
    ['whose command is not there', 'run: no-such-command --now', /no-such-command/],
    ['that fails', `run: [sh, -c, 'echo because of this >&2; exit 3']`, /exit code 3/],
    ['that hangs', `run: [sh, -c, 'sleep 600 & sleep 600'], duration: 1s`, /1 ?s|duration/],
    ['that is killed', `run: [sh, -c, 'kill -9 $$']`, /SIGKILL|killed/],
    ['that makes nothing', `run: 'true', outputs: { o: build/nothing }`, /build\/nothing/],
  ];
  it.each(cases)(
    '%s fails with a code; what stands on it does not run, the others do',
    async (_what, rest, message) => {
      const { exitCode, run } = await runSmall([
        `{ name: bad, ${rest} }`,
        `{ name: after, run: 'true', after: [bad] }`,
        `{ name: other, run: [sh, -c, 'echo x > build/other'], outputs: { o: build/other } }`,
      ]);
      expect(exitCode).toBe(1);
      expect(run.state).toBe('failed');
      expect(run.stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
        'bad failed',
        'after blocked',
        'other succeeded',
      ]);
      const said = run.stages[0]!.message!;
      expect(said).toMatch(message);
      expect(said).toMatch(/ASSAY_[A-Z_]+/);
      // It failed for good: the next run tries it again, and does not take it for a result.
      const words = (await place.assay('run', 'small.yaml')).stdout;
      expect(words).toMatch(/✗ bad .*failed/);
      expect(words).toMatch(/= other .*cached/);
    },
  );

  it('writes what it said to its log, which is shown', async () => {
    await runSmall([`{ name: bad, run: [sh, -c, 'echo because of this >&2; exit 3'] }`]);
    expect((await place.assay('runs', 'latest', '--log', 'bad')).stdout).toContain('because of this');
  });
});

describe('filings', () => {
  const filings = () => readdirSync(place.path('sample/filings')).sort();

  it('cut short, not UTF-8, empty, or without a call: said by name, and the others are read', async () => {
    const [short, bytes, empty, without] = filings();
    truncateSync(place.path('sample/filings', short!), 3000);
    const text = Buffer.from(place.read(`sample/filings/${bytes}`));
    text[text.indexOf('We ') + 1] = 0xff;
    writeFileSync(place.path('sample/filings', bytes!), text);
    writeFileSync(place.path('sample/filings', empty!), '');
    const letter = place
      .read(`sample/filings/${without}`)
      .replace(/<TEXT>[\s\S]*<\/TEXT>/, '<TEXT>\nDear holders.\n</TEXT>');
    place.write({ [`sample/filings/${without}`]: letter });
    const ingest = ['edgar', 'ingest', '--from', 'sample/filings', '--out', 'in'];
    const refusal = await place.refusal(...ingest);
    expect(refusal).toMatchObject({ code: 'ASSAY_FILING_TRUNCATED', exitCode: 1 });
    expect(refusal.message).toContain(short);
    // A person may go on without them; they are named.
    const { setAside } = await place.json<{ setAside: object[] }>(...ingest, '--set-aside');
    for (const name of [short, empty]) expect(JSON.stringify(setAside)).toContain(name);
    const parsed = await place.assay('transcript', 'parse', 'in', '--out', 'out');
    expect(parsed.code).toBe(0);
    expect(`${parsed.stdout}${parsed.stderr}`).toContain(without!.replace('.txt', ''));
    const paragraphs = place.read('out/paragraphs.jsonl');
    // The byte that is none of UTF-8 costs no other.
    expect(paragraphs).toContain(bytes!.replace('.txt', ''));
    for (const name of [short, empty, without]) expect(paragraphs).not.toContain(name!.replace('.txt', ''));
  });

  it('none of which has a paragraph: the stage fails with a code', async () => {
    for (const name of filings()) {
      const text = place
        .read(`sample/filings/${name}`)
        .replace(/<TEXT>[\s\S]*<\/TEXT>/, '<TEXT>\nDear holders.\n</TEXT>');
      place.write({ [`sample/filings/${name}`]: text });
    }
    const { code, stdout } = await place.assay('run', 'pipeline.yaml', '--json');
    expect(code).toBe(1);
    const run: RunResult = JSON.parse(stdout);
    const failed = run.stages.filter(({ state }) => state === 'failed');
    expect(failed).toHaveLength(1);
    const { log } = await place.json<{ log: string }>('runs', 'latest', '--log', failed[0]!.stage);
    expect(log).toMatch(/ASSAY_[A-Z_]+/);
    expect(run.models).toEqual([]);
  });

  it('that are no folder, or an empty one', async () => {
    rmSync(place.path('sample/filings'), { recursive: true });
    expect(await place.refusal('run', 'pipeline.yaml')).toMatchObject({
      code: 'ASSAY_PIPELINE_MISSING_FILE',
      exitCode: 1,
    });
    place.write({ 'empty/none': '' });
    rmSync(place.path('empty/none'));
    expect((await place.refusal('edgar', 'ingest', '--from', 'empty', '--out', 'in')).code).toMatch(/^ASSAY_/);
  });
});

describe('labels and texts', () => {
  it.each<[string, string]>([
    ['not JSON', '{"id": "a", '],
    ['not UTF-8', '\xff\xfe'],
    ['no object', '[1]\n'],
    ['no id', '{"labels": {"ours": "neutral"}}\n'],
    ['nothing', ''],
  ])('a reference that is %s fails with a code and the line', async (_what, text) => {
    place.write({ 'reference.jsonl': Buffer.from(text, 'latin1') });
    const refusal = await place.refusal('compare', 'build/labels.jsonl', '--reference', 'reference.jsonl');
    expect(refusal.code).toMatch(/^ASSAY_/);
    expect(refusal.code).not.toBe('ASSAY_UNEXPECTED');
    expect(refusal.message).toMatch(/reference|ours|label/);
  });

  it('a labeler that is none, a file that may not be written', async () => {
    const line = ['label', 'build/paragraphs/paragraphs.jsonl', '--labelers'];
    const unknown = await place.refusal(...line, 'vader,oracle', '--out', 'x.jsonl');
    expect(unknown.code).toMatch(/^ASSAY_/);
    expect(unknown.message).toContain('oracle');
    place.write({ 'taken/inside': '' });
    expect(await place.refusal(...line, 'vader', '--out', 'taken')).toMatchObject({
      code: 'ASSAY_FILE_UNUSABLE',
      message: expect.stringContaining('taken'),
    });
  });
});

describe('runs', () => {
  it('two at once in one project: one is refused and told of the other, or waits for it', async () => {
    place.write({
      'small.yaml': pipeline([
        `{ name: slow, run: [sh, -c, 'sleep 2; echo x > build/slow'], outputs: { o: build/slow } }`,
      ]),
    });
    const one = place.start(['run', 'small.yaml', '--json']);
    const first = ended(one);
    let refusal: Awaited<ReturnType<Workplace['refusal']>> | undefined;
    for (let i = 0; i < 20 && refusal === undefined; i++) {
      await delay(150);
      refusal = await place.refusal('run', 'pipeline.yaml', '--set', 'seed=3').catch(() => undefined);
    }
    expect(refusal).toMatchObject({ code: 'ASSAY_LOCK_HELD', exitCode: 1 });
    expect(refusal!.message).toContain(String(one.pid));
    const waited = await place.assay('run', 'small.yaml', '--wait', '--json');
    expect((await first).code).toBe(0);
    expect(waited.code).toBe(0);
    expect(executed(JSON.parse(waited.stdout))).toEqual({});
  });

  it('two started in the same moment, the one of which waits: both succeed, and the work is done once', async () => {
    const runs = await Promise.all([place.run('--set', 'seed=5', '--wait'), place.run('--set', 'seed=5', '--wait')]);
    expect(runs.map((run) => Object.keys(executed(run)).length).sort()).toEqual([0, 1]);
  });
});
