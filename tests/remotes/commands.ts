import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Repository } from '../interop/repository.ts';

export interface Store {
  readonly url: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Lines of `~/.ssh/known_hosts`. */
  readonly knownHosts?: string;
}

/**
 * The commands on a remote, and DVC on the same one: what either pushes, the other pulls.
 * @param store another place each time
 */
export function describeCommands(
  title: string,
  store: () => Store,
  cannot: readonly ('list' | 'dvcPush')[] = [],
): void {
  describe(`${title}: on the command line, and beside DVC`, () => {
    let repository: Repository;
    beforeEach(() => {
      repository = repositoryWith(store());
    });
    afterEach(() => repository.remove());

    it('Assay pushes, DVC pulls', async () => {
      expect(await repository.assay('push')).toMatchObject({ code: 0, out: '8 files pushed\n' });
      expect((await repository.assay('push')).out).toBe('Everything is up to date.\n');
      const before = contents(repository);
      forget(repository);
      const pulled = await repository.dvc('pull');
      expect(pulled.code, pulled.err).toBe(0);
      expect(contents(repository)).toEqual(before);
      expect((await repository.dvc('status', '--cloud', '--json')).out.trim()).toBe('{}');
    });

    it(`${cannot.includes('dvcPush') ? 'Assay' : 'DVC'} pushes, Assay fetches and pulls`, async () => {
      repository.write('data/new', 'new\n');
      await repository.assay('add', 'data');
      const pushed = await repository[cannot.includes('dvcPush') ? 'assay' : 'dvc']('push');
      expect(pushed.code, pushed.err).toBe(0);
      const before = contents(repository);
      forget(repository);
      expect((await repository.assay('fetch', 'big.bin')).out).toBe('1 file fetched\n');
      expect(readdirSync(repository.root)).not.toContain('big.bin');
      expect(await repository.assay('pull')).toMatchObject({ code: 0 });
      expect(contents(repository)).toEqual(before);
      expect((await repository.dvc('status', '--json')).out.trim()).toBe('{}');
    });

    it.skipIf(cannot.includes('list'))('gc --cloud removes what nothing needs, and no more', async () => {
      await repository.assay('push');
      repository.write('data/a', 'another\n');
      await repository.assay('add', 'data');
      await repository.assay('push');
      const said = await repository.assay('gc', '--workspace', '--cloud', '--force', '--json');
      // The file as it was before, and the list that named it.
      expect(JSON.parse(said.out), said.err).toMatchObject({ inRemote: 2 });
      const before = contents(repository);
      forget(repository);
      expect((await repository.assay('pull')).code).toBe(0);
      expect(contents(repository)).toEqual(before);
    });
  });
}

/** A repository with data that is added and not pushed. */
export function repositoryWith({ url, settings = {}, variables = {}, knownHosts }: Store): Repository {
  const repository = new Repository();
  repository.dvcTool = 'dvc-remotes/bin/dvc';
  Object.assign(repository.variables, variables);
  repository.init();
  const lines = Object.entries({ url, ...settings }).map(([option, value]) => `    ${option} = "${value}"\n`);
  writeFileSync(
    join(repository.root, '.dvc/config'),
    `[core]\n    remote = store\n['remote "store"']\n${lines.join('')}`,
  );
  if (knownHosts !== undefined) {
    mkdirSync(join(repository.base, '.ssh'), { mode: 0o700 });
    writeFileSync(join(repository.base, '.ssh/known_hosts'), knownHosts);
  }
  repository.write('data/a', 'one\n');
  repository.write('data/sub/b', 'two\n');
  repository.write('data/empty', '');
  repository.write('data/é/ÿ😀.txt', 'a\r\nb');
  repository.write('data/quo"te', 'q');
  repository.write('run.sh', '#!/bin/sh\n', 0o755);
  repository.write('big.bin', 'large '.repeat(500_000));
  repository.assaySync('add', 'data', 'run.sh', 'big.bin');
  return repository;
}

/** As in a fresh clone. */
export function forget(repository: Repository): void {
  for (const name of ['.dvc/cache', 'data', 'run.sh', 'big.bin', 'many']) {
    rmSync(join(repository.root, name), { recursive: true, force: true });
  }
}

export function contents(repository: Repository): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(repository.root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(repository.root.length + 1);
    if (/^(?:\.git|\.dvc|\.assay)(?:\/|$)/.test(name) || !statSync(path).isFile()) continue;
    found[name] = readFileSync(path, 'base64');
  }
  return found;
}
