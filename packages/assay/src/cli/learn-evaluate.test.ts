import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from './main.ts';

let folder: string;

async function assay(...words: string[]) {
  let out = '';
  const code = await main(['-C', folder, '--json', ...words], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: () => true },
  });
  return { code, result: JSON.parse(out) };
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => {
    const i = from + k;
    return {
      label: i % 2 === 0 ? 'down' : 'up',
      text: `sales, "${i % 2 === 0 ? 'fell' : 'rose'}" in ${'abcdefgh'[i % 8]}x`,
    };
  });
const csv = (of: ReturnType<typeof rows>) =>
  `id,text,label\r\n${of.map(({ label, text }, i) => `n${i},"${text.replaceAll('"', '""')}",${label}\r\n`).join('')}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evaluate-'));
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content);
  put('train.csv', csv(rows(0, 60)));
  put(
    'dev.jsonl',
    rows(60, 80)
      .map((row) => `${JSON.stringify({ ...row, probabilities: { [row.label]: 1 } })}\n`)
      .join(''),
  );
  put(
    'test.tsv',
    rows(80, 100)
      .map(({ label, text }) => `${label}\t${text}\n`)
      .join(''),
  );
  put('wrong.csv', 'text,label\nsales fell,\n');
  put('other.tsv', 'sideways\tsales stayed\n');
  put('vectors.txt', 'rose 1 0\nfell -1 0\nsales 0 1\n');
  const settings = ['epochs=30', 'members=1', 'encode.kind=bigru', 'encode.width=8', 'learningRate=0.02'];
  const { code } = await assay(
    ...['learn', 'train', '--train', 'train.csv', '--dev', 'dev.jsonl', '--vectors', 'vectors.txt', '--out', 'model'],
    ...settings.flatMap((set) => ['--set', set]),
  );
  expect(code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('assay learn evaluate', () => {
  it('judges a trained folder on a file of texts', async () => {
    const { code, result } = await assay('learn', 'evaluate', 'model', '--data', 'test.tsv');
    expect(code).toBe(0);
    expect(result).toMatchObject({
      texts: 20,
      accuracy: 1,
      macro_f1: 1,
      confusion: {
        counts: [
          [10, 0],
          [0, 10],
        ],
      },
    });
    expect(JSON.parse(readFileSync(join(folder, 'model/config.json'), 'utf8')).config.embed).toMatchObject({
      kind: 'vectors',
      width: 2,
    });
  });

  it.each([
    ['no model', ['nowhere', '--data', 'test.tsv'], 'ASSAY_LEARN_MODEL_MISSING'],
    ['a row without a label', ['model', '--data', 'wrong.csv'], 'ASSAY_TSV_LINE'],
    ['a label that the model does not have', ['model', '--data', 'other.tsv'], 'ASSAY_LEARN_LABEL_UNKNOWN'],
    ['no file', ['model', '--data', 'none.csv'], 'ASSAY_TSV_MISSING'],
  ])('refuses %s', async (_, words, code) => {
    expect((await assay('learn', 'evaluate', ...words)).result.error.code).toBe(code);
  });
});

describe('assay learn export', () => {
  it('writes the model that the training wrote', async () => {
    const { code, result } = await assay('learn', 'export', 'model', '--onnx', 'again.onnx');
    expect([code, result.labels]).toEqual([0, ['down', 'up']]);
    expect(readFileSync(join(folder, 'again.onnx'))).toEqual(readFileSync(join(folder, 'model/model.onnx')));
  });

  it('leaves nothing half-written', async () => {
    const { result } = await assay('learn', 'export', 'model', '--onnx', 'none/model.onnx');
    expect(result.error.code).toBe('ASSAY_TRAIN_OPTIONS');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

it('learn train says what it cannot report on, and what vectors are none', async () => {
  const given = ['learn', 'train', '--train', 'train.csv', '--dev', 'test.tsv', '--out', 'new'];
  expect((await assay(...given, '--set', 'predict.kind=multi-label')).result.error.code).toBe('ASSAY_TRAIN_CONFIG');
  expect((await assay(...given, '--vectors', 'wrong.csv')).result.error.code).toBe('ASSAY_LEARN_VECTORS_INVALID');
  expect(existsSync(join(folder, 'new'))).toBe(false);
});
