import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { checkPage, complaintsOf } from './check-page.ts';
import { assay } from './command-line.ts';
import { serveStudio } from './served-studio.ts';

let project: string;
let studio: Awaited<ReturnType<typeof serveStudio>>;
const model = randomBytes(700_000);

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'assay-track-'));
  await assay(project, ['init']);
  studio = await serveStudio(project);
}, 60_000);
afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  rmSync(project, { recursive: true, force: true });
});

const show = async (of: string) => JSON.parse(await assay(project, ['track', 'show', of, '--json']));

/** Drops a file on a field, as from a folder beside the browser. */
async function drop(page: Page, field: string, name: string, content: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    `(() => {
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}));
      return data;
    })()`,
  );
  await page.getByRole('group', { name: field, exact: true }).dispatchEvent('drop', { dataTransfer: transfer });
}

test('a record is begun by pasting, dropping and sending, and its receipt holds offline', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${studio.url}/track`);
  await page.getByText('Nothing is tracked yet').waitFor();
  await page.getByRole('link', { name: 'New record' }).click();
  await page.getByRole('combobox', { name: 'Kind' }).fill('experiment');
  await page.getByRole('textbox', { name: 'Id', exact: true }).fill('wine/red');
  await page
    .getByLabel('Metadata', { exact: true })
    .fill('{"name": "wine", "metrics": {"rmse": 0.61370, "rows": 9007199254740993}}');
  await drop(page, 'Data', 'wine.yaml', '- {acidity: 7.4, score: 5}\n');
  await expect.poll(() => page.getByLabel('Data', { exact: true }).inputValue()).toContain('acidity');
  await page.getByLabel('Files to add').setInputFiles({ name: 'model.bin', mimeType: '', buffer: model });
  await page.getByRole('button', { name: /Copy SHA-256 of model.bin/ }).waitFor();
  await page.getByText('1:0:0: the first version').waitFor();
  await page.getByLabel('Note').fill('the first of them');
  await page.getByRole('button', { name: 'Seal the record' }).click();
  await page.getByText(/Sealed as entry/).waitFor();
  await page.getByText('a proof of').waitFor();
  const downloaded = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the receipt' }).click();
  const receipt = join(project, 'receipt.json');
  await (await downloaded).saveAs(receipt);
  const { vkey } = JSON.parse(await assay(project, ['ledger', 'key', '--json']));
  expect(await assay(project, ['verify', '--receipt', receipt, '--key', vkey])).toContain('experiment/wine/red');

  const kept = await show('experiment/wine/red');
  expect(kept.text).toContain('0.61370');
  expect(kept.files[0].sha256).toBe(createHash('sha256').update(model).digest('hex'));
  expect(kept).toMatchObject({ version: '1:0:0', note: 'the first of them', data: { format: 'yaml' } });
  expect(complaints).toEqual([]);
});

test('what is wrong is told at its line, and nothing that was typed is lost when somebody was first', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/track/experiment/${encodeURIComponent('wine/red')}`);
  await page.getByText('Update', { exact: true }).click();
  const metadata = page.getByLabel('Metadata', { exact: true }).last();
  await metadata.fill('{"name": "wine",\n "name": "twice"}');
  await page.getByText(/metadata:2:\d+: .*twice/).waitFor();
  await metadata.fill('{"name": "wine", "metrics": {"rmse": 0.58, "rows": 9007199254740993}}');
  await page.getByText(/^1:0:1: /).waitFor();

  // Somebody is first, without this page's hearing of it.
  await page.route('**/api/events', (route) => route.abort());
  writeFileSync(join(project, 'first.json'), '{"name": "wine", "metrics": {"rmse": 0.6, "rows": 9007199254740993}}');
  const update = ['track', 'update', 'experiment/wine/red', '--metadata', join(project, 'first.json')];
  await page.route('**/api/track/experiment/*/plan', (route) => route.abort());
  await page.route('**/api/track/experiment/*', (route) => route.abort());
  await assay(project, update);
  await page.getByRole('button', { name: 'Seal the revision' }).click();
  await page.getByText('ASSAY_TRACK_CONFLICT').waitFor();
  expect(await metadata.inputValue()).toContain('0.58');
});

test('what somebody else seals while one writes is told, and what was written stays and can be built on it', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  const name = 'experiment/overtaken';
  const put = (text: string) => {
    writeFileSync(join(project, 'overtaken.json'), text);
    return ['--metadata', join(project, 'overtaken.json')];
  };
  await assay(project, ['track', 'create', name, ...put('{"f1": 0.5}')]);
  await page.goto(`${studio.url}/track/${name}`);
  await page.getByText('Update', { exact: true }).click();
  const metadata = page.getByLabel('Metadata', { exact: true }).last();
  const mine = '{"f1": 0.75, "mine": true}';
  await metadata.fill(mine);
  await assay(project, ['track', 'update', name, ...put('{"f1": 0.625}')]);
  await page.getByText('Revision 2 was sealed since you began, on revision 1.').waitFor();
  expect(await metadata.inputValue()).toBe(mine);
  await page.getByRole('button', { name: 'Seal the revision' }).click();
  await page.getByText('ASSAY_TRACK_CONFLICT').waitFor();
  await page.getByRole('link', { name: 'see what differs' }).click();
  await page.getByRole('region', { name: 'Fields that differ' }).last().getByText('0.625').waitFor();
  expect(await metadata.inputValue()).toBe(mine);
  await page.getByRole('button', { name: 'Build on revision 2' }).click();
  await page.getByRole('button', { name: 'Seal the revision' }).click();
  await page.getByText(/revision 3 of 3/).waitFor();
  expect(await assay(project, ['track', 'get', name, '--metadata'])).toBe(mine);
});

