import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { checkPage, complaintsOf } from './check-page.ts';
import { assay } from './command-line.ts';
import { serveStudio } from './served-studio.ts';
import { editWines, makeWineRepository } from './wine-repository.ts';

let base: string;
let root: string;
let studio: Awaited<ReturnType<typeof serveStudio>>;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'assay-e2e-wines-'));
  root = join(base, 'wines');
  await makeWineRepository(root);
  for (const rate of [0.1, 0.4]) await assay(root, ['exp', 'run', '-n', `rate-${rate}`, '-S', `train.rate=${rate}`]);
  // What the last one brought into the workspace goes again.
  execFileSync('git', ['checkout', '--quiet', '--force', 'HEAD'], { cwd: root });
  await assay(root, ['checkout', '--force']);
  editWines(root);
  studio = await serveStudio(root);
}, 180_000);
afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  rmSync(base, { recursive: true, force: true });
});

const pages: readonly (readonly [string, string])[] = [
  ['/', 'Repository'],
  ['/data', 'data/bottles.dvc'],
  ['/data/versions?path=data%2Fbottles', 'Cleaned bottles, a faster rate'],
  ['/data/diff?from=v1.0&to=main', '207 files'],
  ['/data/diff?from=v1.0&to=main&file=data%2Fbottles%2Freds%2F00060.txt', 'tasted again'],
  ['/data/diff?from=v1.0&to=main&place=data%2Flabel.png&file=data%2Flabel.png', 'v1.0, 305 B'],
  ['/pipeline', 'parameter train.rate of params.yaml: modified'],
  ['/pipeline?open=train&stage=train%40reds', 'Stage train@reds'],
  ['/experiments', 'rate-0.4'],
];

for (const [width, colorScheme] of [
  [1440, 'light'],
  [1440, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const) {
  describe(`at ${width} pixels, ${colorScheme}`, () => {
    test('every page of a repository opens by its address, fits and can be read', async () => {
      await using browser = await openBrowser({ viewport: { width, height: 900 }, colorScheme });
      const page = await browser.context.newPage();
      const complaints = complaintsOf(page);
      for (const [path, text] of pages) {
        await page.goto(studio.url + path);
        await page.getByText(text).first().waitFor();
        await expect.poll(() => page.getByText('Loading', { exact: true }).count()).toBe(0);
        await checkPage(page, `${path} at ${width}`);
      }
      expect(complaints).toEqual([]);
    });
  });
}

test('what is changed in the workspace is seen after Refresh', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/data/diff`);
  await page.getByText('1 file', { exact: true }).waitFor();
  const file = join(root, 'data/bottles/whites/new.txt');
  writeFileSync(file, 'bottle: new\n');
  try {
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('link', { name: 'data/bottles/whites/new.txt' }).waitFor();
  } finally {
    rmSync(file);
  }
});

test('two revisions are chosen by keyboard, and a file of theirs is shown with the lines that differ', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/data/diff`);
  await page.getByRole('combobox', { name: 'From' }).fill('v1.0');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'To' }).fill('main');
  await page.keyboard.press('Enter');
  await page.getByText('207 files').waitFor();
  await page.getByRole('searchbox', { name: 'Part of the path' }).fill('00060');
  await page.getByText('1 file', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'data/bottles/reds/00060.txt' }).press('Enter');
  const lines = page.getByRole('region', { name: 'Lines that differ' });
  await lines.getByText('note: tasted again').waitFor();
});

test('a revision that does not exist is told of, and can be corrected', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/data/diff?from=nowhere`);
  await page.getByRole('alert').getByText('there is no revision "nowhere"').waitFor();
  await page.getByRole('combobox', { name: 'From' }).fill('HEAD');
  await page.keyboard.press('Enter');
  await page.getByText('1 file', { exact: true }).waitFor();
});

test('a loop opens into its stages, and a stage tells why it would run', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/pipeline`);
  const graph = page.getByRole('region', { name: 'Stages and what they need' });
  await graph.getByText('× 3').waitFor();
  await page.getByRole('button', { name: 'train × 3' }).press('Enter');
  await graph.getByRole('link', { name: /^train@whites/ }).press('Enter');
  const stage = page.getByRole('region', { name: 'Stage train@whites' });
  await stage.getByText('parameter train.rate of params.yaml: modified').waitFor();
  await stage.getByRole('link', { name: /^[0-9a-f]{12}$/ }).waitFor();
});

test('experiments are filtered, chosen and compared with their plots', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${studio.url}/experiments`);
  const table = page.getByRole('region', { name: 'Experiments', exact: true });
  await table.getByText('rate-0.4').waitFor();
  await page.getByRole('searchbox', { name: /^Filter/ }).fill('rate>0.3');
  await table.getByText('rate-0.1').waitFor({ state: 'detached' });
  await page.getByRole('searchbox', { name: /^Filter/ }).fill('');
  for (const name of ['main', 'rate-0.1', 'rate-0.4']) await table.getByLabel(`Choose ${name}`).check();
  await page.getByRole('button', { name: 'Compare 3' }).click();
  const values = page.getByRole('region', { name: 'Values side by side' });
  await values.getByText('train.rate').waitFor();
  expect(await values.getByText('train.epochs').count()).toBe(0);
  await page.locator('figure svg').nth(2).waitFor();
  await checkPage(page, 'compare');
  expect(complaints).toEqual([]);
});

test('a repository in which nothing was recorded opens, shows its data, and takes in the first run', async () => {
  const plain = join(base, 'plain');
  await makeWineRepository(plain, { isRun: false });
  await using other = await serveStudio(plain);
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(other.url);
  await page.getByText('nothing is recorded here yet').waitFor();
  expect(await page.getByRole('link', { name: 'Ledger', exact: true }).count()).toBe(0);
  await page.getByRole('link', { name: 'Data', exact: true }).click();
  await page.getByText('data/bottles.dvc').waitFor();
  await page.getByRole('link', { name: 'Pipeline', exact: true }).click();
  await page.getByText('never run').first().waitFor();
  await assay(plain, ['repro', 'prepare']);
  await page.waitForTimeout(1100);
  await page.goto(other.url);
  await page.getByText('Newest runs').waitFor();
}, 120_000);
