import { spawn } from 'node:child_process';
import { createPublicKey, sign, verify } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig, trustKey } from './config.ts';
import {
  acquireLock,
  createSigningKey,
  findProject,
  initProject,
  loadSigningKey,
  localActorId,
  newId,
} from './index.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;
const now = new Date('2026-01-02T03:04:05.678Z');

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-workspace-')));
  environment = { ASSAY_HOME: join(folder, 'home') };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const project = () => {
  const path = join(folder, 'Loan Defaults');
  mkdirSync(path, { recursive: true });
  return path;
};

describe('init', () => {
  it('makes what DVC makes without git, and our own state outside of git', () => {
    const made = initProject(project(), { environment, now });
    expect(made.fresh).toBe(true);
    expect(readFileSync(join(project(), '.dvc', 'config'), 'utf8')).toBe('[core]\n    no_scm = True\n');
    expect(
      readFileSync(join(project(), '.dvc', '.gitignore'), 'utf8')
        .trim()
        .split('\n'),
    ).toEqual(['/config.local', '/tmp', '/cache']);
    expect(readFileSync(join(project(), '.assay', '.gitignore'), 'utf8')).toBe('*\n');
    expect(made.project.origin).toMatch(/^assay\.local\/loan-defaults-[0-9a-f]{8}$/);
    expect(readConfig(join(project(), 'assay.yaml'))).toEqual({
      project: 'Loan Defaults',
      trusted: [made.project.vkey],
    });
  });

  it('leaves the DVC configuration empty in a git repository', () => {
    mkdirSync(join(project(), '.git'));
    initProject(project(), { environment, now });
    expect(readFileSync(join(project(), '.dvc', 'config'), 'utf8')).toBe('');
  });

  it('keeps its keys to the person, and they sign what their vkey verifies', () => {
    const made = initProject(project(), { environment, now }).project;
    const key = loadSigningKey(environment, made.origin);
    expect(key.vkey).toBe(made.vkey);
    const raw = Buffer.from(made.vkey.split('+').slice(2).join('+'), 'base64');
    expect(raw[0]).toBe(1);
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') },
      format: 'jwk',
    });
    expect(verify(null, Buffer.from('x'), publicKey, sign(null, Buffer.from('x'), key.privateKey))).toBe(true);
    for (const name of [made.origin, `assay.local/actor-${localActorId(environment)}`]) {
      const file = join(folder, 'home', 'keys', `${name.replaceAll('/', '_')}.pem`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    }
    expect(statSync(join(folder, 'home')).mode & 0o777).toBe(0o700);
  });

  it('done twice, changes nothing and proposes the same roster', () => {
    const first = initProject(project(), { environment, now });
    const second = initProject(project(), { environment, now: new Date(now.getTime() + 1000) });
    expect(second.fresh).toBe(false);
    expect(second.made).toEqual([]);
    expect(second.project).toEqual(first.project);
    expect(second.roster).toEqual(first.roster);
    expect(Buffer.from(first.roster.body.bytes).toString()).toContain(localActorId(environment));
  });

  it('leaves an existing DVC repository and assay.yaml as they are, comments too', () => {
    mkdirSync(join(project(), '.dvc'));
    writeFileSync(join(project(), '.dvc', 'config'), '[core]\n    remote = there\n');
    writeFileSync(join(project(), '.dvcignore'), '*.bak\n');
    writeFileSync(join(project(), 'assay.yaml'), '# ours\nproject: credit # the desk\n');
    const made = initProject(project(), { environment, now }).project;
    expect(readFileSync(join(project(), '.dvc', 'config'), 'utf8')).toBe('[core]\n    remote = there\n');
    expect(readFileSync(join(project(), '.dvcignore'), 'utf8')).toBe('*.bak\n');
    expect(readFileSync(join(project(), 'assay.yaml'), 'utf8')).toBe(
      `# ours\nproject: credit # the desk\ntrusted:\n  - ${made.vkey}\n`,
    );
  });

  it('refuses a key that others may read, and says which is missing in another home', () => {
    const made = initProject(project(), { environment, now }).project;
    expect(() => loadSigningKey({ ASSAY_HOME: join(folder, 'other') }, made.origin)).toThrow(
      expect.objectContaining({ code: 'ASSAY_KEY_MISSING' }),
    );
    createSigningKey(environment, 'assay.local/open');
    const file = join(folder, 'home', 'keys', 'assay.local_open.pem');
    rmSync(file);
    writeFileSync(file, 'x', { mode: 0o644 });
    expect(() => loadSigningKey(environment, 'assay.local/open')).toThrow(
      expect.objectContaining({ code: 'ASSAY_KEY_PERMISSIONS' }),
    );
  });
});

