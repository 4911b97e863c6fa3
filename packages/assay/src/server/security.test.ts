import { request } from 'node:http';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiError } from './client.ts';
import { answerTo } from './errors.ts';
import { onlyOwnHost } from './security.ts';
import { serveSmallProject } from './testing/served-project.ts';

let served: Awaited<ReturnType<typeof serveSmallProject>>;
beforeAll(async () => {
  served = await serveSmallProject();
}, 60_000);
afterAll(async () => {
  expect(served.faults).toEqual([]);
  await served.stop();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly code: string | undefined;
}

/** A request with exactly this path and these headers: `fetch` would tidy both up. */
function ask(
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  const { port, host } = new URL(served.url);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: { host, ...options.headers } },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk) => chunks.push(chunk));
        reply.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          const isError = body.startsWith('{"error"');
          const code = isError ? (JSON.parse(body) as ApiError).error.code : undefined;
          resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body, code });
        });
      },
    );
    asked.on('error', reject);
    asked.end(options.body);
  });
}

const explain = '/api/models/calls/versions/1:0:0/explain';
const json = { 'content-type': 'application/json', 'content-length': '15' };
const body = '{"text": "ok"} ';

describe('the host', () => {
  test.each(['127.0.0.1:1234', 'localhost', 'LOCALHOST:4700', '[::1]:4700'])('%s is this machine', async (host) => {
    expect((await ask('/api/ledger', { headers: { host } })).status).toBe(200);
  });

  test.each(['evil.example', 'evil.example:4700', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])(
    '%j is refused, whatever is asked for',
    async (host) => {
      for (const path of ['/api/ledger', '/', '/assets/x.js']) {
        expect(await ask(path, { headers: { host } })).toMatchObject({ status: 421, code: 'ASSAY_API_HOST' });
      }
    },
  );

  test('a host that is no host is refused', async () => {
    for (const host of ['localhost@evil.example', 'evil.example#localhost', 'localhost/..', 'localhost:x', '[::1']) {
      expect([400, 421]).toContain((await ask('/api/ledger', { headers: { host } })).status);
    }
  });

  test('bound to a name, takes that name; bound to every interface, takes addresses in figures and no other name', async () => {
    const status = async (bound: string, host: string | undefined) => {
      const app = new Hono();
      app.onError((error, c) => c.json(answerTo(error).body, answerTo(error).status));
      app.use(onlyOwnHost(bound)).get('/', (c) => c.text('ok'));
      return (await app.request('/', { headers: host === undefined ? {} : { host } })).status;
    };
    expect(await status('127.0.0.1', undefined)).toBe(421);
    expect(await status('studio.example', 'studio.example:80')).toBe(200);
    expect(await status('studio.example', 'evil.example')).toBe(421);
    expect(await status('::1', '[::1]:80')).toBe(200);
    for (const bound of ['0.0.0.0', '::']) {
      expect(await status(bound, '192.0.2.7:4700')).toBe(200);
      expect(await status(bound, '[2001:db8::1]:4700')).toBe(200);
      expect(await status(bound, 'evil.example')).toBe(421);
    }
  });
});