test('revisions are shown, compared, rolled back, redacted and retired', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${studio.url}/track`);
  await page.getByRole('link', { name: 'wine/red' }).click();
  await page.getByRole('heading', { name: 'experiment/wine/red' }).waitFor();
  await page.getByRole('img', { name: /metadata.metrics.rmse: revision 1 0.61370?, revision 2 0.6/ }).waitFor();
  await page.getByRole('link', { name: 'with 2' }).click();
  const compared = page.getByRole('region', { name: 'Revision 1 against 2' });
  await compared.getByRole('cell', { name: 'metadata.metrics.rmse' }).waitFor();
  await compared.getByRole('table', { name: 'Numbers side by side' }).waitFor();

  await page.getByText('Roll back', { exact: true }).click();
  await page.getByLabel('Revision to have again').fill('1');
  await page.getByRole('button', { name: 'Roll back' }).click();
  await page.getByText(/revision 3 of 3, rolled-back/).waitFor();
  await page.getByText('Redact', { exact: true }).click();
  await page.getByLabel('Revisions whose content goes').fill('2');
  const take = page.getByRole('button', { name: 'Take the content away' });
  expect(await take.isDisabled()).toBe(true);
  await page.getByLabel(/^Reason/).fill('the wrong numbers');
  await page.getByLabel('I know that nothing brings it back').check();
  await take.click();
  await page.getByText(/revision 4 of 4, redacted/).waitFor();
  await page.getByRole('region', { name: 'Revisions' }).getByRole('link', { name: '2', exact: true }).click();
  await page.getByText(/taken away by revision 4.*the wrong numbers/s).waitFor();
  expect((await show('experiment/wine/red@2')).redacted).toMatchObject({ revision: 4, reason: 'the wrong numbers' });

  await page.getByText('Retire', { exact: true }).click();
  await page.getByRole('button', { name: 'Retire it' }).click();
  await page.getByText(/revision 5 of 5, retired/).waitFor();
  expect(complaints).toEqual([]);
});

test('records are found by their fields, and counted', async () => {
  writeFileSync(join(project, 'd.json'), '{"decision": "go", "risk": 3}');
  await assay(project, ['track', 'create', 'decision/launch', '--metadata', join(project, 'd.json')]);
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/track`);
  await page.getByLabel('Query').fill('risk>2');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect.poll(() => page.getByRole('region', { name: 'Tracked records' }).getByRole('row').count()).toBe(2);
  await page.getByRole('link', { name: 'launch' }).waitFor();
  await page.getByLabel('Query').fill('since:nonsense');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('ASSAY_TRACK_QUERY').waitFor();
  await page.getByText('Statistics', { exact: true }).click();
  await page.getByRole('list', { name: 'Versions of experiment/wine/red' }).getByText('1:0:0').first().waitFor();
  await page.getByRole('link', { name: 'decision', exact: true }).click();
  await page.getByRole('link', { name: 'launch' }).waitFor();
});

for (const [width, colorScheme] of [
  [1440, 'light'],
  [1440, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const) {
  describe(`at ${width} pixels, ${colorScheme}`, () => {
    test('the pages of tracking fit, and have contrast, landmarks and names', async () => {
      await using browser = await openBrowser({ viewport: { width, height: 900 }, colorScheme });
      const page = await browser.context.newPage();
      const record = `/track/experiment/${encodeURIComponent('wine/red')}`;
      for (const [path, text] of [
        ['/track', 'newest first'],
        ['/track?view=statistics', 'What changed most'],
        ['/track/new', 'What is recorded'],
        [`${record}?revision=3&with=1`, 'Revision 1 against 3'],
        [`${record}?revision=2`, 'taken away by'],
      ] as const) {
        await page.goto(studio.url + path);
        await page.getByText(text).first().waitFor();
        if (path === '/track/new') await page.getByRole('button', { name: 'An example of metadata' }).click();
        if (path.includes('with=1')) await page.getByText('Update', { exact: true }).click();
        await expect.poll(() => page.getByText('Loading', { exact: true }).count()).toBe(0);
        const shots = process.env.ASSAY_SCREENSHOTS;
        const name = `${path.replace(/[^a-z0-9]+/g, '-')}-${width}-${colorScheme}.png`;
        if (shots !== undefined) await page.screenshot({ path: join(shots, name), fullPage: true });
        await checkPage(page, `${path} at ${width}, ${colorScheme}`);
      }
    });
  });
}
