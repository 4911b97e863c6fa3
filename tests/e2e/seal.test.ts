import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { openBrowser } from './browser.ts';

const studio = inject('studio');
const alarm = 'The ledger’s seal is broken.';

async function verify(page: Page): Promise<void> {
  await page.goto(`${studio}/ledger`);
  await page.getByRole('button', { name: 'Verify in this browser' }).click();
}

test('the browser computes the whole ledger again and says what that does not prove', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await verify(page);
  await page.getByText('The seal holds.').waitFor();
  await page.getByText('What this does not prove').waitFor();
  await page.getByRole('button', { name: 'Verify again' }).click();
  await page.getByText(/are those this browser saw on/).waitFor();
  expect(await page.getByText(alarm).count()).toBe(0);
});

test('one changed byte of one entry raises an alarm on every page, until the ledger is found whole', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.route('**/api/ledger/entries*', async (route) => {
    const reply = await route.fetch();
    const body: { entries: string[] } = await reply.json();
    const bytes = Buffer.from(body.entries[3] ?? '', 'base64');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    body.entries[3] = bytes.toString('base64');
    await route.fulfill({ response: reply, json: body });
  });
  await verify(page);
  await page.getByText(alarm).waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Models' }).click();
  await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
  expect(await page.getByText(alarm).isVisible()).toBe(true);

  await page.unrouteAll();
  await page.goto(studio);
  await page.getByText(alarm).waitFor();
  await verify(page);
  await page.getByText('The seal holds.').waitFor();
  expect(await page.getByText(alarm).count()).toBe(0);
});

test('a checkpoint that its key did not sign raises the alarm without a click', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.route('**/api/project', async (route) => {
    const reply = await route.fetch();
    const body: { ledger: { checkpoint: string } } = await reply.json();
    body.ledger.checkpoint = body.ledger.checkpoint.replace(
      /^(.*\n)(\d+)\n/,
      (_, origin, size) => `${origin}${Number(size) - 1}\n`,
    );
    await route.fulfill({ response: reply, json: body });
  });
  await page.goto(studio);
  await page.getByText(alarm).waitFor();
});

test('a past that was written anew and signed again is found by a browser that saw it before', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await verify(page);
  await page.getByText('The seal holds.').waitFor();
  await page.evaluate(`for (const key of Object.keys(localStorage)) {
    if (!key.startsWith('assay.mark.')) continue;
    const mark = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...mark, size: mark.size - 1 }));
  }`);
  await verify(page);
  await page
    .getByText(/the past was rewritten and signed again/)
    .first()
    .waitFor();
});

test('a record whose bytes are not those of its name is told on its page', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio}/ledger`);
  const first = page
    .getByRole('region', { name: 'Records', exact: true })
    .first()
    .getByRole('row')
    .nth(1)
    .getByRole('link')
    .first();
  await first.click();
  await page.getByText('Its bytes hash to its name').waitFor();

  await page.route('**/api/records/*', async (route) => {
    const reply = await route.fetch();
    const body: { proof: { entry: string } } = await reply.json();
    const bytes = Buffer.from(body.proof.entry, 'base64');
    bytes[30] = (bytes[30] ?? 0) ^ 1;
    body.proof.entry = bytes.toString('base64');
    await route.fulfill({ response: reply, json: body });
  });
  await page.reload();
  await page.getByText('The seal of this record is broken').waitFor();
});