describe('other sites', () => {
  test('nothing is shared across origins', async () => {
    const { headers } = await ask('/api/ledger');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    const preflight = await ask(explain, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
  });

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('a request with %j is refused', async (headers) => {
    expect(await ask('/api/ledger', { headers })).toMatchObject({ status: 403, code: 'ASSAY_API_ORIGIN' });
    expect(await ask(explain, { method: 'POST', headers: { ...json, ...headers }, body })).toMatchObject({
      status: 403,
      code: 'ASSAY_API_ORIGIN',
    });
  });

  test('a page of its own may ask and post; an address that was typed may only ask', async () => {
    const own = { origin: served.url, 'sec-fetch-site': 'same-origin' };
    expect((await ask(explain, { method: 'POST', headers: { ...json, ...own }, body })).status).toBe(200);
    expect((await ask('/api/ledger', { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
    expect(await ask(explain, { method: 'POST', headers: { ...json, 'sec-fetch-site': 'none' }, body })).toMatchObject({
      status: 403,
    });
  });

  test('what a form can send is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await ask(explain, { method: 'POST', headers: { ...json, 'content-type': type }, body })).toMatchObject({
        status: 415,
        code: 'ASSAY_API_MEDIA_TYPE',
      });
    }
  });
});

describe('bodies', () => {
  test('that are too large, or do not say how large, are refused before they are read', async () => {
    const large = { ...json, 'content-length': `${300 * 1024}` };
    expect(await ask(explain, { method: 'POST', headers: large, body: 'x'.repeat(300 * 1024) })).toMatchObject({
      status: 413,
      code: 'ASSAY_API_BODY_SIZE',
    });
    const chunked = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    expect(await ask(explain, { method: 'POST', headers: chunked, body })).toMatchObject({ status: 413 });
  });

  test('that are not JSON are refused', async () => {
    expect(await ask(explain, { method: 'POST', headers: json, body: '{"text": "ok"  ' })).toMatchObject({
      status: 400,
      code: 'ASSAY_API_REQUEST',
    });
  });
});

describe('paths', () => {
  test.each([
    '/api/objects/../../../../etc/passwd',
    '/api/objects/..%2f..%2f..%2fetc%2fpasswd',
    `/api/objects/${'A'.repeat(64)}`,
    '/api/objects/%00',
    `/api/runs/${'0'.repeat(31)}%00`,
    `/api/runs/${'0'.repeat(32)}/stages/..%2F..%2F..%2Fassay/log`,
    `/api/runs/${'0'.repeat(32)}/stages/.%2e/log`,
    '/api/models/..%2Fx',
    '/api/models/calls/versions/1:0:0%0d%0ax:y/evaluation',
    '/api/records/%0a%0a%0a%0a',
    '/api/lineage?ref=%20%20%20%20',
  ])('%s is refused', async (path) => {
    const { status, code } = await ask(path);
    expect([400, 404]).toContain(status);
    expect(code).toMatch(/^ASSAY_API_(REQUEST|NO_ROUTE)$/);
  });

  test('routes are closed unless opened', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      for (const path of ['/api/ledger', '/api/records', '/api/nothing']) {
        expect(await ask(path, { method, headers: json, body })).toMatchObject({
          status: 404,
          code: 'ASSAY_API_NO_ROUTE',
        });
      }
    }
    expect(await ask('/api')).toMatchObject({ status: 404 });
    expect(await ask('/.assay/assay.db')).toMatchObject({ status: 404 });
  });
});

describe('objects', () => {
  /** The digests of what the stage of the newest run made, and of what it took. */
  async function digests() {
    const [stageRun] = await served.records.list({ kind: 'stage-run', limit: 1 });
    const { artifacts, parents } = stageRun!.record;
    const reference = parents.find(({ role }) => role === 'reference')!.ref.replace('sha256:', '');
    return { report: artifacts[0]!, reference };
  }

  test('are given only when a record names them, as a download that runs nothing', async () => {
    const { report } = await digests();
    const { status, headers, body: bytes } = await ask(`/api/objects/${report.sha256}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': `${report.size}`,
      'content-disposition': `attachment; filename="report.html"; filename*=UTF-8''report.html`,
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-security-policy']).toContain('sandbox');
    expect(bytes).toBe('<!doctype html>one');
    // In the store, and in no record.
    const stray = await served.objects.put(Buffer.from('nobody has vouched for this'));
    expect(await ask(`/api/objects/${stray.sha256}`)).toMatchObject({ status: 404, code: 'ASSAY_API_NO_OBJECT' });
  });

  test('data from outside has a digest and no bytes', async () => {
    const { reference } = await digests();
    expect(await ask(`/api/objects/${reference}`)).toMatchObject({ status: 410, code: 'ASSAY_OBJECT_MISSING' });
  });

  test('a name for the saved file cannot break out of its header', async () => {
    const { sha256 } = (await digests()).report;
    for (const name of ['a"; b=c', 'x\r\nset-cookie: y=z', '../../.bashrc', 'é€😀', "it's (1)*"]) {
      const { status, headers } = await ask(`/api/objects/${sha256}?name=${encodeURIComponent(name)}`);
      expect(status).toBe(200);
      expect(headers['set-cookie']).toBeUndefined();
      expect(headers['content-disposition']).toMatch(
        /^attachment; filename="[A-Za-z0-9_-][A-Za-z0-9._-]*"; filename\*=UTF-8''[A-Za-z0-9._~!%-]+$/,
      );
    }
  });
});

describe('answers', () => {
  test('carry headers that keep a browser from guessing, framing and remembering', async () => {
    for (const path of ['/api/ledger', '/api/nothing', '/nothing']) {
      expect((await ask(path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
    }
  });

  test('do not tell what a fault of ours says', () => {
    const { status, body: said } = answerTo(new Error('secret path /home/someone'));
    expect(status).toBe(500);
    expect(JSON.stringify(said)).not.toContain('secret');
  });
});
