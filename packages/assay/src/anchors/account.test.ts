import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadAccount } from './account.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-account-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = '11'.repeat(32);
const address = '0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a';
const refused = { code: 'ASSAY_ANCHOR_KEY' };

test('a key from the environment, or from a closed file outside of the project', async () => {
  expect((await loadAccount({ ASSAY_ANCHOR_KEY: `0x${key}` }, folder, '/project')).address).toBe(address);
  const file = join(folder, 'anchor.key');
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  expect((await loadAccount({}, folder, '/project')).address).toBe(address);
  await expect(loadAccount({}, folder, folder)).rejects.toMatchObject(refused);
  chmodSync(file, 0o644);
  await expect(loadAccount({}, folder, '/project')).rejects.toThrow('others may read');
});

test('what is no key is refused, and not repeated', async () => {
  for (const wrong of ['', 'zz', '00'.repeat(32), 'ff'.repeat(32), `${key}11`]) {
    const error: unknown = await loadAccount({ ASSAY_ANCHOR_KEY: wrong }, folder, '/project').catch((e: unknown) => e);
    expect(error).toMatchObject(refused);
    if (wrong.length > 4) expect(String(error)).not.toContain(wrong);
  }
  await expect(loadAccount({}, folder, '/project')).rejects.toMatchObject(refused);
});
