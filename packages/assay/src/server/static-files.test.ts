import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { staticFiles } from './static-files.ts';

let folder: string;
let dist: string;
let app: Hono;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-static-'));
  dist = join(folder, 'dist');
  mkdirSync(join(dist, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(dist, 'index.html'), '<!doctype html><title>studio</title>');
  writeFileSync(join(dist, 'icon.svg'), '<svg/>');
  writeFileSync(join(dist, 'assets', 'app-1a2b.js'), 'export {};');
  app = new Hono();
  app.use(staticFiles(dist));
  app.notFound((c) => c.text('nothing', 404));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const get = async (path: string) => {
  const reply = await app.request(path);
  return { status: reply.status, text: await reply.text(), headers: reply.headers };
};

test('serves files by their type; those whose names carry a hash are kept for good', async () => {
  const script = await get('/assets/app-1a2b.js');
  expect(script.text).toBe('export {};');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cache-control')).toContain('immutable');
  const icon = await get('/icon.svg');
  expect(icon.headers.get('content-type')).toBe('image/svg+xml');
  expect(icon.headers.get('cache-control')).toBe('no-cache');
});

test('answers the paths of the app with its page, and a missing file with nothing', async () => {
  for (const path of ['/', '/index.html', '/runs/0123', '/models/tone/versions/1:0:0']) {
    expect((await get(path)).text).toContain('<title>studio');
  }
  expect((await get('/assets/gone.js')).status).toBe(404);
  expect((await get('/track/experiment/wine.v1')).status).toBe(404);
  const asPage = await app.request('/track/experiment/wine.v1', { headers: { accept: 'text/html,*/*;q=0.8' } });
  expect(await asPage.text()).toContain('<title>studio');
  expect((await app.request('/', { method: 'POST' })).status).toBe(404);
});

test('the page may run scripts from here alone, and may not be framed', async () => {
  const policy = (await get('/')).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
});

test('no path leads out of the folder', async () => {
  symlinkSync(join(folder, 'secret.txt'), join(dist, 'link.txt'));
  symlinkSync(folder, join(dist, 'up'));
  const paths = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/link.txt',
    '/up/secret.txt',
    '//secret.txt',
    '/..\\secret.txt',
  ];
  for (const path of paths) {
    const { status, text } = await get(path);
    expect(text).not.toBe('secret');
    expect([200, 404]).toContain(status);
  }
});

test('a new build is served without a restart; without a build there is nothing', async () => {
  expect((await get('/')).status).toBe(200);
  writeFileSync(join(dist, 'assets', 'app-3c4d.js'), 'export {};');
  writeFileSync(join(dist, 'index.html'), '<!doctype html><title>studio, newer</title>');
  utimesSync(join(dist, 'index.html'), new Date(), new Date(Date.now() + 5000));
  expect((await get('/assets/app-3c4d.js')).status).toBe(200);
  expect((await get('/')).text).toContain('newer');
  rmSync(dist, { recursive: true });
  expect((await get('/')).status).toBe(404);
});
