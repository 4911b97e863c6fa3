import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repository } from '../interop/repository.ts';
import { contents, forget, repositoryWith, type Store } from './commands.ts';
import { startS3, startSsh } from './servers.ts';

/** push and pull, ended by force at any moment: what has its name is whole, and the next run does the rest. */
describe('killed in the middle', () => {
  let s3: Awaited<ReturnType<typeof startS3>>;
  let ssh: Awaited<ReturnType<typeof startSsh>>;
  beforeAll(async () => {
    [s3, ssh] = await Promise.all([startS3(), startSsh()]);
  });
  afterAll(() => Promise.all([s3?.stop(), ssh?.stop()]));

  const stores: Readonly<Record<string, () => { readonly store: Store; readonly folder: string }>> = {
    S3: () => ({
      folder: join(s3.folder, 'data/bucket/kill'),
      store: {
        url: 's3://bucket/kill',
        settings: {
          endpointurl: `http://127.0.0.1:${s3.port}`,
          access_key_id: s3.key,
          secret_access_key: s3.secret,
        },
      },
    }),
    SSH: () => ({
      folder: join(ssh.folder, 'data/kill'),
      store: {
        url: `ssh://127.0.0.1:${ssh.port}${ssh.folder}/data/kill`,
        settings: { user: ssh.user, keyfile: ssh.keyFile },
        knownHosts: `[127.0.0.1]:${ssh.port} ${ssh.hostKey}\n`,
      },
    }),
  };

  for (const [name, make] of Object.entries(stores)) {
    it(name, async () => {
      const { store, folder } = make();
      const repository = repositoryWith(store);
      for (let i = 0; i < 1500; i++) repository.write(`many/${i}`, `${i}\n`.repeat(i % 50));
      repository.write('big.bin', 'larger '.repeat(4_000_000));
      repository.assaySync('add', 'many', 'big.bin');
      const before = contents(repository);
      const whole = await timed(repository, 'push');
      rmSync(folder, { recursive: true });
      // Again, into the empty place, ended earlier and later.
      for (const share of [0.5, 0.7, 0.85]) {
        await ended(repository, whole * share, 'push');
        expect(damaged(folder)).toEqual([]);
      }
      expect(await repository.assay('push')).toMatchObject({ code: 0 });
      forget(repository);
      for (const share of [0.4, 0.6, 0.8, 0.9]) {
        await ended(repository, whole * share, 'fetch');
        expect(damaged(join(repository.root, '.dvc/cache/files'))).toEqual([]);
      }
      expect(await repository.assay('pull', '--force')).toMatchObject({ code: 0 });
      expect(contents(repository)).toEqual(before);
      repository.remove();
    });
  }
});

async function timed(repository: Repository, ...words: string[]): Promise<number> {
  const started = performance.now();
  expect(await repository.assay(...words)).toMatchObject({ code: 0 });
  return performance.now() - started;
}

async function ended(repository: Repository, afterMs: number, ...words: string[]): Promise<void> {
  const child = repository.startAssay(...words);
  const gone = new Promise((done) => child.once('exit', done));
  await Promise.race([sleep(afterMs), gone]);
  child.kill('SIGKILL');
  await gone;
}

/** Files under the name of an object that hold something else. */
function damaged(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /^[0-9a-f]{30}(?:\.dir)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const name = path.split('/').slice(-2).join('').slice(0, 32);
      return createHash('md5').update(readFileSync(path)).digest('hex') !== name;
    });
}
