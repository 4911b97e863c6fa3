import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { lowContrast } from './contrast.ts';

/** Everything a page complains of in the browser's console. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}

/** What every page must have, whatever it shows: it fits, has a heading, landmarks, contrast, and a name on all that can be used. */
export async function checkPage(page: Page, where: string): Promise<void> {
  expect(await page.getByRole('heading', { level: 1 }).count(), where).toBe(1);
  expect(await page.title(), where).toMatch(/ · Assay$/);
  for (const landmark of ['banner', 'main'] as const) expect(await page.getByRole(landmark).count(), where).toBe(1);
  const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(over, `${where}: pixels too wide`).toBe(0);
  expect(await page.evaluate(lowContrast), `${where}: contrast`).toEqual([]);
  const tree = await page.locator('body').ariaSnapshot();
  const unnamed = tree
    .split('\n')
    .filter((line) => /^\s*- (button|link|textbox|combobox|checkbox|radio)(:| \[|$)/.test(line));
  expect(unnamed, where).toEqual([]);
}
