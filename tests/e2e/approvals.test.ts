import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { checkPage, complaintsOf } from './check-page.ts';
import { assay } from './command-line.ts';
import { serveStudio } from './served-studio.ts';

const SECOND = '.second-home';
let project: string;
let studio: Awaited<ReturnType<typeof serveStudio>>;
let proposal: string;

const asked = async <T>(args: readonly string[], home?: string): Promise<T> =>
  JSON.parse(await assay(project, [...args, '--json'], home)) as T;

async function propose(most: number): Promise<string> {
  writeFileSync(join(project, 'cap.json'), JSON.stringify({ most, unit: 'orders' }));
  const args = ['propose', 'limit/cap', '--body', 'cap.json', '--version', `1:${most}:0`, '--note', 'the desk asked'];
  return (await asked<{ readonly proposal: string }>(args)).proposal;
}

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'assay-e2e-approvals-'));
  await assay(project, ['init']);
  studio = await serveStudio(project);
});
afterAll(async () => {
  await studio[Symbol.asyncDispose]();
  rmSync(project, { recursive: true, force: true });
});

test('where nothing was proposed and nothing is guarded, the page says what to do', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/approvals`);
  await page.getByText('Nothing was proposed yet.').waitFor();
  await page.getByText('assay policy set').waitFor();
  await page.getByText('each change was allowed at its place').waitFor();
});

test('a proposal is shown with what it changes, what its policy asks, and the commands to vote by', async () => {
  const { id, vkey } = await asked<{ readonly id: string; readonly vkey: string }>(['roster', 'request'], SECOND);
  await assay(project, ['roster', 'add', id, '--key', vkey, '--label', 'second', '--role', 'risk']);
  await assay(project, ['policy', 'set', 'limit', '--role', 'risk', '--expires', '2d']);
  proposal = await propose(1);
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/approvals`);
  const row = page.getByRole('region', { name: 'Proposals' }).last().getByRole('row').nth(1);
  await row.getByText('open', { exact: true }).waitFor();
  await page.getByRole('region', { name: 'Policies' }).last().getByText('2 days').waitFor();
  await page.getByRole('region', { name: 'Who votes' }).last().getByText('second').waitFor();
  await row.getByRole('link', { name: 'limit/cap' }).click();
  await page.getByText('nothing: it would be the first revision').waitFor();
  await page.getByText('the desk asked').waitFor();
  await page.getByText(/Still missing/).waitFor();
  await page.getByText(/1 more of 1 approvals; an approval by role risk/).waitFor();
  await page.getByText('one cannot vote on this page').waitFor();
  await page.getByRole('button', { name: `Copy assay approve ${proposal}`, exact: true }).waitFor();
  await page.getByRole('region', { name: 'Lines that differ' }).getByText('"unit": "orders"').waitFor();
});

test('a vote and an application are seen as they happen, and the proof that the page gives holds', async () => {
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/approvals/${proposal}`);
  await page.getByText('Nobody has voted yet.').waitFor();
  await assay(project, ['approve', proposal, '--out', 'vote.json'], SECOND);
  await assay(project, ['approve', '--signed', 'vote.json']);
  const votes = page.getByRole('region', { name: 'Votes' }).last();
  await votes.getByRole('row').filter({ hasText: 'second' }).getByText('approved').waitFor();
  await votes.getByText('risk').waitFor();
  await page.getByText('It is approved.').waitFor();
  await assay(project, ['apply', proposal]);
  await page.getByText('It was applied.').waitFor();

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the proof' }).click();
  const proof = join(project, 'proof.json');
  const text = readFileSync(await (await download).path(), 'utf8');
  writeFileSync(proof, text);
  const { vkey } = (await (await fetch(`${studio.url}/api/ledger`)).json()) as { readonly vkey: string };
  await assay(project, ['verify', '--proposal', proof, '--key', vkey]);
  const { receipts, ...rest } = JSON.parse(text) as { readonly receipts: readonly unknown[] };
  writeFileSync(proof, JSON.stringify({ ...rest, receipts: receipts.slice(0, -1) }));
  await expect(assay(project, ['verify', '--proposal', proof, '--key', vkey])).rejects.toThrow();
});

test('a proposal against a revision shows what differs from it, and one that was rejected says that it ended', async () => {
  const second = await propose(2);
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${studio.url}/approvals/${second}`);
  await page.getByRole('link', { name: 'revision 1, version 1:1:0' }).waitFor();
  const lines = page.getByRole('region', { name: 'Lines that differ' });
  await lines.getByText('"most": 1').waitFor();
  await lines.getByText('"most": 2').waitFor();
  await assay(project, ['reject', second, '--out', 'vote.json'], SECOND);
  await assay(project, ['reject', '--signed', 'vote.json']);
  await page.getByText('It was rejected').waitFor();
  await page.goto(`${studio.url}/approvals/ffffffffffff`);
  await page.getByText('there is no valid proposal').waitFor();
});

for (const [width, colorScheme] of [
  [1280, 'light'],
  [1280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const) {
  test(`the pages of approvals fit, and can be read and used, at ${width} pixels, ${colorScheme}`, async () => {
    await using browser = await openBrowser({ viewport: { width, height: 844 }, colorScheme });
    const page = await browser.context.newPage();
    const complaints = complaintsOf(page);
    for (const path of ['/approvals', `/approvals/${proposal}`]) {
      await page.goto(studio.url + path);
      await page
        .getByText('each change was allowed at its place')
        .or(page.getByText('It was applied.'))
        .first()
        .waitFor();
      await expect.poll(() => page.getByText('Loading', { exact: true }).count()).toBe(0);
      await checkPage(page, `${path} at ${width}`);
    }
    expect(complaints).toEqual([]);
  });
}
