import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ended, type RunResult, Workplace } from './workplace.ts';

const first: RunResult = JSON.parse(inject('firstRun'));
const text = 'We are raising our outlook, though costs were a disappointment.';
let place: Workplace;
beforeAll(async () => {
  place = Workplace.copyOf(inject('flagship'));
  await place.run('--set', 'seed=21');
});
afterAll(() => place.remove());

describe('every command says the same to people and to scripts', () => {
  it.each([
    ['help'],
    ['--version'],
    ['init'],
    ['run', 'pipeline.yaml', '--set', 'seed=21'],
    ['runs'],
    ['runs', 'latest'],
    ['runs', first.run],
    ['runs', first.run.slice(0, 14), '--log', 'train'],
    ['record', 'log', '--limit', '3'],
    ['record', 'log', '--kind', 'nothing-such'],
    ['record', 'show', 'model-version/edgar-sentiment'],
    ['record', 'show', 'model-version/edgar-sentiment@1:0:0'],
    ['record', 'show', `${first.record!.slice(0, 8)}`],
    ['record', 'diff', 'model-version/edgar-sentiment@1:0:0', 'model-version/edgar-sentiment@1:1:0'],
    ['lineage', 'model-version/edgar-sentiment'],
    ['lineage', first.models[0]!.record.slice(0, 10), '--down'],
    ['model', 'list'],
    ['model', 'show', 'edgar-sentiment'],
    ['model', 'show', 'edgar-sentiment@1:0:0'],
    ['model', 'promote', 'edgar-sentiment@1:0:0', '--to', 'staging'],
    ['predict', 'edgar-sentiment', text],
    ['explain', 'edgar-sentiment', text],
    ['receipt', 'model-version/edgar-sentiment'],
    ['verify'],
  ])('assay %s %s %s', async (...words) => {
    const argv = words.filter((word) => word !== undefined);
    const [plain, json] = [await place.assay(...argv), await place.assay(...argv, '--json')];
    if (argv[0] === 'init') {
      // It is a project already: both say so.
      expect(plain.code).toBe(json.code);
    } else expect([plain, json]).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(`${plain.stdout}${plain.stderr}`.trim()).not.toBe('');
    // Colours are for terminals.
    expect(`${plain.stdout}${json.stdout}`).not.toContain('\u001b');
    expect(typeof JSON.parse(json.stdout)).toBe('object');
  });

  it('a word that is no command, and an option that is none, end with exit code 2', async () => {
    expect(await place.refusal('serv', 'edgar-sentiment')).toMatchObject({
      code: 'ASSAY_CLI_UNKNOWN_COMMAND',
      exitCode: 2,
    });
    expect(await place.refusal('verify', '--deep')).toMatchObject({ code: 'ASSAY_CLI_USAGE', exitCode: 2 });
    expect(await place.refusal('predict', 'edgar-sentiment')).toMatchObject({ code: 'ASSAY_CLI_USAGE', exitCode: 2 });
  });

  it('-C works before and after the command', async () => {
    const elsewhere = (...argv: string[]) => ended(place.start(argv, { cwd: place.folder }));
    const before = await elsewhere('-C', 'project', 'runs', '--json');
    const after = await elsewhere('runs', '-C', 'project', '--json');
    expect(JSON.parse(before.stdout)).toEqual(JSON.parse(after.stdout));
    expect(await elsewhere('runs', '--json')).toMatchObject({ code: 1 });
  });
});

