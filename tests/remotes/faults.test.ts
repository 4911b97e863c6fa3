import { createHash, randomBytes } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRemote, type Remote } from '../../packages/assay/src/remotes/index.ts';
import type { Repository } from '../interop/repository.ts';
import { contents, forget, repositoryWith } from './commands.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { startS3 } from './servers.ts';

describe('a server that fails', () => {
  let server: Awaited<ReturnType<typeof startS3>>;
  let proxy: Awaited<ReturnType<typeof startFaultyProxy>>;
  let folder: string;
  let remote: Remote;
  let count = 0;

  const settings = () => ({
    url: `s3://bucket/faults/${count++}`,
    endpointurl: `http://127.0.0.1:${proxy.port}`,
    access_key_id: server.key,
    secret_access_key: server.secret,
    read_timeout: '1',
  });
  beforeAll(async () => {
    server = await startS3();
    proxy = await startFaultyProxy(server.port);
    folder = mkdtempSync(join(tmpdir(), 'assay-faults-'));
  });
  beforeEach(async () => {
    proxy.set(() => ({ kind: 'none' }));
    remote = await openRemote('store', settings());
  });
  afterAll(async () => {
    proxy?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const object = (size: number) => {
    const bytes = randomBytes(size);
    const path = join(folder, `file-${count++}`);
    writeFileSync(path, bytes);
    const md5 = createHash('md5').update(bytes).digest('hex');
    return { bytes, path, key: `files/md5/${md5.slice(0, 2)}/${md5.slice(2)}` };
  };
  const fresh = () => join(folder, `download-${count++}`);

  it('breaks off downloads: they go on where they were', async () => {
    const { bytes, path, key } = object(5 * 2 ** 20);
    await remote.upload(path, key);
    proxy.set(({ method, before }) =>
      method === 'GET' && before < 3 ? { kind: 'breaks', after: 2 ** 20 } : { kind: 'none' },
    );
    const to = fresh();
    await remote.download(key, to);
    expect(readFileSync(to).equals(bytes)).toBe(true);
    const ranges = proxy.seen.filter(({ method }) => method === 'GET').map(({ range }) => range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
  });

  it('breaks off uploads: nothing is there until all of it is', async () => {
    for (const size of [2 ** 20, 20 * 2 ** 20]) {
      const { bytes, path, key } = object(size);
      proxy.set(({ method }) => (method === 'PUT' ? { kind: 'breaks-upload', after: 100_000 } : { kind: 'none' }));
      await expect(remote.upload(path, key)).rejects.toMatchObject({ code: expect.stringMatching(/^ASSAY_REMOTE_/) });
      expect(await remote.existing([key])).toEqual(new Set());
      proxy.set(({ method, before }) =>
        method === 'PUT' && before === 0 ? { kind: 'breaks-upload', after: 100_000 } : { kind: 'none' },
      );
      await remote.upload(path, key);
      const to = fresh();
      await remote.download(key, to);
      expect(readFileSync(to).equals(bytes)).toBe(true);
    }
  });

  it('answers each request with 500 or 503 at first: all of it is done all the same', async () => {
    const objects = Array.from({ length: 20 }, () => object(1000));
    let turn = 0;
    proxy.set(({ before }) =>
      before === 0 ? { kind: 'fails', status: turn++ % 2 === 0 ? 500 : 503 } : { kind: 'none' },
    );
    for (const { path, key } of objects) await remote.upload(path, key);
    expect(await remote.existing(objects.map(({ key }) => key))).toEqual(new Set(objects.map(({ key }) => key)));
    for (const { bytes, key } of objects) {
      const to = fresh();
      await remote.download(key, to);
      expect(readFileSync(to).equals(bytes)).toBe(true);
    }
  });

  it('always answers with 500: that is said', async () => {
    const { path, key } = object(1000);
    proxy.set(() => ({ kind: 'fails', status: 500 }));
    await expect(remote.upload(path, key)).rejects.toMatchObject({ code: 'ASSAY_REMOTE_FAILED' });
    await expect(remote.existing([key])).rejects.toMatchObject({ code: 'ASSAY_REMOTE_FAILED' });
  });

  it('is silent: after the time that is allowed, that is said', async () => {
    proxy.set(() => ({ kind: 'silent' }));
    const { path, key } = object(1000);
    await expect(remote.upload(path, key)).rejects.toMatchObject({ code: 'ASSAY_REMOTE_TIMEOUT' });
  });

  it('is slow, but not silent: that is waited for', async () => {
    const { bytes, path, key } = object(60_000);
    await remote.upload(path, key);
    proxy.set(() => ({ kind: 'slow', bytesPerSecond: 25_000 }));
    const to = fresh();
    await remote.download(key, to);
    expect(readFileSync(to).equals(bytes)).toBe(true);
  });

  it('does not take other bytes than the key says', async () => {
    const { path } = object(1000);
    const { key } = object(1000);
    await expect(remote.upload(path, key)).rejects.toThrow();
    expect(await remote.existing([key])).toEqual(new Set());
  });

  describe('on the command line', () => {
    let repository: Repository;
    beforeEach(async () => {
      const { url, ...rest } = settings();
      repository = repositoryWith({ url, settings: rest });
      expect((await repository.assay('push')).code).toBe(0);
      return () => repository.remove();
    });

    it('sends other bytes once: they come again, and the right ones are taken', async () => {
      const before = contents(repository);
      forget(repository);
      proxy.set(({ method, path, before: earlier }) =>
        method === 'GET' && path.includes('/files/md5/') && earlier === 0 ? { kind: 'corrupts' } : { kind: 'none' },
      );
      expect(await repository.assay('pull')).toMatchObject({ code: 0 });
      expect(contents(repository)).toEqual(before);
    });

    it('sends other bytes always: they are not taken, and the remote is named', async () => {
      forget(repository);
      proxy.set(({ method, path }) =>
        method === 'GET' && path.includes('/files/md5/') ? { kind: 'corrupts' } : { kind: 'none' },
      );
      const said = await repository.assay('pull', '--json');
      expect(said.code).toBe(1);
      expect(JSON.parse(said.out)).toMatchObject({ error: { code: 'ASSAY_OBJECT_DAMAGED' } });
      expect(said.out).toContain('store');
      expect(statSync(join(repository.root, '.dvc/cache/files'), { throwIfNoEntry: false })).toBeUndefined();
    });

    it('a pull that is killed in the middle of a file: the next one goes on there', async () => {
      const before = contents(repository);
      forget(repository);
      const md5 = createHash('md5').update(Buffer.from(before['big.bin']!, 'base64')).digest('hex');
      proxy.set(() => ({ kind: 'slow', bytesPerSecond: 400_000 }));
      const child = repository.startAssay('pull', 'big.bin');
      const gone = new Promise((done) => child.once('exit', done));
      const came = () =>
        globSync(`.dvc/tmp/assay-*/${md5}`, { cwd: repository.root })
          .map((file) => statSync(join(repository.root, file), { throwIfNoEntry: false })?.size ?? 0)
          .some((size) => size > 500_000);
      for (let i = 0; i < 600 && !came(); i++) await sleep(50);
      child.kill('SIGKILL');
      await gone;
      proxy.set(() => ({ kind: 'none' }));
      expect(await repository.assay('pull')).toMatchObject({ code: 0 });
      expect(contents(repository)).toEqual(before);
      expect(proxy.seen.some(({ range }) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
    });
  });
});
