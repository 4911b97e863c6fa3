import { describe, expect, inject, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { checkPage, complaintsOf } from './check-page.ts';

const studio = inject('studio');
const run = inject('productionRun');

const pages: readonly (readonly [string, string])[] = [
  ['/', 'In production'],
  ['/runs', 'Runs'],
  [`/runs/${run}`, 'What it stood on'],
  [`/runs/${run}?stage=train`, 'Stage train'],
  [`/runs/${run}?stage=train&view=timeline`, 'Stage train'],
  ['/labelers', 'With each other'],
  ['/models', 'Registered models'],
  ['/models/edgar-sentiment', 'Verdict'],
  ['/models/edgar-sentiment/words', 'Which words mattered'],
  ['/models/edgar-sentiment/paragraphs?part=test&correct=false', 'Training and test paragraphs'],
  ['/lineage', 'Where it came from'],
  ['/ledger', 'Records'],
];

for (const [width, colorScheme] of [
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'dark'],
] as const) {
  describe(`at ${width} pixels, ${colorScheme}`, () => {
    test('every page opens by its address, fits, and has a heading, landmarks, contrast, and a name on all that can be used', async () => {
      await using browser = await openBrowser({ viewport: { width, height: 844 }, colorScheme });
      const page = await browser.context.newPage();
      const complaints = complaintsOf(page);
      for (const [path, text] of pages) {
        await page.goto(studio + path);
        await page.getByText(text).first().waitFor();
        await expect.poll(() => page.getByText('Loading', { exact: true }).count()).toBe(0);
        await checkPage(page, `${path} at ${width}`);
      }
      expect(complaints).toEqual([]);
    });
  });
}

test('an address that names nothing says so', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio}/nowhere`);
  await page.getByText('There is no such page').first().waitFor();
  await page.goto(`${studio}/runs/${'0'.repeat(32)}`);
  await page.getByRole('alert').waitFor();
});

test('by keyboard alone: past the menu to the content, and along the graph to a stage', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio}/runs/${run}`);
  const stage = page.getByRole('region', { name: 'Stages and what they need' }).getByRole('link', { name: /^parse/ });
  await stage.waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  for (let presses = 0; presses < 20; presses++) {
    if ((await stage.and(page.locator(':focus')).count()) > 0) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Stage parse' }).waitFor();
});
