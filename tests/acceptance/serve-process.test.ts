import { writeFileSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { Served } from './served.ts';
import { Workplace } from './workplace.ts';

let place: Workplace;
let servers: Served[];
beforeEach(() => {
  place = Workplace.copyOf(inject('flagship'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop('SIGKILL');
  place.remove();
});

const serve = async (...options: string[]) => {
  const server = await Served.start(place, ...options);
  servers.push(server);
  return server;
};
const predict = (server: Served, text: string) => server.post('/predict', { text });
const segmentFolder = () => place.path('.assay/predictions/edgar-sentiment');
const until = async (what: string, holds: () => Promise<boolean>) => {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return;
    await delay(25);
  }
  throw new Error(`never: ${what}`);
};

interface SegmentRecord {
  readonly hash: string;
  readonly version: string;
  readonly artifacts: readonly { readonly name: string; readonly sha256: string }[];
  readonly parents: readonly { readonly role: string; readonly ref: string }[];
}

/** Every sealed prediction, and the records that they stand in. */
async function sealed() {
  const records = await place.json<SegmentRecord[]>('record', 'log', '--kind', 'prediction-segment');
  const texts: string[] = [];
  for (const { artifacts } of records) {
    const { sha256 } = artifacts[0]!;
    const bytes = await readFile(place.path('.assay/objects/sha256', sha256.slice(0, 2), sha256.slice(2)), 'utf8');
    for (const line of bytes.trimEnd().split('\n')) {
      const one: { text: string; version: string; label: string } = JSON.parse(line);
      expect(one).toMatchObject({ version: '1:0:0', label: expect.any(String) });
      texts.push(one.text);
    }
  }
  return { records, texts: texts.sort() };
}

describe('SIGTERM', () => {
  it('answers what was asked, takes nothing new, seals the last segment, and ends with 0', async () => {
    const server = await serve();
    expect(await predict(server, 'before')).toMatchObject({ status: 200 });
    const slow = server.slowPost('/predict', JSON.stringify({ text: 'under way' }));
    await delay(100);
    server.process.kill('SIGTERM');
    const refused = () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
        socket.once('connect', () => {
          socket.destroy();
          resolve(false);
        });
        socket.once('error', () => resolve(true));
      });
    await until('new connections are refused', refused);
    expect(server.process.exitCode).toBe(null);
    const answer = await slow.finish();
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ model_version: '1:0:0' });
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(segmentFolder())).toEqual([]);
    const { records, texts } = await sealed();
    expect(texts).toEqual(['before', 'under way']);
    const [version] = await place.json<{ hash: string }[]>('record', 'log', '--kind', 'model-version');
    expect(records[0]!.parents).toEqual([{ role: 'model-version', ref: `record:${version!.hash}` }]);
    expect(await place.verify()).toMatchObject({ ok: true });
  });

  it('cuts off who never ends a request, after the time for draining', async () => {
    const server = await serve('--drain-seconds', '1');
    server.slowPost('/predict', JSON.stringify({ text: 'never sent whole' }));
    await delay(100);
    const started = performance.now();
    expect(await server.stop()).toMatchObject({ code: 0 });
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('says first that it is not ready, when asked to, while it still answers', async () => {
    const server = await serve('--unready-seconds', '2');
    server.process.kill('SIGTERM');
    await until('not ready', async () => (await server.get('/v2/health/ready')).status === 503);
    expect(await server.get('/v2/health/live')).toMatchObject({ status: 200 });
    expect(await server.get('/v2/models/edgar-sentiment/ready')).toMatchObject({ status: 503, json: { ready: false } });
    expect(await predict(server, 'late, but taken')).toMatchObject({ status: 200 });
    expect(await server.ended).toMatchObject({ code: 0 });
    expect((await sealed()).texts).toEqual(['late, but taken']);
  });
});

