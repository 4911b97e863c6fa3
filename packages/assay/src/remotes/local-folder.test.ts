import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { describeRemote } from './contract.ts';
import { openRemote } from './open-remote.ts';

const base = mkdtempSync(join(tmpdir(), 'assay-folder-'));
afterAll(() => rmSync(base, { recursive: true }));

describeRemote('folder', () => ({ open: () => openRemote('store', { url: join(base, 'a folder é') }) }));
