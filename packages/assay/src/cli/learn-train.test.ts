import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from './main.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'train-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function train(...words: string[]): Promise<{ code: number; result: Result; err: string }> {
  let out = '';
  let err = '';
  const code = await main(['-C', folder, '--json', 'learn', 'train', ...quick, ...words], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, result: JSON.parse(out), err };
}

interface Result {
  readonly error?: { readonly code: string; readonly message: string };
  readonly parts: Readonly<
    Record<string, { readonly texts: number; readonly labels: Readonly<Record<string, number>> }>
  >;
  readonly systems: readonly { readonly name: string; readonly confusion: { readonly columns: readonly string[] } }[];
}

const quick = ['epochs=1', 'members=1', 'embed.width=4', 'encode.width=4', 'attend.width=4'].flatMap((set) => [
  '--set',
  set,
]);
const given = ['--train', 'train.tsv', '--dev', 'dev.tsv', '--out', 'out'];

function write(name: string, lines: readonly unknown[]): void {
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  writeFileSync(join(folder, name), text);
}

function tsv(name: string, from: number, to: number, labels: readonly [string, string] = ['down', 'up']): void {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  write(
    name,
    numbers.map((i) => `${labels[i % 2]}\tsales ${i % 2 === 0 ? 'fell' : 'rose'} in city ${'abcdefgh'[i % 8]}${i}x`),
  );
}