describe('kill -9', () => {
  it('loses no prediction that was durable: the next server seals what was left', async () => {
    const server = await serve();
    for (const text of ['one', 'two', 'three']) expect(await predict(server, text)).toMatchObject({ status: 200 });
    // What the reply promises is durable one sync later.
    await until('the lines are on disk', async () => {
      const [name] = await readdir(segmentFolder());
      return name !== undefined && (await readFile(`${segmentFolder()}/${name}`, 'utf8')).split('\n').length === 4;
    });
    expect(await server.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    const [left] = await readdir(segmentFolder());
    // And the half of a line, as a machine that fell leaves it.
    writeFileSync(`${segmentFolder()}/${left}`, '{"id":"01', { flag: 'a' });
    expect((await place.verify()).ok).toBe(true);
    expect((await sealed()).texts).toEqual([]);
    const next = await serve();
    expect((await sealed()).texts).toEqual(['one', 'three', 'two']);
    expect(await predict(next, 'four')).toMatchObject({ status: 200 });
    expect(await next.stop()).toMatchObject({ code: 0 });
    expect((await sealed()).texts).toEqual(['four', 'one', 'three', 'two']);
    expect(await place.verify()).toMatchObject({ ok: true });
  });
});

it('two servers of one model at once: each seals its own, and neither the other', async () => {
  const [a, b] = await Promise.all([serve(), serve()]);
  for (let i = 0; i < 5; i++) await Promise.all([predict(a, `a${i}`), predict(b, `b${i}`)]);
  const third = await serve();
  expect((await Promise.all([a.stop(), b.stop(), third.stop()])).map(({ code }) => code)).toEqual([0, 0, 0]);
  const { records, texts } = await sealed();
  expect(texts).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'b3', 'b4']);
  expect(records).toHaveLength(2);
  expect(await place.verify()).toMatchObject({ ok: true });
});

it('a run in the same project meanwhile: both go on', async () => {
  const server = await serve();
  const [run] = await Promise.all([place.run('--set', 'seed=22'), predict(server, 'meanwhile')]);
  expect(run).toMatchObject({ state: 'succeeded', models: [{ version: '1:1:0' }] });
  // It still serves what it was started with.
  expect(await predict(server, 'afterwards')).toMatchObject({ json: { model_version: '1:0:0' } });
  expect(await server.stop()).toMatchObject({ code: 0 });
  expect((await sealed()).texts).toEqual(['afterwards', 'meanwhile']);
  expect(await place.verify()).toMatchObject({ ok: true });
});

describe('is refused at the start', () => {
  it('a model file that was damaged in the store, by its name', async () => {
    const [version] = await place.json<SegmentRecord[]>('record', 'log', '--kind', 'model-version');
    const { sha256 } = version!.artifacts.find(({ name }) => name === 'model.onnx')!;
    const file = `.assay/objects/sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
    const bytes = await readFile(place.path(file));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(place.path('other'), bytes);
    await rename(place.path('other'), place.path(file));
    const refusal = await place.refusal('serve', 'edgar-sentiment', '--port', '0');
    expect(refusal).toMatchObject({ code: 'ASSAY_OBJECT_DAMAGED', exitCode: 1 });
    expect(refusal.message).toContain(sha256.slice(0, 12));
    expect(await place.refusal('predict', 'edgar-sentiment', 'hello')).toMatchObject({ code: 'ASSAY_OBJECT_DAMAGED' });
    const { ok, failures } = await place.verify();
    expect(ok).toBe(false);
    expect(JSON.stringify(failures)).toContain(sha256.slice(0, 12));
  });

  it('a port that is taken, one that is none, and a model that is not there', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    try {
      const taken = await place.refusal('serve', 'edgar-sentiment', '--port', String(address.port));
      expect(taken).toMatchObject({ code: 'ASSAY_PORT_IN_USE', exitCode: 1 });
      expect(taken.message).toContain(String(address.port));
    } finally {
      other.close();
    }
    for (const port of ['99999', '-1', '80.5']) {
      const { code } = await place.refusal('serve', 'edgar-sentiment', '--port', port);
      expect([code, port]).toEqual(['ASSAY_PORT_REFUSED', port]);
    }
    expect((await place.refusal('serve', 'edgar-sentiment', '--port', 'http')).code).toBe('ASSAY_CLI_USAGE');
    expect(await place.refusal('serve', 'nothing')).toMatchObject({ code: 'ASSAY_MODEL_NOT_FOUND', exitCode: 1 });
  });
});
