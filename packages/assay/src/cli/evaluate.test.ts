import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCsv } from './csv.ts';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function evaluate(...argv: string[]): Promise<{ code: number; value: Record<string, unknown> }> {
  let text = '';
  const stdout = { write: (part: string) => (text += part) };
  const code = await main(['-C', folder, 'evaluate', ...argv, '--resamples', '100', '--json'], { stdout });
  return { code, value: JSON.parse(text) };
}
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

const head = 'id,label,predicted,p_neg,p_pos,speaker,text\n';
const line = (i: number, label: string, said: string) =>
  `${i},${label},${said},${said === 'neg' ? '0.8,0.2' : '0.2,0.8'},${i % 2 === 0 ? 'CEO' : 'CFO'},"said, ""so"" ${i}"\n`;
write(
  'a.csv',
  head + Array.from({ length: 40 }, (_, i) => line(i, i % 4 < 2 ? 'neg' : 'pos', i % 4 < 2 ? 'neg' : 'pos')).join(''),
);
const weak = (i: number) => ({
  id: `${i}`,
  reference: i % 4 < 2 ? 'neg' : 'pos',
  prediction: i % 3 === 0 ? 'neg' : 'pos',
});
write(
  'b.jsonl',
  Array.from({ length: 40 }, (_, i) => `${JSON.stringify(weak(i))}\n`)
    .reverse()
    .join(''),
);

describe('assay evaluate', () => {
  it('joins a CSV and JSON Lines by id, slices, and writes a page that loads nothing', async () => {
    const { code, value } = await evaluate('a.csv', 'b.jsonl', '--slice', 'speaker', '--html', 'report.html');
    expect(code).toBe(0);
    expect(value).toMatchObject({ task: 'classification', accuracy: 1, items: 40, labels: ['neg', 'pos'] });
    expect(value.verdicts).toMatchObject([{ against: 'b', verdict: 'better' }]);
    expect(value.systems).toMatchObject([
      { roc: { macro_area: 1 }, slices: [{ value: 'CEO' }, { value: 'CFO' }] },
      { roc: null },
    ]);
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('a is better than b');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });

  it('scores numbers, and only the lines asked for', async () => {
    write(
      'n.csv',
      `y_true,y_pred,part\n${Array.from({ length: 30 }, (_, i) => `${i + 0.5},${i + 1},${i < 20 ? 'train' : 'test'}`).join('\n')}`,
    );
    const { value } = await evaluate('n.csv', '--where', 'part=test');
    expect(value).toMatchObject({ task: 'regression', items: 10, rmse: 0.5, mae: 0.5 });
  });

  it.each([
    ['no reference', 'x.jsonl', '{"id":"1","predicted":"a"}\n', 'ASSAY_PREDICTIONS_LINE'],
    ['no prediction', 'x.jsonl', '{"id":"1","label":"a"}\n', 'ASSAY_PREDICTIONS_LINE'],
    ['no JSON', 'x.jsonl', 'label,predicted\n', 'ASSAY_JSON_LINES_LINE'],
    ['a probability that is text', 'x.jsonl', '{"label":"a","probabilities":{"a":"high"}}\n', 'ASSAY_PREDICTIONS_LINE'],
    ['a row of other length', 'x.csv', 'label,predicted\na\n', 'ASSAY_CSV_INVALID'],
    ['an open quote', 'x.csv', 'label,predicted\na,"b\n', 'ASSAY_CSV_INVALID'],
    ['one class', 'x.csv', 'label,predicted\na,a\na,b\n', 'ASSAY_LEARN_ONE_CLASS'],
    ['one id twice', 'x.csv', 'id,label,predicted\n1,a,a\n1,b,b\n', 'ASSAY_LEARN_IDS_DIFFER'],
    ['a prediction of NaN', 'x.csv', 'label,predicted\n1.5,NaN\n2,3\n', 'ASSAY_LEARN_VALUE_INVALID'],
  ])('refuses a file with %s', async (_, name, content, code) => {
    write(name, content);
    expect((await evaluate(name)).value).toMatchObject({ error: { code } });
  });

  it('refuses a file that is not there', async () => {
    expect((await evaluate('nothing.csv')).value).toMatchObject({ error: { code: 'ASSAY_PREDICTIONS_MISSING' } });
  });
});

it('parseCsv keeps separators, quotes and line breaks in quotes, and counts lines', () => {
  const rows = parseCsv('\u{feff}a,b\r\n"x,1","say ""hi""\nthere"\r\n\r\n,2\n', 'f', ',');
  expect(rows).toEqual([
    { line: 2, record: { a: 'x,1', b: 'say "hi"\nthere' } },
    { line: 5, record: { a: '', b: '2' } },
  ]);
});
