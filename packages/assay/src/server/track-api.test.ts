import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiError, type Client, createClient } from './client.ts';
import { serveSmallProject } from './testing/served-project.ts';

let served: Awaited<ReturnType<typeof serveSmallProject>>;
let api: Client['api']['track'];
let of: Client['api']['track'][':kind'][':id'];
beforeAll(async () => {
  served = await serveSmallProject();
  api = createClient(served.url).api.track;
  of = api[':kind'][':id'];
}, 60_000);
afterAll(async () => {
  expect(served.faults).toEqual([]);
  await served.stop();
});

const wine = { kind: 'experiment', id: 'wine' };
const metadata = (text: string) => ({ metadata: { format: 'json' as const, text } });
const send = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${served.url}/api/track-files`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body,
  });
async function refused(reply: Promise<{ readonly status: number; json(): Promise<unknown> }>) {
  const { status, ...rest } = await reply.then(async (one) => ({ status: one.status, body: await one.json() }));
  return [status, (rest.body as ApiError).error.code];
}

test('a record is created with a file that was sent, changed, compared, rolled back and retired', async () => {
  const bytes = randomBytes(300_000);
  const uploaded = await (await send(Uint8Array.from(bytes))).json();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(uploaded).toEqual({ sha256, md5: createHash('md5').update(bytes).digest('hex'), size: 300_000 });
  const first = '{"f1": 0.10, "big": 12345678901234567890}';
  const created = await of.create.$post({
    param: wine,
    json: { ...metadata(first), files: [{ name: 'model.bin', sha256 }], note: 'the first' },
  });
  expect(await created.json()).toMatchObject({ version: '1:0:0', record: { ...wine, revision: 1, event: 'created' } });

  const json = metadata('{"f1": 0.2, "big": 12345678901234567891, "new": true}');
  const plan = await of.plan.$post({ param: wine, json });
  expect(await plan.json()).toMatchObject({ version: '1:1:0', because: 'minor: metadata.new added' });
  expect((await of.update.$post({ param: wine, json: { ...json, base: '1' } })).status).toBe(200);

  const diff = await of.diff.$get({ param: wine, query: { a: '1' } });
  expect(await diff.json()).toMatchObject({
    changes: [
      { path: 'metadata.f1', before: '0.1', after: '0.2' },
      { path: 'metadata.big', before: '12345678901234567890', after: '12345678901234567891' },
      { path: 'metadata.new', change: 'added' },
    ],
    files: [],
  });
  await of.rollback.$post({ param: wine, json: { to: '1', note: 'it was better' } });
  await of.retire.$post({ param: wine, json: {} });
  const shown = await (await of.$get({ param: wine, query: {} })).json();
  expect(shown).toMatchObject({
    record: { revision: 4, event: 'retired' },
    metadata: { format: 'json', text: first },
    files: [{ name: 'model.bin', sha256, size: 300_000 }],
    metrics: [{ path: 'metadata.f1', values: ['0.1', '0.2', '0.1', '0.1'] }, { path: 'metadata.big' }],
  });
  expect(await (await of.$get({ param: wine, query: { revision: '1' } })).json()).toMatchObject({ note: 'the first' });
  const download = await fetch(`${served.url}/api/objects/${sha256}`);
  expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true);
  expect(readdirSync(served.sandbox.project.paths.temporary).filter((name) => name.startsWith('upload-'))).toEqual([]);
});

test('records are found by their fields, and counted', async () => {
  for (const [id, f1] of [
    ['search/a', 0.5],
    ['search/b', 0.75],
  ] as const) {
    await of.create.$post({ param: { kind: 'trial', id: encodeURIComponent(id) }, json: metadata(`{"f1": ${f1}}`) });
  }
  const found = await (await api.$get({ query: { q: 'kind:trial f1>0.6' } })).json();
  expect(found).toMatchObject({ items: [{ id: 'search/b' }] });
  const counted = await (await createClient(served.url).api['track-statistics'].$get()).json();
  expect(counted).toMatchObject({ byKind: expect.arrayContaining([{ kind: 'trial', records: 2, revisions: 2 }]) });
});

test('what is wrong is refused with its place, and nothing is recorded', async () => {
  const size = await served.records.size();
  const param = { kind: 'experiment', id: 'bad' };
  const create = (json: Parameters<typeof of.create.$post>[0]['json']) => refused(of.create.$post({ param, json }));
  expect(await create({})).toEqual([400, 'ASSAY_TRACK_EMPTY']);
  expect(await create(metadata('{"a": 1, "a": 2}'))).toEqual([400, 'ASSAY_TRACK_DOCUMENT']);
  expect(await create({ metadata: { format: 'ion', base64: 'AAAA' } })).toEqual([400, 'ASSAY_TRACK_DOCUMENT']);
  expect(await create({ metadata: { format: 'json' } })).toEqual([400, 'ASSAY_API_REQUEST']);
  const unknown = [{ name: 'x', sha256: '0'.repeat(64) }];
  expect(await create({ ...metadata('{}'), files: unknown })).toEqual([400, 'ASSAY_API_NO_UPLOAD']);
  const { sha256 } = (await (await send(Uint8Array.of(1))).json()) as { sha256: string };
  const escaping = [{ name: '../x', sha256 }];
  expect(await create({ ...metadata('{}'), files: escaping })).toEqual([400, 'ASSAY_TRACK_FILES']);
  const roster = of.create.$post({ param: { kind: 'roster', id: 'roster' }, json: metadata('{}') });
  expect(await refused(roster)).toEqual([400, 'ASSAY_TRACK_NAME']);
  expect(await refused(of.update.$post({ param, json: metadata('{}') }))).toEqual([404, 'ASSAY_REF_UNKNOWN']);
  expect(await refused(send(Uint8Array.of(1), { 'content-type': 'text/plain' }))).toEqual([
    415,
    'ASSAY_API_MEDIA_TYPE',
  ]);
  expect(await refused(send(Uint8Array.of(1), { origin: 'http://elsewhere.test' }))).toEqual([403, 'ASSAY_API_ORIGIN']);
  expect(await served.records.size()).toBe(size);
});

test('the content of a revision is redacted, and who asks is told', async () => {
  const param = { kind: 'experiment', id: 'redacted' };
  const { sha256 } = (await (await send(Uint8Array.from(Buffer.from('a secret file')))).json()) as { sha256: string };
  await of.create.$post({ param, json: { ...metadata('{"p": "secret"}'), files: [{ name: 'f', sha256 }] } });
  await of.update.$post({ param, json: { ...metadata('{"p": ""}'), removeFiles: ['f'] } });
  const json = { revisions: ['1'], reason: 'it held a secret' };
  expect(await refused(of.redact.$post({ param, json: { ...json, base: '1' } }))).toEqual([
    409,
    'ASSAY_TRACK_CONFLICT',
  ]);
  expect(await refused(of.redact.$post({ param, json: { ...json, reason: ' ' } }))).toEqual([
    400,
    'ASSAY_TRACK_REDACTION',
  ]);
  const done = await of.redact.$post({ param, json });
  expect(await done.json()).toMatchObject({ record: { revision: 3, event: 'redacted' }, revisions: [1], isNew: true });
  expect(await (await of.redact.$post({ param, json })).json()).toMatchObject({ isNew: false });
  const shown = await of.$get({ param, query: { revision: '1' } });
  expect(await shown.json()).toMatchObject({
    metadata: { text: null },
    redacted: { revision: 3, reason: 'it held a secret' },
  });
  expect(await refused(of.diff.$get({ param, query: { a: '1' } }))).toEqual([410, 'ASSAY_RECORD_REDACTED']);
  expect(await (await api.$get({ query: { q: 'p=secret' } })).json()).toEqual({ items: [] });
  expect((await fetch(`${served.url}/api/objects/${sha256}`)).status).toBe(410);
});

test('a schema is attached, shown and kept to', async () => {
  const schemas = createClient(served.url).api['track-schemas'][':kind'];
  const param = { kind: 'trial' };
  expect(await refused(schemas.$get({ param, query: {} }))).toEqual([404, 'ASSAY_REF_UNKNOWN']);
  const text = '{"required": ["f1"]}';
  expect(await (await schemas.$post({ param, json: { text } })).json()).toMatchObject({ kind: 'schema', revision: 1 });
  expect(await (await schemas.$get({ param, query: {} })).json()).toMatchObject({ part: 'metadata', text });
  const other = { kind: 'trial', id: 'without' };
  expect(await refused(of.create.$post({ param: other, json: metadata('{"f2": 1}') }))).toEqual([
    400,
    'ASSAY_TRACK_SCHEMA_BROKEN',
  ]);
  for (const wrong of ['{"type": "nonsense"}', '{"type": ', '[]']) {
    const [status] = await refused(schemas.$post({ param, json: { text: wrong } }));
    expect(status).toBe(400);
  }
  expect(await refused(schemas.$post({ param: { kind: 'roster' }, json: { text } }))).toEqual([
    400,
    'ASSAY_TRACK_NAME',
  ]);
  expect(await (await schemas.$get({ param, query: {} })).json()).toMatchObject({ record: { revision: 1 } });
});

test('a model that was sent is described, and not loaded', async () => {
  const pickle = Buffer.from('cos\nsystem\n(S"echo hello"\ntR.');
  const { sha256 } = (await (await send(Uint8Array.from(pickle))).json()) as { sha256: string };
  const files = createClient(served.url).api['track-files'][':sha256'].model;
  const shown = await files.$get({ param: { sha256 }, query: { name: 'model.pkl' } });
  expect(await shown.json()).toMatchObject({
    recognised: true,
    model: { format: 'pickle', executable: true, summary: expect.stringContaining('os.system') },
  });
  const plain = (await (await send(Uint8Array.from(Buffer.from('some text')))).json()) as { sha256: string };
  expect(await (await files.$get({ param: plain, query: {} })).json()).toEqual({ recognised: false, model: null });
  const unknown = '0'.repeat(64);
  expect(await refused(files.$get({ param: { sha256: unknown }, query: {} }))).toEqual([404, 'ASSAY_API_NO_OBJECT']);
});

test('of two changes on one revision, the second is refused', async () => {
  const param = { kind: 'experiment', id: 'raced' };
  await of.create.$post({ param, json: metadata('{"n": 0}') });
  const both = [1, 2].map((n) => of.update.$post({ param, json: { ...metadata(`{"n": ${n}}`), base: '1' } }));
  expect((await Promise.all(both)).map(({ status }) => Number(status)).sort()).toEqual([200, 409]);
});
