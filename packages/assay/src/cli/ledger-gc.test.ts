import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openObjectStore } from '../objects/index.ts';
import { openContext } from './context.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'assay.js');
let folder: string;
let project: string;
const env = () => ({ ...process.env, ASSAY_HOME: join(folder, 'home') });

function assay(...words: readonly string[]) {
  const ended = spawnSync(process.execPath, [launcher, '-C', project, '--json', ...words], {
    env: env(),
    encoding: 'utf8',
  });
  return { code: ended.status, err: ended.stderr, value: ended.stdout === '' ? undefined : JSON.parse(ended.stdout) };
}

function objects(): string[] {
  const root = join(project, '.assay', 'objects', 'sha256');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile())
    .map((name) => name.replace('/', ''));
}

async function orphan(text: string): Promise<string> {
  const store = openObjectStore(join(project, '.assay', 'objects'));
  const { sha256 } = await store.put(Buffer.from(text));
  await store.close();
  return sha256;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-gc-'));
  project = join(folder, 'project');
  mkdirSync(project);
  assay('init');
  writeFileSync(join(project, 'metadata.json'), '{}');
  writeFileSync(join(project, 'large.json'), JSON.stringify({ text: 'x'.repeat(100_000) }));
  writeFileSync(join(project, 'file.bin'), Buffer.alloc(200_000, 1));
  const given = ['--metadata', 'large.json', '--file', 'file.bin', '--data', 'metadata.json'];
  expect(assay('track', 'create', 'experiment/kept', ...given).code).toBe(0);
}, 60_000);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('assay ledger gc', { timeout: 60_000 }, () => {
  it('removes what no record names, and nothing else', async () => {
    const kept = objects();
    expect(kept).toHaveLength(3);
    const left = await orphan('nobody names this');
    expect(assay('ledger', 'gc').value).toMatchObject({ objects: 0, young: 1 });
    expect(assay('ledger', 'gc', '--older-than', '0', '--dry-run').value).toMatchObject({ objects: 1, bytes: 17 });
    expect(objects()).toContain(left);
    expect(assay('ledger', 'gc', '--older-than', '0').value).toMatchObject({ objects: 1, bytes: 17, young: 0 });
    expect(objects().sort()).toEqual(kept.sort());
    expect(assay('verify').code).toBe(0);
  });

  it('keeps what a proposal names, and removes what a killed upload left', async () => {
    writeFileSync(join(project, 'other.bin'), 'for a proposal');
    const proposed = assay('track', 'update', 'experiment/kept', '--file', 'other.bin', '--propose');
    expect(proposed.code).toBe(0);
    const upload = join(project, '.assay', 'tmp', 'upload-abc');
    mkdirSync(upload, { recursive: true });
    utimesSync(upload, 1, 1);
    expect(assay('ledger', 'gc', '--older-than', '0').value).toMatchObject({ objects: 0, uploads: 1 });
    expect(objects()).toContain(createHash('sha256').update('for a proposal').digest('hex'));
  });

  it('removes what is left of a create that was killed at any moment, and the same create then succeeds', async () => {
    const before = objects();
    let killed = 0;
    for (let i = 0; i < 6; i++) {
      writeFileSync(join(project, `big-${i}.bin`), Buffer.alloc(20_000_000, i + 2));
      const words = ['track', 'create', `experiment/big-${i}`, '--file', `big-${i}.bin`];
      const child = spawn(process.execPath, [launcher, '-C', project, ...words], { env: env(), stdio: 'ignore' });
      setTimeout(() => child.kill('SIGKILL'), 250 + 60 * i);
      if ((await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))) === 'SIGKILL') killed++;
    }
    expect(killed).toBeGreaterThan(0);
    const ids = () => (assay('track', 'search', 'kind:experiment').value as { id: string }[]).map(({ id }) => id);
    const sealed = ids().filter((id) => id !== 'kept');
    expect(assay('verify').code).toBe(0);
    expect(assay('ledger', 'gc', '--older-than', '0').code).toBe(0);
    expect(objects()).toHaveLength(before.length + sealed.length);
    expect(assay('verify').code).toBe(0);
    for (let i = 0; i < 6; i++) {
      if (sealed.includes(`big-${i}`)) continue;
      expect(assay('track', 'create', `experiment/big-${i}`, '--file', `big-${i}.bin`).code).toBe(0);
    }
    expect(ids()).toHaveLength(7);
    expect(assay('verify').code).toBe(0);
  });

  it('of an object that was removed before its record was sealed, the record is refused', async () => {
    const context = openContext(project, env());
    try {
      const hashes = await context.objects().put(Buffer.from('about to go'));
      const records = await context.records();
      const draft = {
        kind: 'experiment',
        id: 'late',
        version: '1:0:0',
        event: 'created' as const,
        body: { mediaType: 'application/json', bytes: Buffer.from('{}') },
        artifacts: [{ name: 'files/f', ...hashes }],
        stored: true,
      };
      expect(assay('ledger', 'gc', '--older-than', '0').value).toMatchObject({ objects: 1 });
      await expect(records.append([draft])).rejects.toMatchObject({ code: 'ASSAY_OBJECT_MISSING' });
      await context.objects().put(Buffer.from('about to go'));
      await records.append([draft]);
      expect(assay('ledger', 'gc', '--older-than', '0').value).toMatchObject({ objects: 0 });
    } finally {
      await context.close();
    }
  });

  it.each([['-1'], ['x']])('is refused with an age of %s', (age) => {
    expect(assay('ledger', 'gc', `--older-than=${age}`).code).not.toBe(0);
  });
});
