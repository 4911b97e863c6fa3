import { readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { executed, type RunResult, reused, Workplace } from './workplace.ts';

const stages = ['ingest', 'parse', 'label', 'compare', 'train'];
const everyStage = (text: string | RegExp) => Object.fromEntries(stages.map((name) => [name, matching(text)]));
const matching = (text: string | RegExp) => expect.stringMatching(text);
const first: RunResult = JSON.parse(inject('firstRun'));

let place: Workplace;
beforeEach(() => {
  place = Workplace.copyOf(inject('flagship'));
});
afterEach(async () => {
  const { ok, failures } = await place.verify();
  place.remove();
  expect({ ok, failures }).toEqual({ ok: true, failures: [] });
});

describe('the flagship', () => {
  it('executes all five stages the first time, and registers the model', () => {
    expect(executed(first)).toEqual(everyStage(/^ran: no result of it yet/));
    expect(first).toMatchObject({
      state: 'succeeded',
      models: [{ name: 'edgar-sentiment', version: '1:0:0', created: true }],
    });
  });

  it('executes none the second time, says why of each, and makes no new version', async () => {
    const run = await place.run();
    expect(executed(run)).toEqual({});
    const why = new RegExp(`^cached: same code, inputs .* as run ${first.run.slice(0, 12)}`);
    expect(reused(run)).toEqual(everyStage(why));
    expect(run.models).toMatchObject([{ version: '1:0:0', created: false }]);
    const words = await place.assay('run', 'pipeline.yaml');
    for (const stage of stages) expect(words.stdout).toMatch(new RegExp(`= ${stage} .*cached: same code`));
  });

  it('executes all after one changed paragraph, each naming what changed, and registers a minor version', async () => {
    const filing = readdirSync(place.path('sample/filings')).sort()[0]!;
    place.edit(`sample/filings/${filing}`, /\bour\b/, 'our terrible');
    const run = await place.run();
    expect(executed(run)).toEqual({
      ingest: matching(new RegExp(`input source changed .*${filing}`)),
      parse: matching(new RegExp(`input filings changed .*${filing}`)),
      label: matching(/input paragraphs changed .*paragraphs\.jsonl/),
      compare: matching(/input labels changed.*input paragraphs changed/),
      train: matching(/input labels changed.*input paragraphs changed/),
    });
    expect(run.models).toMatchObject([{ version: '1:1:0', created: true }]);
  });

  it('takes what it knows when a change is taken back', async () => {
    const filing = readdirSync(place.path('sample/filings')).sort()[3]!;
    const before = place.read(`sample/filings/${filing}`);
    place.edit(`sample/filings/${filing}`, /\bour\b/, 'our own');
    expect(Object.keys(executed(await place.run()))).toEqual(stages);
    place.write({ [`sample/filings/${filing}`]: before });
    const run = await place.run();
    expect(executed(run)).toEqual({});
    expect(reused(run)).toEqual(
      everyStage(new RegExp(`^(restored|cached): .* changed .*same code.* as run ${first.run.slice(0, 12)}`)),
    );
  });

  it('executes only what reads the reference labels after one of them changed', async () => {
    place.edit('sample/labels/ours.jsonl', '"neutral"', '"positive"');
    const why = /input reference changed \(.*ours\.jsonl/;
    expect(executed(await place.run())).toEqual({ compare: matching(why), train: matching(why) });
  });

  it('executes only what stands on a parameter that changed', async () => {
    expect(executed(await place.run('--set', 'seed=21'))).toEqual({ train: matching(/parameter seed 20 → 21/) });
    expect(executed(await place.run('--set', 'labelers=[vader,afinn]'))).toEqual({
      label: matching(/parameter labelers \["vader","afinn","lexicon"\] → \["vader","afinn"\]/),
      compare: matching(/input labels changed/),
      train: matching(/input labels changed/),
    });
  });

  it('executes one stage after its command changed', async () => {
    place.edit('pipeline.yaml', /--out \$\{outputs\.comparison\}/, '$& --no-color');
    expect(executed(await place.run())).toEqual({ compare: matching(/command .*assay compare.* changed/) });
  });
});

describe('a deleted output', () => {
  const deleted = async (path: string) => {
    const bytes = place.read(path);
    rmSync(place.path(path));
    const run = await place.run();
    expect(place.read(path)).toBe(bytes);
    return run;
  };

  it('comes back from the store, and nothing is executed', async () => {
    for (const [path, stage] of [
      ['build/labels.jsonl', 'label'],
      ['build/model/evaluation.json', 'train'],
      ['build/paragraphs/paragraphs.jsonl', 'parse'],
    ] as const) {
      const run = await deleted(path);
      expect(executed(run)).toEqual({});
      const { [stage]: restored, ...others } = reused(run);
      expect(restored).toMatch(/^restored: output build\/\S+ was (deleted|changed)/);
      for (const because of Object.values(others)) expect(because).toMatch(/^cached: same code/);
    }
  });

  it('is made again when the store has lost it too, and what stands on it only if it came out otherwise', async () => {
    const [label] = first.stages.filter(({ stage }) => stage === 'label');
    const { record } = await place.json<{ record: { artifacts: { name: string; sha256: string }[] } }>(
      'record',
      'show',
      label!.record!,
    );
    const { sha256 } = record.artifacts.find(({ name }) => name === 'build/labels.jsonl')!;
    rmSync(place.path('.assay/objects/sha256', sha256.slice(0, 2), sha256.slice(2)));
    const { ok, failures } = await place.verify();
    expect(ok).toBe(false);
    expect(failures.map(({ message }) => message).join('\n')).toContain(sha256.slice(0, 12));
    const run = await deleted('build/labels.jsonl');
    expect(executed(run)).toEqual({ label: matching(/build\/labels\.jsonl was deleted and is not in the store/) });
  });
});
