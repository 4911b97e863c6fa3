import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from './main.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'label-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function assay(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await main(['-C', folder, ...words], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

function write(name: string, ...lines: readonly unknown[]): void {
  writeFileSync(
    join(folder, name),
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );
}

const texts = [
  { id: 'f1#1', accession: 'f1', text: 'Revenue grew and margins were strong.' },
  { id: 'f1#2', accession: 'f1', text: 'The meeting is at ten.' },
  { id: 'f2#1', accession: 'f2', text: 'A terrible, disappointing loss <b>again</b>.' },
];

describe('assay label', () => {
  it('writes a line of labels and scores for each text, in order', async () => {
    write('texts.jsonl', ...texts);
    const { code, out } = await assay(
      'label',
      'texts.jsonl',
      '--labelers',
      'vader, lexicon',
      '--out',
      'l.jsonl',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      texts: 3,
      labelers: [{ name: 'vader', labelled: 3 }, { name: 'lexicon' }],
    });
    const lines = readFileSync(join(folder, 'l.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id }) => id)).toEqual(['f1#1', 'f1#2', 'f2#1']);
    expect(lines.map(({ labels }) => labels.lexicon)).toEqual(['positive', 'neutral', 'negative']);
    expect(lines[2].scores.vader).toBeLessThan(-0.5);
  });

  it('asks for nothing that is in the cache', async () => {
    write('texts.jsonl', ...texts);
    await assay('label', 'texts.jsonl', '--out', 'a.jsonl', '--cache', 'answers');
    const { out } = await assay('label', 'texts.jsonl', '--out', 'b.jsonl', '--cache', 'answers', '--json');
    for (const labeler of JSON.parse(out).labelers) expect(labeler).toMatchObject({ cached: 3, requests: 0 });
    expect(readFileSync(join(folder, 'b.jsonl'))).toEqual(readFileSync(join(folder, 'a.jsonl')));
    expect(readdirSync(join(folder, 'answers'))).toHaveLength(1);
  });

  it.each([
    ['no place for the labels', ['--labelers', 'vader'], 'ASSAY_LABEL_OPTIONS', '--out'],
    ['a budget that is none', ['--out', 'l.jsonl', '--max-usd', '-1'], 'ASSAY_LABEL_OPTIONS', '--max-usd'],
    [
      'a file of settings that is missing',
      ['--out', 'l.jsonl', '--settings', 'no.yaml'],
      'ASSAY_LABEL_SETTINGS',
      'no.yaml',
    ],
    ['a setting that is unknown', ['--out', 'l.jsonl', '--settings', 'bad.yaml'], 'ASSAY_LABEL_SETTINGS', 'google'],
    ['settings of what has none', ['--out', 'l.jsonl', '--settings', 'local.yaml'], 'ASSAY_LABEL_SETTINGS', 'vader'],
  ])('refuses %s', async (_, options, code, told) => {
    write('texts.jsonl', ...texts);
    write('bad.yaml', 'google: { api_key: secret }');
    write('local.yaml', 'vader: { language: en }');
    const refused = await assay('label', 'texts.jsonl', ...options);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(code);
    expect(refused.err).toContain(told);
    expect(existsSync(join(folder, 'l.jsonl'))).toBe(false);
  });

  it.each([
    ['an unknown labeler', ['--labelers', 'vader,bert'], [texts[0]], 'ASSAY_LABELER_UNKNOWN', 'vader, afinn, lexicon'],
    ['no labeler', ['--labelers', ' ,'], [texts[0]], 'ASSAY_LABEL_NO_LABELERS', 'vader, afinn, lexicon'],
    ['a labeler twice', ['--labelers', 'vader,vader'], [texts[0]], 'ASSAY_LABEL_DUPLICATE_LABELER', 'vader'],
    ['an empty file', [], [], 'ASSAY_JSON_LINES_EMPTY', 'texts.jsonl'],
    ['a broken line', [], [texts[0], '{"id": "x"'], 'ASSAY_JSON_LINES_LINE', 'texts.jsonl:2'],
    ['a line without text', [], [texts[0], { id: 'x' }], 'ASSAY_JSON_LINES_LINE', 'texts.jsonl:2'],
    ['an id twice', [], [texts[0], texts[0]], 'ASSAY_LINES_DUPLICATE_ID', 'f1#1'],
  ])('refuses %s, and writes nothing', async (_, options, lines, code, told) => {
    write('texts.jsonl', ...lines);
    const refused = await assay('label', 'texts.jsonl', '--out', 'l.jsonl', ...options);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(code);
    expect(refused.err).toContain(told);
    expect(existsSync(join(folder, 'l.jsonl'))).toBe(false);
  });
});

describe('assay compare', () => {
  beforeEach(async () => {
    write('texts.jsonl', ...texts);
    await assay('label', 'texts.jsonl', '--out', 'l.jsonl');
    write('ours.jsonl', { id: 'f1#1', labels: { ours: 'positive' } }, { id: 'f2#1', labels: { ours: 'negative' } });
  });

  it('prints one document with the coefficients and the scores', async () => {
    const { code, out } = await assay('compare', 'l.jsonl', '--reference', 'ours.jsonl', '--json');
    expect(code).toBe(0);
    const comparison = JSON.parse(out);
    expect(comparison.labelers).toEqual(['vader', 'afinn', 'lexicon']);
    expect(comparison.pairs).toHaveLength(3);
    expect(comparison.fleiss_kappa).toBeTypeOf('number');
    expect(comparison.krippendorff_alpha).toBeTypeOf('number');
    expect(comparison.cohen_kappa.vader.afinn).toBeTypeOf('number');
    expect(comparison.against_reference.lexicon.macro_f1.value).toBe(1);
    expect(comparison.reference).toMatchObject({ name: 'ours', items: 2 });
    expect(comparison.bootstrap).toMatchObject({ groups: 2, drawn: 'texts' });
  });

  it('writes the same document and a report that shows the disputed texts', async () => {
    write(
      'l.jsonl',
      { id: 'f1#2', labels: { vader: 'neutral', people: 'neutral' } },
      { id: 'f2#1', labels: { vader: 'negative', people: 'positive' } },
    );
    const { out } = await assay('compare', 'l.jsonl', '--texts', 'texts.jsonl', '--out', 'compared', '--json');
    expect(readFileSync(join(folder, 'compared', 'comparison.json'), 'utf8')).toBe(out);
    const report = readFileSync(join(folder, 'compared', 'report.html'), 'utf8');
    expect(report).toContain('A terrible, disappointing loss &#60;b&#62;again&#60;/b&#62;.');
    expect(report).not.toContain('The meeting is at ten.');
  });

  it('says the same to a person', async () => {
    const { out } = await assay('compare', 'l.jsonl', '--reference', 'ours.jsonl');
    expect(out).toMatch(/lexicon\s+3\s+1\.000/u);
    expect(out).toMatch(/Krippendorff's α: /u);
  });

  it.each([
    ['a broken line', ['{'], 'ASSAY_JSON_LINES_LINE'],
    ['an empty file', [], 'ASSAY_JSON_LINES_EMPTY'],
    [
      'an id twice',
      [
        { id: 'a', labels: { x: 'y' } },
        { id: 'a', labels: { x: 'y' } },
      ],
      'ASSAY_LINES_DUPLICATE_ID',
    ],
    ['labels that are no words', [{ id: 'a', labels: { x: 3 } }], 'ASSAY_JSON_LINES_LINE'],
    ['no labeler', [{ id: 'a', labels: {} }], 'ASSAY_AGREEMENT_NO_LABELERS'],
  ])('refuses %s', async (_, lines, code) => {
    write('bad.jsonl', ...lines);
    const refused = await assay('compare', 'bad.jsonl');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(code);
  });

  it('refuses a reference that shares no text, or is of several', async () => {
    write('other.jsonl', { id: 'elsewhere', labels: { ours: 'neutral' } });
    expect((await assay('compare', 'l.jsonl', '--reference', 'other.jsonl')).err).toContain(
      'ASSAY_AGREEMENT_NO_OVERLAP',
    );
    expect((await assay('compare', 'l.jsonl', '--reference', 'l.jsonl')).err).toContain('ASSAY_COMPARE_REFERENCE');
  });

  it('compares labelers called like parts of every object, with a reference and without', async () => {
    const lines = ['a', 'b', 'c'].map((id) => `{"id": "${id}", "labels": {"constructor": "up", "__proto__": "down"}}`);
    write('l.jsonl', ...lines);
    write('r.jsonl', ...['a', 'b'].map((id) => `{"id": "${id}", "labels": {"__proto__": "up"}}`));
    expect((await assay('compare', 'l.jsonl')).out).toMatch(/constructor +3\n__proto__ +3\n/);
    const { out } = await assay('compare', 'l.jsonl', '--reference', 'r.jsonl');
    expect(out).toMatch(/constructor +3 +1\.000 .*\n__proto__ +3 +0\.000 /);
  });
});
