import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Repository } from './repository.ts';

/** Both programs do the same in two copies of one repository, and leave the same files. */

let first: Repository;
beforeEach(() => {
  first = new Repository(undefined, 'first').init();
});
afterEach(() => first.remove());

function files(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (/^(?:\.git|\.assay|\.dvc\/tmp)(?:\/|$)/.test(name) || !statSync(path).isFile()) continue;
    found[name] = readFileSync(path, 'base64');
  }
  return found;
}

/** Runs each line with DVC in one copy and with Assay in the other. */
async function sameAfter(lines: readonly (readonly string[])[]): Promise<void> {
  cpSync(first.root, join(first.base, 'second'), { recursive: true, verbatimSymlinks: true });
  const second = new Repository(first.base, 'second');
  for (const words of lines) {
    const [dvc, assay] = [await first.dvc(...words), await second.assay(...words)];
    expect([words, assay.code, assay.err]).toEqual([words, dvc.code, expect.any(String)]);
    expect([words, files(second.root)]).toEqual([words, files(first.root)]);
  }
  expect((await second.dvc('status', '--json')).out).toBe((await first.dvc('status', '--json')).out);
}

test('move: a file, a folder, into a folder, and what is not tracked', async () => {
  first.write('a.txt', 'a\n');
  first.write('data/sub/b', 'b\n');
  first.write('folder/.gitkeep', '');
  await first.dvc('add', 'a.txt', 'data');
  await sameAfter([
    ['move', 'a.txt', 'folder'],
    ['move', 'data', 'other'],
    ['move', 'nothing', 'elsewhere'],
  ]);
}, 60_000);

test('cache migrate: objects and tracking files of DVC 2', async () => {
  const legacy = (text: string) => createHash('md5').update(text.replaceAll('\r\n', '\n')).digest('hex');
  const text = 'x\r\ny\r\n';
  const md5 = legacy(text);
  first.write('t.csv', text);
  first.write(`.dvc/cache/${md5.slice(0, 2)}/${md5.slice(2)}`, text, 0o444);
  first.write('t.csv.dvc', `outs:\n- md5: ${md5}\n  size: 6\n  path: t.csv\n`);
  first.write('.gitignore', '/t.csv\n');
  await sameAfter([
    ['cache', 'migrate'],
    ['cache', 'migrate', '--dvc-files'],
  ]);
}, 60_000);

test('import-url: a path, a folder, a page; update when it changes', async () => {
  let page = 'one\n';
  const server = createServer((request, response) => {
    const etag = `"${createHash('md5').update(page).digest('hex')}"`;
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': page.length, etag });
    response.end(request.method === 'HEAD' ? undefined : page);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    mkdirSync(join(first.base, 'outside'));
    const outside = new Repository(first.base, 'outside');
    outside.write('folder/x', '1\n');
    outside.write('folder/sub/y', '2\n');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page.txt`;
    await sameAfter([
      ['import-url', join(outside.root, 'folder')],
      ['import-url', '../outside/folder/x', 'relative'],
      ['import-url', url],
      ['import-url', '--no-download', url, 'later'],
      ['import-url', '--no-exec', url, 'never'],
    ]);
    page = 'two\n';
    outside.write('folder/x', 'changed\n');
    const second = new Repository(first.base, 'second');
    for (const file of ['page.txt.dvc', 'folder.dvc', 'later.dvc']) {
      await first.assay('update', file);
      await second.dvc('update', file);
      expect([file, files(first.root)]).toEqual([file, files(second.root)]);
    }
  } finally {
    server.close();
  }
}, 120_000);

test('the merge driver of either makes the same of two branches', async () => {
  first.write('.gitattributes', '*.dvc merge=dvc\n');
  first.write('data/a', '1\n');
  await first.dvc('add', 'data');
  first.commit('base');
  first.git('checkout', '--quiet', '-b', 'side');
  first.write('data/b', '2\n');
  await first.dvc('add', 'data');
  first.commit('side');
  first.git('checkout', '--quiet', 'main');
  await first.dvc('checkout');
  first.write('data/c', '3\n');
  await first.dvc('add', 'data');
  first.commit('main');
  first.write('.merge_file_base', first.git('show', 'main~1:data.dvc'));
  const merged = [];
  for (const program of ['dvc', 'assay'] as const) {
    first.write('.merge_file_main', first.git('show', 'main:data.dvc'));
    first.write('.merge_file_side', first.git('show', 'side:data.dvc'));
    const sides = ['--ancestor', '.merge_file_base', '--our', '.merge_file_main', '--their', '.merge_file_side'];
    expect((await first[program]('git-hook', 'merge-driver', ...sides)).code).toBe(0);
    merged.push(readFileSync(join(first.root, '.merge_file_main'), 'utf8'));
  }
  expect(merged[1]).toBe(merged[0]);
  expect(merged[0]).toContain('nfiles: 3');
}, 60_000);