describe('the project of a folder', () => {
  it('is found from below', () => {
    const made = initProject(project(), { environment, now }).project;
    mkdirSync(join(project(), 'a', 'b'), { recursive: true });
    expect(findProject(join(project(), 'a', 'b'))).toEqual(made);
  });

  it('is told apart from a clone not yet initialised, and from no project at all', () => {
    expect(() => findProject(project())).toThrow(expect.objectContaining({ code: 'ASSAY_WORKSPACE_NOT_FOUND' }));
    writeFileSync(join(project(), 'assay.yaml'), 'project: x\n');
    expect(() => findProject(project())).toThrow(expect.objectContaining({ code: 'ASSAY_WORKSPACE_NOT_INITIALIZED' }));
  });

  it('with its key gone, says where to take it from', () => {
    initProject(project(), { environment, now });
    rmSync(join(project(), '.assay', 'vkey'));
    expect(() => findProject(project())).toThrow(expect.objectContaining({ code: 'ASSAY_WORKSPACE_DAMAGED' }));
  });
});

describe('assay.yaml', () => {
  it.each([
    ['project: [1\n', /:2:1: /],
    ['project: x\nserver: http://x\n', /:2:1: `server`: servers are not supported by this version/],
    ['project: x\ntrusted:\n  - nonsense\n', /:3:5: `trusted\.0` must be a verifier key/],
    ['project: 7\n', /:1:10: `project` must be the name/],
    ['- a\n', /must be a map/],
    ['', /must be a map/],
  ])('%j is refused with its place', (text, message) => {
    const file = join(folder, 'assay.yaml');
    writeFileSync(file, text);
    expect(() => readConfig(file)).toThrow(
      expect.objectContaining({ code: 'ASSAY_CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('takes each key once', () => {
    const file = join(folder, 'assay.yaml');
    writeFileSync(file, 'project: x\n');
    const { vkey } = createSigningKey(environment, 'a/b');
    expect([trustKey(file, vkey), trustKey(file, vkey)]).toEqual([true, false]);
    expect(readConfig(file).trusted).toEqual([vkey]);
  });
});

describe('ids', () => {
  it('are UUIDv7, and sort in the order they were made even when the clock stands still or goes back', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => newId(new Date(now.getTime() - (i % 3))));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a lock', () => {
  const options = { command: 'assay run a.yaml', now };

  it('is refused to a second one with the name of the first, and free after it', async () => {
    const first = await acquireLock(folder, 'run', options);
    await expect(acquireLock(folder, 'run', options)).rejects.toMatchObject({
      code: 'ASSAY_LOCK_HELD',
      message: expect.stringContaining(`process ${process.pid} (assay run a.yaml) since 2026-01-02`),
    });
    first.release();
    (await acquireLock(folder, 'run', options)).release();
  });

  it('is waited for, until it is free or the wait is aborted', async () => {
    const first = await acquireLock(folder, 'run', options);
    const abort = new AbortController();
    const aborted = acquireLock(folder, 'run', { ...options, wait: true, signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    const told: unknown[] = [];
    const second = acquireLock(folder, 'run', { ...options, wait: true, onWait: (holder) => told.push(holder) });
    setTimeout(() => first.release(), 100);
    (await second).release();
    expect(told).toEqual([{ pid: process.pid, command: 'assay run a.yaml', since: now.toISOString() }]);
  });

  it('of a killed process is free at once', async () => {
    const script = `import { acquireLock } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
      await acquireLock(${JSON.stringify(folder)}, 'run', { command: 'child', now: new Date() });
      process.stdout.write('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((held) => child.stdout.once('data', held));
    await expect(acquireLock(folder, 'run', options)).rejects.toThrow(`process ${child.pid} (child)`);
    child.kill('SIGKILL');
    await new Promise((ended) => child.once('exit', ended));
    (await acquireLock(folder, 'run', options)).release();
    expect(existsSync(join(folder, 'run.lock'))).toBe(true);
  });
});