describe('models', () => {
  interface Shown {
    version: string;
    stages: string[];
    because: string;
    scores: Record<string, { value: number; low: number; high: number }>;
    versions: { version: string }[];
    parents: { role: string; ref: string }[];
  }

  it('a run with other files made a minor version, which knows its run and its scores with intervals', async () => {
    const shown = await place.json<Shown>('model', 'show', 'edgar-sentiment@1:1:0');
    expect(shown.versions.map(({ version }) => version)).toEqual(['1:1:0', '1:0:0']);
    expect(shown.because).toMatch(/model\.(onnx|safetensors).* changed/);
    expect(shown.parents.map(({ role }) => role).sort()).toEqual(['previous', 'run', 'trained-by']);
    const { macro_f1: f1 } = shown.scores;
    expect(f1!.low).toBeLessThanOrEqual(f1!.value);
    expect(f1!.value).toBeLessThanOrEqual(f1!.high);
  });

  it('moving a version into production leaves a record, moving back one that says so, and standing still none', async () => {
    const promote = (version: string, ...note: string[]) =>
      place.json<{ moved: boolean; from: string | null; record: string }>(
        'model',
        'promote',
        `edgar-sentiment@${version}`,
        ...note,
      );
    const event = async (record: string) =>
      place.json<{ record: { kind: string; event: string; version: string }; note?: string }>('record', 'show', record);
    const steps = [
      await promote('1:0:0'),
      await promote('1:1:0'),
      await promote('1:0:0', '--note', 'it lost on calls'),
    ];
    expect(steps.map(({ moved, from }) => [moved, from])).toEqual([
      [true, null],
      [true, '1:0:0'],
      [true, '1:1:0'],
    ]);
    const events = await Promise.all(steps.map(({ record }) => event(record)));
    expect(events.map(({ record }) => `${record.kind} ${record.event} ${record.version}`)).toEqual([
      'model-stage created 1:0:0',
      'model-stage updated 1:1:0',
      'model-stage rolled-back 1:0:0',
    ]);
    expect(events[2]!.note).toBe('it lost on calls');
    expect(await promote('1:0:0')).toMatchObject({ moved: false, record: steps[2]!.record });
    expect(await place.json<Shown>('model', 'show', 'edgar-sentiment')).toMatchObject({ version: '1:0:0' });
    const list = await place.json<{ production: string; newest: string }[]>('model', 'list');
    expect(list).toMatchObject([{ newest: '1:1:0', production: '1:0:0' }]);
  });

  it('predict and explain agree on label and probability, and the attributions add up to the score', async () => {
    const predicted = await place.json<{ label: string; probabilities: Record<string, number> }>(
      'predict',
      'edgar-sentiment@1:1:0',
      text,
    );
    const explained = await place.json<{
      label: string;
      probability: number;
      score: number;
      delta: number;
      tokens: { start: number; end: number; text: string; attribution: number }[];
    }>('explain', 'edgar-sentiment@1:1:0', text, '--html', 'why.html');
    expect(explained.label).toBe(predicted.label);
    expect(explained.probability).toBeCloseTo(predicted.probabilities[predicted.label]!, 4);
    expect(Object.values(predicted.probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    for (const { start, end, text: word } of explained.tokens) expect(text.slice(start, end)).toBe(word);
    expect(explained.tokens.reduce((sum, { attribution }) => sum + attribution, 0)).toBeCloseTo(explained.score, 4);
    expect(Math.abs(explained.delta)).toBeLessThan(0.01);
    const page = place.read('why.html');
    expect(page).toContain('disappointment');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });

  it('what is not there is refused with a code', async () => {
    expect(await place.refusal('predict', 'nothing', text)).toMatchObject({
      code: 'ASSAY_MODEL_NOT_FOUND',
      exitCode: 1,
    });
    expect(await place.refusal('model', 'show', 'edgar-sentiment@9:0:0')).toMatchObject({
      code: 'ASSAY_MODEL_NOT_FOUND',
    });
    expect((await place.refusal('record', 'show', 'run/nothing')).code).toMatch(/^ASSAY_RE/);
    expect((await place.refusal('lineage', 'abcdef')).code).toMatch(/^ASSAY_/);
    expect((await place.refusal('runs', 'nothing')).code).toMatch(/^ASSAY_RUN/);
    expect((await place.refusal('predict', 'edgar-sentiment', ' ')).code).toMatch(/^ASSAY_/);
  });
});

describe('lineage', () => {
  it('walks from the model to the filings as they came', async () => {
    const { nodes, edges } = await place.json<{
      nodes: { type: string; kind?: string; id?: string; names?: string[] }[];
      edges: { from: string; to: string; role: string }[];
    }>('lineage', 'model-version/edgar-sentiment@1:0:0');
    const stagesOf = nodes.filter(({ kind }) => kind === 'stage-run').map(({ id }) => id!.split('/')[1]);
    expect(stagesOf.sort()).toEqual(['compare', 'ingest', 'label', 'parse', 'train']);
    expect(edges.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['trained-by', 'paragraphs', 'filings', 'source']),
    );
    const words = (await place.assay('lineage', 'model-version/edgar-sentiment@1:0:0')).stdout;
    expect(words).toMatch(/ingest@.*\n.*source: /);
  });
});

describe('a receipt', () => {
  it('is checked in an empty folder, without a project, by someone who has the key', async () => {
    await place.json('receipt', 'model-version/edgar-sentiment@1:0:0', '--out', 'receipt.json');
    const vkey = place.read('.assay/vkey').trim();
    const auditor = Workplace.empty();
    try {
      copyFileSync(place.path('receipt.json'), auditor.path('receipt.json'));
      const plain = await auditor.assay('verify', '--receipt', 'receipt.json', '--key', vkey);
      expect(plain).toMatchObject({ code: 0, stderr: '' });
      expect(plain.stdout).toMatch(/model-version\/edgar-sentiment@1:0:0/);
      expect(plain.stdout).toMatch(/does not prove/i);
      const verdict = await auditor.json<{ ok: boolean; doesNotProve: string[] }>(
        'verify',
        '--receipt',
        'receipt.json',
        '--key',
        vkey,
      );
      expect(verdict.ok).toBe(true);
      expect(verdict.doesNotProve.length).toBeGreaterThan(2);
      // Nothing was made where it was checked, not even a key.
      expect(existsSync(auditor.path('.assay'))).toBe(false);
      expect(existsSync(auditor.home)).toBe(false);
      // Another ledger's key, a changed receipt, a receipt cut short.
      mkdirSync(auditor.path('other'));
      await auditor.assay('-C', 'other', 'init');
      const otherKey = readFileSync(join(auditor.root, 'other/.assay/vkey'), 'utf8').trim();
      expect(await auditor.assay('verify', '--receipt', 'receipt.json', '--key', otherKey)).toMatchObject({ code: 1 });
      const receipt = auditor.read('receipt.json');
      for (const [from, to] of [
        ['"index": ', '"index": 1'],
        [/"bytes": "(.)/, '"bytes": "_'],
      ] as const) {
        if (!receipt.match(from)) continue;
        auditor.write({ 'changed.json': receipt.replace(from, to) });
        expect(await auditor.assay('verify', '--receipt', 'changed.json', '--key', vkey)).toMatchObject({ code: 1 });
      }
      auditor.write({ 'short.json': receipt.slice(0, receipt.length / 2) });
      expect(await auditor.refusal('verify', '--receipt', 'short.json', '--key', vkey)).toMatchObject({
        code: 'ASSAY_RECEIPT_FILE',
        exitCode: 1,
      });
    } finally {
      auditor.remove();
    }
  });
});
