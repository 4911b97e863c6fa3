import { expect, inject, test } from 'vitest';
import { openBrowser } from './browser.ts';

const studio = inject('studio');
const run = inject('productionRun');

test('from home, by clicks: which run made the model in production', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(studio);
  const card = page.getByRole('region', { name: 'In production' });
  await card.getByText('made by run').getByRole('link').last().click();
  await page.getByRole('heading', { name: `Run ${run.slice(0, 12)}` }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/runs/${run}`);
  await page.getByRole('link', { name: 'edgar-sentiment 1:0:0' }).waitFor();
});

test('from home, by clicks: which words mattered, for an example and for a text that is typed', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(studio);
  await page.getByRole('link', { name: 'Which words matter' }).click();
  const words = page.getByTestId('coloured-words');
  await words.locator('[data-side]').first().waitFor();
  await page.getByText('Convergence delta').waitFor();

  const text = 'We are pleased that revenue grew strongly, although the outlook is uncertain.';
  await page.getByRole('textbox', { name: 'Text' }).fill(text);
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText(/^The model says/).waitFor();
  await expect.poll(() => words.textContent()).toBe(text);
  const coloured = await words.locator('[data-side]').allTextContents();
  expect(coloured.length).toBeGreaterThan(0);
  for (const word of coloured) expect(text).toContain(word);
  const table = page.getByRole('region', { name: /^Words that mattered for/ });
  const figures = await table.getByRole('row').nth(1).getByRole('cell').nth(1).textContent();
  expect(figures).toMatch(/^[+−]\d/);

  await page.goto(page.url());
  await expect.poll(() => words.textContent()).toBe(text);
});

test('from home, by clicks: why stage 3 was cached', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(studio);
  await page.getByRole('region', { name: 'Newest runs' }).getByRole('row').nth(1).getByRole('link').first().click();
  const graph = page.getByRole('region', { name: 'Stages and what they need' });
  await graph.getByRole('link', { name: /^label/ }).click();
  const stage = page.getByRole('region', { name: 'Stage label' });
  expect(await stage.textContent()).toMatch(/cached: same code, inputs \(1\), parameters \(1\) as run/);
  await stage
    .getByText('cached: same code')
    .getByRole('link', { name: run.slice(0, 12) })
    .click();
  await page.getByRole('heading', { name: `Run ${run.slice(0, 12)}` }).waitFor();
});

test('from the model to a training paragraph, marked in the filing it came from', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(studio);
  await page.getByRole('link', { name: 'Where it came from' }).click();
  const graph = page.getByRole('region', { name: 'Lineage' });
  for (const stage of ['ingest', 'parse', 'label', 'train'])
    await graph.getByRole('link', { name: stage }).first().waitFor();
  await page.getByRole('link', { name: /^Its training paragraphs/ }).click();
  const first = page.getByRole('region', { name: 'Training and test paragraphs' }).getByRole('link').first();
  const text = (await first.locator('span').first().textContent()) ?? '';
  await first.click();
  const filing = page.getByRole('region', { name: 'Text of the filing' });
  const marked = (await filing.locator('mark').textContent()) ?? '';
  const letters = (words: string) => words.replace(/<[^>]*>|&[a-z]+;|[^A-Za-z]/g, '');
  expect(letters(marked).slice(0, 60)).toBe(letters(text).slice(0, 60));
  const chain = page.getByRole('region', { name: 'The walk back' });
  for (const kind of ['model-version', 'stage-run', 'object']) await chain.getByText(kind).first().waitFor();
});
