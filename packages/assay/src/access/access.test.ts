import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPaths, checkoutTargets, openWorkplace, placeOf, push, statusOf, type Workplace } from '../data/index.ts';
import { openRepository, readIndex, workspaceTree } from '../dvc/index.ts';
import { orderStages } from '../pipelines/index.ts';
import {
  fetchAll,
  getPath,
  getUrl,
  importPath,
  importUpdates,
  importUrl,
  listRepository,
  listUrl,
  listUrlTree,
  updateImports,
} from './index.ts';

let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'assay-access-')));
});
afterEach(() => {
  execFileSync('chmod', ['-R', 'u+w', base]);
  rmSync(base, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, HOME: base, XDG_CACHE_HOME: join(base, 'cache'), XDG_CONFIG_HOME: join(base, 'config') };
}

function git(folder: string, ...words: string[]): string {
  return execFileSync('git', words, { cwd: folder, encoding: 'utf8', env: environment() }).trim();
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

function commit(folder: string): string {
  git(folder, 'add', '--all');
  git(folder, '-c', 'user.name=You', '-c', 'user.email=you@example.com', 'commit', '--quiet', '--message', 'state');
  return git(folder, 'rev-parse', 'HEAD');
}

function repository(name: string, config = ''): string {
  const folder = join(base, name);
  write(folder, { '.dvc/config': config, '.dvc/.gitignore': '/tmp\n/cache\n', '.dvcignore': '' });
  git(folder, 'init', '--quiet', '--initial-branch=main');
  return folder;
}

function workplaceIn(folder: string): Workplace {
  return openWorkplace({
    repository: openRepository(folder, environment()),
    directory: folder,
    environment: environment(),
    clock: () => new Date(),
    signal: new AbortController().signal,
  });
}

/** A repository with a file in git and a tracked folder, in one commit. */
async function source(config?: string): Promise<string> {
  const folder = repository('source', config);
  write(folder, { 'README.md': 'read me\n', 'data/a': 'one\n', 'data/sub/b': 'two\n' });
  await addPaths(workplaceIn(folder), ['data']);
  commit(folder);
  return folder;
}

describe('a repository is one tree of what git has and what is tracked', () => {
  test('as it lies in a folder, and as a clone of it has it', async () => {
    const folder = await source();
    const visit = workplaceIn(repository('here'));
    for (const url of [folder, `file://${folder}`]) {
      const listed = await listRepository(url, '', visit, { recursive: true });
      expect(listed.map(({ path }) => path)).toEqual([
        '.dvcignore',
        '.gitignore',
        'README.md',
        'data.dvc',
        'data/a',
        'data/sub/b',
      ]);
      expect(listed.filter(({ isout }) => isout).map(({ md5 }) => md5)).toEqual([
        '5bbf5a52328e7439ae6e719dfe712200',
        'c193497a1a06b2c72230e6146ff47080',
      ]);
    }
  });

  test('a repository without DVC is such a tree too', async () => {
    const folder = join(base, 'plain');
    write(folder, { 'x/y': '1' });
    git(folder, 'init', '--quiet', '--initial-branch=main');
    commit(folder);
    const visit = workplaceIn(repository('here'));
    expect((await listRepository(folder, 'x', visit)).map(({ path }) => path)).toEqual(['y']);
    await getPath(`file://${folder}`, 'x', visit, { out: join(base, 'x') });
    expect(readFileSync(join(base, 'x/y'), 'utf8')).toBe('1');
  });
});

describe('imports', () => {
  test('that are called as in the other repository need no file here of that name', async () => {
    const folder = await source();
    const here = workplaceIn(repository('here'));
    await importPath(here, folder, 'data');
    const { stages } = await readIndex(here.repository, workspaceTree(here.repository));
    expect(orderStages(stages).map(({ needs }) => needs)).toEqual([[]]);
    expect(placeOf(here, stages[0]!.deps[0]!)).toBeUndefined();
    expect(placeOf(here, stages[0]!.outs[0]!)).toBe(join(base, 'here/data'));
  });

  test('of what the cache here has already need nothing of the other repository but its commit', async () => {
    const folder = await source(`[core]\n    remote = gone\n['remote "gone"']\n    url = ${join(base, 'gone')}\n`);
    const here = workplaceIn(repository('here'));
    await importPath(here, folder, 'data');
    git(base, 'clone', '--quiet', '--bare', folder, join(base, 'bare'));
    await expect(listRepository(join(base, 'bare'), 'data', { ...here, cache: undefined })).rejects.toThrow();
    await importPath(here, join(base, 'bare'), 'data', { out: 'again' });
    expect(readFileSync(join(base, 'here/again/sub/b'), 'utf8')).toBe('two\n');
  });

  test('come with the commit, say when there is more, and follow it', async () => {
    const folder = await source();
    const here = workplaceIn(repository('here'));
    await importPath(here, folder, 'data');
    const first = git(folder, 'rev-parse', 'HEAD');
    expect(readFileSync(join(base, 'here/data.dvc'), 'utf8')).toContain(`rev_lock: ${first}`);
    write(folder, { 'data/c': 'three\n' });
    await addPaths(workplaceIn(folder), ['data']);
    commit(folder);
    const { stages } = await readIndex(here.repository, workspaceTree(here.repository));
    expect(await statusOf(here, stages, importUpdates(here))).toEqual({
      'data.dvc': [{ 'changed deps': { [`data (${folder})`]: 'update available' } }],
    });
    await updateImports(here, ['data.dvc']);
    expect(readdirSync(join(base, 'here/data'))).toEqual(['a', 'c', 'sub']);
    expect((await updateImports(here, ['data.dvc']))[0]?.changed).toEqual([]);
  });

  test('part of one is pulled alone, from where it is from', async () => {
    const folder = await source();
    const here = workplaceIn(repository('here'));
    await importPath(here, folder, 'data');
    for (const path of ['.dvc/cache', 'data']) rmSync(join(base, 'here', path), { recursive: true });
    await fetchAll(here, ['data/sub']);
    expect([...here.cache.list()].map(({ md5 }) => md5).sort()).toEqual(
      [expect.stringMatching(/\.dir$/), 'c193497a1a06b2c72230e6146ff47080'].sort(),
    );
  });

  test('of an import are brought from the first repository when the second has nothing', async () => {
    const folder = await source();
    const second = workplaceIn(repository('second'));
    await importPath(second, '../source', 'data');
    commit(join(base, 'second'));
    rmSync(join(base, 'second/.dvc/cache'), { recursive: true });
    expect(existsSync(join(folder, '.dvc/cache'))).toBe(true);
    const here = workplaceIn(repository('here'));
    await importPath(here, join(base, 'second'), 'data/sub', { rev: 'main', out: 'part' });
    expect(readFileSync(join(base, 'here/part/b'), 'utf8')).toBe('two\n');
  });

  test('come from the remote of a clone', async () => {
    const folder = await source(`[core]\n    remote = store\n['remote "store"']\n    url = ${join(base, 'store')}\n`);
    const owner = workplaceIn(folder);
    await push(owner, ['data']);
    git(base, 'clone', '--quiet', '--bare', folder, 'bare.git');
    rmSync(folder, { recursive: true });
    const here = workplaceIn(repository('here'));
    await importPath(here, `file://${join(base, 'bare.git')}`, 'data');
    expect(readFileSync(join(base, 'here/data/sub/b'), 'utf8')).toBe('two\n');
  });

  test('of a page are known by what the server says of it', async () => {
    let etag = '"1"';
    let requests = 0;
    const server = createServer((request, response) => {
      requests++;
      response.writeHead(200, { 'content-length': 3, etag, 'content-type': 'text/csv' });
      response.end(request.method === 'HEAD' ? undefined : `${etag[1]}\r\n`);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const here = workplaceIn(repository('here'));
      await importUrl(here, `http://127.0.0.1:${(server.address() as AddressInfo).port}/page.csv`);
      expect(readFileSync(join(base, 'here/page.csv'), 'utf8')).toBe('1\r\n');
      const before = requests;
      expect((await updateImports(here, ['page.csv.dvc']))[0]?.changed).toEqual([]);
      expect(requests).toBe(before + 1);
      etag = '"2"';
      await updateImports(here, ['page.csv.dvc']);
      expect(readFileSync(join(base, 'here/page.csv'), 'utf8')).toBe('2\r\n');
    } finally {
      server.close();
    }
  });
});

test('a plain folder is listed and copied with its .dvcignore; empty folders and links are listed, and links not followed', async () => {
  const visit = workplaceIn(repository('here'));
  write(base, { 'plain/.dvcignore': 'x\n', 'plain/x': '1', 'plain/d/y': '2' });
  mkdirSync(join(base, 'plain/empty/inner'), { recursive: true });
  symlinkSync('d', join(base, 'plain/link'));
  const listed = async (options: { readonly recursive?: boolean; readonly level?: number }) =>
    (await listUrl('../plain', visit, { config: undefined, ...options })).map(
      ({ path, isdir }) => path + (isdir ? '/' : ''),
    );
  expect(await listed({})).toEqual(['.dvcignore', 'link', 'x', 'd/', 'empty/']);
  expect(await listed({ recursive: true })).toEqual(['.dvcignore', 'link', 'x', 'd/y']);
  expect((await listed({ recursive: true, level: 2 })).at(-1)).toBe('empty/inner/');
  const tree = await listUrlTree('../plain', visit, { config: undefined });
  expect(tree.contents?.find(({ path }) => path === 'empty')?.contents).toMatchObject([{ path: 'inner', isdir: true }]);
  await getUrl('../plain', visit, { config: undefined, out: join(base, 'copy') });
  expect(readdirSync(join(base, 'copy')).sort()).toEqual(['.dvcignore', 'd', 'x']);
});

describe('imports that were not downloaded', () => {
  const pull = async (here: Workplace) => {
    const { files } = await fetchAll(here, []);
    const done = await checkoutTargets(here, []);
    return { files, missing: done.flatMap(({ missing, target }) => (missing.length > 0 ? [target.out.location] : [])) };
  };

  test('come with a pull, and leave their files as they are', async () => {
    const here = workplaceIn(repository('here'));
    write(base, { 'there/x': 'x\n', 'there/y/z': 'z\n' });
    await importPath(here, await source(), 'data', { noDownload: true });
    await importUrl(here, '../there', { noDownload: true });
    const text = readFileSync(join(base, 'here/data.dvc'), 'utf8');
    expect(await pull(here)).toEqual({ files: 4, missing: [] });
    expect(readFileSync(join(base, 'here/data/sub/b'), 'utf8')).toBe('two\n');
    expect(readFileSync(join(base, 'here/there/y/z'), 'utf8')).toBe('z\n');
    expect(readFileSync(join(base, 'here/data.dvc'), 'utf8')).toBe(text);
    rmSync(join(base, 'there'), { recursive: true });
    rmSync(join(base, 'here/there'), { recursive: true });
    expect(await pull(here)).toEqual({ files: 0, missing: [] });
    expect(readFileSync(join(base, 'here/there/x'), 'utf8')).toBe('x\n');
  });

  test('are missing when nobody asked for them yet, or another content is there; what stands in their place stays', async () => {
    const here = workplaceIn(repository('here'));
    write(base, { one: '1\n', two: '2\n' });
    await importUrl(here, '../one', { noExec: true });
    await importUrl(here, '../two', { noDownload: true });
    write(base, { two: 'other\n', 'here/two': 'mine\n' });
    const { files, missing } = await pull(here);
    expect([files, [...missing].sort()]).toEqual([0, ['one', 'two']]);
    expect(readFileSync(join(base, 'here/two'), 'utf8')).toBe('mine\n');
  });
});

describe('refused is', () => {
  test.each(['ext::sh -c "touch pwned"', '--upload-pack=touch pwned', 'fd::3'])('the address %s', async (url) => {
    const visit = workplaceIn(repository('here'));
    await expect(listRepository(url, '', visit)).rejects.toMatchObject({ code: 'ASSAY_ACCESS_ADDRESS' });
  });

  test('a revision that is an option', async () => {
    const folder = await source();
    const visit = workplaceIn(repository('here'));
    for (const url of [folder, `file://${folder}`]) {
      await expect(listRepository(url, '', visit, { rev: '--output=pwned' })).rejects.toMatchObject({
        code: 'ASSAY_DVC_NO_REVISION',
      });
    }
  });

  test('a path that leads out, in what is asked for and in what a commit holds', async () => {
    const folder = await source();
    const visit = workplaceIn(repository('here'));
    await expect(getPath(folder, '../here', visit)).rejects.toMatchObject({ code: 'ASSAY_ACCESS_NO_PATH' });
    const blob = git(folder, 'rev-parse', 'HEAD:README.md');
    const tree = execFileSync('git', ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], {
      cwd: folder,
      input: Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')]),
      encoding: 'utf8',
    }).trim();
    const id = git(folder, '-c', 'user.name=x', '-c', 'user.email=x@example.com', 'commit-tree', tree, '-m', 'x');
    await expect(getPath(folder, '.', visit, { rev: id, out: join(base, 'out') })).rejects.toMatchObject({
      code: 'ASSAY_PATH_ESCAPES',
    });
  });

  test('an import of a cloned repository from a folder of this machine', async () => {
    write(base, { 'private/secret': 'mine\n' });
    git(join(base, 'private'), 'init', '--quiet');
    commit(join(base, 'private'));
    const folder = repository('source');
    await importPath(workplaceIn(folder), '../private', 'secret');
    commit(folder);
    git(base, 'clone', '--quiet', '--bare', folder, 'bare.git');
    rmSync(folder, { recursive: true });
    const visit = workplaceIn(repository('here'));
    await expect(getPath(`file://${join(base, 'bare.git')}`, 'secret', visit)).rejects.toMatchObject({
      code: 'ASSAY_ACCESS_FOREIGN_PATH',
    });
  });

  test('to replace what stands there, and to write through a link', async () => {
    const folder = await source();
    const here = workplaceIn(repository('here'));
    write(join(base, 'here'), { data: 'mine' });
    await expect(importPath(here, folder, 'data')).rejects.toMatchObject({ code: 'ASSAY_ACCESS_EXISTS' });
    mkdirSync(join(base, 'outside'));
    symlinkSync(join(base, 'outside'), join(base, 'here/link'));
    await expect(importPath(here, folder, 'data', { out: 'link/data' })).rejects.toMatchObject({
      code: 'ASSAY_DVC_THROUGH_LINK',
    });
    expect(readFileSync(join(base, 'here/data'), 'utf8')).toBe('mine');
  });
});
