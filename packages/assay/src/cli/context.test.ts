import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSigningKey, initProject } from '../workspace/index.ts';
import { openContext } from './context.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-context-'));
  environment = { ASSAY_HOME: join(folder, 'home') };
  mkdirSync(join(folder, 'project'));
  const { roster } = initProject(join(folder, 'project'), { environment, now: new Date() });
  await within(environment, async (context) => (await context.records()).append([roster]));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function within<T>(home: NodeJS.ProcessEnv, work: (context: ReturnType<typeof openContext>) => Promise<T>) {
  const context = openContext(join(folder, 'project'), home);
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

describe('a home that cannot add to the ledger', () => {
  it('reads it all the same, and is told before work begins', async () => {
    const other = { ASSAY_HOME: join(folder, 'other') };
    await within(other, async (context) => {
      expect(await (await context.records()).size()).toBe(1);
      expect(await (await context.live()).list({ limit: 1 })).toEqual([]);
      expect(() => context.checkCanSeal()).toThrow(expect.objectContaining({ code: 'ASSAY_ACTOR_MISSING' }));
    });
    rmSync(join(folder, 'home', 'keys'), { recursive: true });
    await within(environment, async (context) => {
      expect(() => context.checkCanSeal()).toThrow(expect.objectContaining({ code: 'ASSAY_KEY_MISSING' }));
      createSigningKey(environment, context.project().origin);
      expect(() => context.checkCanSeal()).toThrow(expect.objectContaining({ code: 'ASSAY_KEY_MISMATCH' }));
    });
  });
});

it('the live tables are not opened, nor a lost database made anew, before the ledger was looked at', async () => {
  rmSync(join(folder, 'project', '.assay', 'assay.db'));
  await within(environment, async (context) => {
    await expect(context.live()).rejects.toMatchObject({ code: 'ASSAY_LEDGER_BEHIND' });
  });
});
