import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

const switches = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser that has never seen anything, closed at the end of `await using`. */
export async function openBrowser(
  options: BrowserContextOptions = {},
): Promise<{ readonly context: BrowserContext; [Symbol.asyncDispose](): Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'assay-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.ASSAY_CHROMIUM ?? '/usr/bin/chromium',
    args: switches,
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(15_000);
  return {
    context,
    async [Symbol.asyncDispose]() {
      for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
