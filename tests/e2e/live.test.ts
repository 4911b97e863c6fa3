import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { startAssay } from './command-line.ts';

const studio = inject('studio');
const project = inject('project');

const slow = `
let line = 0;
setInterval(() => {
  console.log('line ' + ++line);
  if (line === 12) {
    console.error('the well is dry');
    process.exit(3);
  }
}, 250);
`;
const pipeline = `
jdf: 2
name: well
version: "1:0:0"
stages:
  - name: Draw
    blocks:
      - name: draw
        outputs: { water: build/water.txt }
        run: node draw.mjs
      - name: pour
        inputs: { water: }
        outputs: { cup: build/cup.txt }
        run: node pour.mjs
connections:
  - { from: draw.water, to: pour.water }
`;

test('a run appears, moves, writes its log and fails before one’s eyes, without a reload', async () => {
  writeFileSync(join(project, 'well.yaml'), pipeline);
  writeFileSync(join(project, 'draw.mjs'), slow);
  writeFileSync(join(project, 'pour.mjs'), '');
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(studio);
  await page.getByRole('region', { name: 'Newest runs' }).waitFor();
  await page.evaluate('window.neverReloaded = true');

  const run = startAssay(project, ['run', 'well.yaml', '--json']);
  const ended = once(run, 'exit');
  run.stdout?.resume();
  const row = page.getByRole('row').filter({ hasText: 'well' });
  await row.getByText('running', { exact: true }).waitFor();
  await row.getByRole('link').first().click();
  const graph = page.getByRole('region', { name: 'Stages and what they need' });
  await graph.getByRole('link', { name: /^draw.*running/ }).click();
  const log = page.getByRole('region', { name: 'Log of draw' }).last();
  await log.getByText('line 2').waitFor();
  await log.getByText('line 5').waitFor();

  const failure = page.getByRole('region', { name: 'Stage draw failed' });
  await failure.getByText('the well is dry').waitFor();
  await graph.getByRole('link', { name: /^pour.*blocked/ }).waitFor();
  const [top, stages] = await Promise.all([failure.boundingBox(), graph.boundingBox()]);
  expect(top?.y).toBeLessThan(stages?.y ?? 0);
  expect(await page.evaluate('window.neverReloaded')).toBe(true);
  await ended;
});
