import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Context, MiddlewareHandler } from 'hono';

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Scripts only from here; styles also inline, as the studio's components set positions and sizes. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves a folder of built files, and `index.html` for every other path: the app has its own routes. Where a path ends like a
 * file's, as a record's name may, only to who asks for a page.
 * Only files that were found in the folder are served, by their listed names: no path of a request reaches the file system.
 */
export function staticFiles(folder: string): MiddlewareHandler {
  let builtAt: number | undefined;
  let files = new Map<string, string>();
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next();
    const built = statSync(join(folder, 'index.html'), { throwIfNoEntry: false })?.mtimeMs;
    if (built !== builtAt) {
      files = built === undefined ? new Map() : listFiles(folder);
      builtAt = built;
    }
    const asked = files.get(c.req.path);
    if (asked !== undefined) return send(c, asked, c.req.path.startsWith('/assets/'));
    const index = files.get('/index.html');
    const wantsPage = extname(c.req.path) === '' || c.req.header('accept')?.includes('text/html') === true;
    return index === undefined || !wantsPage ? next() : send(c, index, false);
  };
}

/** Vite puts the content's hash into the names of what is under `assets/`. */
async function send(c: Context, file: string, isHashed: boolean): Promise<Response> {
  const bytes = await readFile(file);
  c.header('content-type', mediaTypes[extname(file)] ?? 'application/octet-stream');
  c.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  c.header('content-security-policy', policy);
  return c.body(bytes);
}

/** Links are passed over, to files and to folders: they could lead anywhere. */
function listFiles(folder: string, prefix = '/'): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) files.set(`${prefix}${entry.name}`, path);
    if (entry.isDirectory())
      for (const [name, file] of listFiles(path, `${prefix}${entry.name}/`)) files.set(name, file);
  }
  return files;
}