describe('assay learn train on files split by hand', () => {
  beforeEach(() => {
    tsv('train.tsv', 0, 24);
    tsv('dev.tsv', 24, 32);
    tsv('test.tsv', 32, 44);
  });

  it('writes the same bytes again from the same seed', async () => {
    await train(...given, '--test', 'test.tsv');
    const files = () =>
      readdirSync(join(folder, 'out')).map((name) => [name, readFileSync(join(folder, 'out', name), 'utf8')]);
    const first = files();
    expect(first.map(([name]) => name)).toEqual([
      'config.json',
      'evaluation.json',
      'examples.jsonl',
      'model.onnx',
      'model.safetensors',
      'report.html',
    ]);
    expect((await train(...given, '--test', 'test.tsv')).code).toBe(0);
    expect(files()).toEqual(first);
  });

  it('says when the judge was seen: no test file, or test texts that were learned from', async () => {
    expect((await train(...given)).err).toContain('No test file');
    tsv('test.tsv', 20, 44);
    const { err } = await train(...given, '--test', 'test.tsv');
    expect(err).toContain('12 of the 24 texts it is judged on also occur');
  });

  it('refuses a test label that no training text has, before it trains', async () => {
    write('test.tsv', ['up\tsales rose', 'sideways\tsales stayed']);
    const { code, result } = await train(...given, '--test', 'test.tsv');
    expect([code, result.error?.code]).toEqual([1, 'ASSAY_LEARN_LABEL_UNKNOWN']);
    expect(result.error?.message).toContain('text 2 has the label "sideways"');
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('takes labels called like parts of every object', async () => {
    for (const [name, from, to] of [
      ['train.tsv', 0, 24],
      ['dev.tsv', 24, 32],
    ] as const)
      tsv(name, from, to, ['__proto__', 'constructor']);
    const { result } = await train(...given);
    expect(Object.entries(result.parts.train!.labels)).toEqual([
      ['__proto__', 12],
      ['constructor', 12],
    ]);
  });

  it('replaces only a folder that a training wrote', async () => {
    for (const out of ['.', 'train.tsv']) {
      const { result } = await train('--train', 'train.tsv', '--dev', 'dev.tsv', '--out', out);
      expect(result.error?.code).toBe('ASSAY_TRAIN_OPTIONS');
    }
    expect(readdirSync(folder).sort()).toEqual(['dev.tsv', 'test.tsv', 'train.tsv']);
  });

  it.each([
    ['--set', 'embed.width=[1'],
    ['--set', 'epochs'],
    ['--set', '=3'],
    ['--config', 'list.yaml'],
    ['--config', 'none.yaml'],
  ])('refuses the settings %s %s', async (...words) => {
    write('list.yaml', ['- epochs']);
    expect((await train(...given, ...words)).result.error?.code).toBe('ASSAY_TRAIN_CONFIG');
  });

  it.each([
    ['--set', '__proto__.epochs=3'],
    ['--set', 'constructor=3'],
    ['--config', 'odd.yaml'],
  ])('knows no setting called like a part of every object (%s %s)', async (...words) => {
    write('odd.yaml', ['__proto__: { epochs: 3 }']);
    expect((await train(...given, ...words)).result.error?.code).toBe('ASSAY_LEARN_CONFIG_INVALID');
  });

  it('refuses lines that are not label, tab, text, with their number', async () => {
    write('train.tsv', ['up\tsales rose', 'sales fell']);
    const { result } = await train(...given);
    expect(result.error).toMatchObject({ code: 'ASSAY_TSV_LINE', message: expect.stringContaining('train.tsv:2') });
    writeFileSync(join(folder, 'train.tsv'), Buffer.from([0x75, 0x09, 0xff]));
    expect((await train(...given)).result.error?.code).toBe('ASSAY_TSV_MISSING');
    write('train.tsv', ['']);
    expect((await train(...given)).result.error?.code).toBe('ASSAY_TSV_EMPTY');
  });
});

describe('assay learn train on paragraphs', () => {
  const paragraphs = Array.from({ length: 36 }, (_, i) => ({
    id: `f${i % 6}#${i}`,
    accession: `f${i % 6}`,
    text: `paragraph ${'abcdef'[i % 6]}${i}x ${i % 4 < 2 ? 'rose' : 'fell'}`,
    label: i % 4 < 2 ? 'up' : 'down',
  }));
  const options = ['--paragraphs', 'p.jsonl', '--target', 'target.jsonl', '--out', 'out'];
  beforeEach(() => {
    write('p.jsonl', paragraphs);
    write(
      'target.jsonl',
      paragraphs.map(({ id, label }) => ({ id, labels: { ours: label } })),
    );
  });

  it('keeps each filing in one part', async () => {
    await train(...options);
    const lines = readFileSync(join(folder, 'out/examples.jsonl'), 'utf8').trim().split('\n');
    const parts = new Map<string, Set<string>>();
    for (const line of lines) {
      const { id, part }: { id: string; part: string } = JSON.parse(line);
      const filing = id.split('#')[0]!;
      parts.set(filing, (parts.get(filing) ?? new Set()).add(part));
    }
    expect([...parts.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set([...parts.values()].flatMap((of) => [...of]))).toEqual(new Set(['train', 'dev', 'test']));
  });

  it('judges labelers by their answers, even labels that are not learned, and whatever they are called', async () => {
    write(
      'labels.jsonl',
      paragraphs.map(
        ({ id }, i) =>
          `{"id": ${JSON.stringify(id)}, "labels": {"__proto__": "neutral"${i === 0 ? ', "constructor": "up"' : ''}}}`,
      ),
    );
    const { code, result } = await train(...options, '--labels', 'labels.jsonl');
    expect(code).toBe(0);
    expect(result.systems.map(({ name, confusion }) => [name, confusion.columns.slice(2)])).toEqual([
      ['majority class', []],
      ['__proto__', ['neutral']],
      ['constructor', ['(no answer)']],
      ['model', []],
    ]);
  });

  it('refuses a reference of two labelers, and one of other texts', async () => {
    write(
      'target.jsonl',
      paragraphs.map(({ id, label }) => ({ id, labels: { ours: label, theirs: label } })),
    );
    expect((await train(...options)).result.error?.code).toBe('ASSAY_COMPARE_REFERENCE');
    write(
      'target.jsonl',
      paragraphs.map(({ id, label }) => ({ id: `x${id}`, labels: { ours: label } })),
    );
    expect((await train(...options)).result.error?.code).toBe('ASSAY_TRAIN_NO_OVERLAP');
  });
});
