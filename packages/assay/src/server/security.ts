import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { RequestError } from './errors.ts';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const wildcards = new Set(['0.0.0.0', '::']);

/**
 * Refuses requests whose Host is not this server: a page of another site can make its own name point to 127.0.0.1 (DNS
 * rebinding) and would then be of the same origin. A server on every interface takes any address in figures as well: a name
 * can be pointed elsewhere, figures cannot.
 */
export function onlyOwnHost(bound: string): MiddlewareHandler {
  const own = new Set([...loopback, isIP(bound) === 6 ? `[${bound}]` : bound.toLowerCase()]);
  return async (c, next) => {
    const host = hostname(c.req.header('host'));
    const inFigures = host !== undefined && isIP(host.replace(/^\[|\]$/g, '')) !== 0;
    if (host === undefined || !(own.has(host) || (wildcards.has(bound) && inFigures))) {
      throw new RequestError(421, 'ASSAY_API_HOST', 'this server is not the host that was asked for', {
        hint: 'Open the address that `assay studio` prints; --host names another one.',
      });
    }
    await next();
  };
}

/** The Host header's name without its port; undefined when it is none. */
function hostname(header: string | undefined): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header ?? '');
  return match?.[1]?.toLowerCase();
}

/** Refuses what a page of another site asks for. Clients that are no browsers send neither header. */
export function onlySameOrigin(): MiddlewareHandler {
  return async (c, next) => {
    const site = c.req.header('sec-fetch-site');
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    // `none`: typed into the address bar, or a bookmark.
    const siteFits = site === undefined || site === 'same-origin' || (reads && site === 'none');
    const origin = c.req.header('origin');
    if (!siteFits || (origin !== undefined && !isOrigin(origin, c.req.header('host')))) {
      throw new RequestError(403, 'ASSAY_API_ORIGIN', 'requests from pages of other sites are refused');
    }
    await next();
  };
}

function isOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

const KIB = 1024;

/** What a body may be, by the path: in bytes, and in which type. */
function bodyRule(path: string): { readonly type: string; readonly largest: number } {
  if (path === '/api/track-files') return { type: 'application/octet-stream', largest: 16 * KIB ** 3 };
  return { type: 'application/json', largest: path.startsWith('/api/track/') ? 16 * KIB ** 2 : 256 * KIB };
}

/** Refuses bodies of a type that a form of another site could send, and those that are too large. */
export function onlyKnownBodies(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const { type, largest } = bodyRule(c.req.path);
      const given = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
      if (given !== type) {
        throw new RequestError(
          415,
          'ASSAY_API_MEDIA_TYPE',
          `the body must be ${type === 'application/json' ? 'JSON' : type}`,
          { hint: `Send content-type: ${type}.`, path: 'headers.content-type' },
        );
      }
      const length = Number(c.req.header('content-length'));
      if (!(length <= largest)) {
        throw new RequestError(413, 'ASSAY_API_BODY_SIZE', `the body must say its length, at most ${largest} bytes`);
      }
    }
    await next();
  };
}

/** Headers that every answer carries. */
export function hardened(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    c.res.headers.set('x-content-type-options', 'nosniff');
    c.res.headers.set('referrer-policy', 'no-referrer');
    c.res.headers.set('cross-origin-resource-policy', 'same-origin');
    c.res.headers.set('cross-origin-opener-policy', 'same-origin');
    c.res.headers.set('x-frame-options', 'DENY');
    if (!c.res.headers.has('content-security-policy')) {
      c.res.headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    }
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  };
}
