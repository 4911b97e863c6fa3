import { describe, expect, it } from 'vitest';
import { AssayError } from '../errors.ts';
import { createServingApp } from './app.ts';
import { createMetrics } from './metrics.ts';
import type { PredictionLine } from './prediction-log.ts';
import type { ServedModel } from './served-model.ts';

const labels = ['__proto__', 'constructor'];

/** Says `constructor` of every text, the more surely the longer it is. */
const model: ServedModel = {
  name: 'm',
  version: '1:0:0',
  ref: 'record:00',
  labels,
  inputs: [{ name: 'tokens', datatype: 'INT64', shape: [-1, -1] }],
  outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
  async predict(texts) {
    if (texts.includes('fail')) throw new Error('secret path /srv/model');
    return texts.map(() => ({ label: 'constructor', probabilities: [0.25, 0.75] }));
  },
  async infer([tokens]) {
    if (tokens?.name !== 'tokens') throw new AssayError('ASSAY_SERVE_REQUEST', 'the model takes tokens');
    const rows = tokens.shape[0] ?? 0;
    const data = Float32Array.from({ length: rows * 2 }, (_, i) => (i % 2 === 0 ? 0.75 : 0.25));
    return [{ name: 'probabilities', datatype: 'FP32', shape: [rows, 2], data }];
  },
};

function serve() {
  const lines: PredictionLine[] = [];
  const errors: unknown[] = [];
  let ready = true;
  const app = createServingApp({
    model,
    metrics: createMetrics(),
    log: { append: (line) => lines.push(line) },
    clock: () => new Date('2026-03-01T00:00:00Z'),
    ready: () => ready,
    serverVersion: '0.0.0',
    onError: (error) => errors.push(error),
  });
  const ask = async (path: string, body?: unknown) => {
    const response = await app.request(
      path,
      body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) },
    );
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) };
  };
  return { ask, lines, errors, drain: () => (ready = false) };
}

const tokens = { name: 'tokens', datatype: 'INT64', shape: [2, 1], data: [3, 4] };

describe('POST /predict', () => {
  it('answers one text or several, each logged under the id it is answered with', async () => {
    const { ask, lines } = serve();
    const one = (await ask('/predict', { text: 'a' })).json();
    expect(one).toMatchObject({ model: 'm', model_version: '1:0:0', label: 'constructor' });
    expect(Object.entries(one.probabilities)).toEqual([
      ['__proto__', 0.25],
      ['constructor', 0.75],
    ]);
    const two = (await ask('/predict', { text: ['b', 'b'] })).json();
    const ids = [one.id, ...two.predictions.map(({ id }: { id: string }) => id)];
    expect(new Set(ids).size).toBe(3);
    expect(lines.map(({ id, text }) => [id, text])).toEqual([
      [ids[0], 'a'],
      [ids[1], 'b'],
      [ids[2], 'b'],
    ]);
  });

  it('tells the operator what failed, and whoever asked only that it did', async () => {
    const { ask, lines, errors } = serve();
    const { status, text } = await ask('/predict', { text: 'fail' });
    expect([status, JSON.parse(text).code]).toEqual([500, 'ASSAY_SERVE_FAILED']);
    expect(text).not.toContain('secret');
    expect([errors.map(String), lines]).toEqual([['Error: secret path /srv/model'], []]);
  });

  it('refuses a body over 8 MiB and texts over a million characters', async () => {
    const { ask, lines } = serve();
    expect((await ask('/predict', { text: 'a'.repeat(1_000_001) })).status).toBe(400);
    expect((await ask('/predict', { text: 'a'.repeat(8 * 1024 * 1024) })).status).toBe(413);
    expect(lines).toEqual([]);
  });
});

describe('the Open Inference Protocol', () => {
  it('answers inference with the outputs asked for, and logs each row with the digest of its input', async () => {
    const { ask, lines } = serve();
    const answer = (
      await ask('/v2/models/m/infer', { id: 'q', inputs: [tokens], outputs: [{ name: 'probabilities' }] })
    ).json();
    expect(answer).toEqual({
      model_name: 'm',
      model_version: '1:0:0',
      id: 'q',
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [2, 2], data: [0.75, 0.25, 0.75, 0.25] }],
    });
    expect(lines.map(({ label, input, text }) => [label, input?.length, text])).toEqual([
      ['__proto__', 64, undefined],
      ['__proto__', 64, undefined],
    ]);
  });

  it.each([
    ['/v2/models/x/infer', { inputs: [tokens] }, 404],
    ['/v2/models/m/versions/2:0:0/infer', { inputs: [tokens] }, 404],
    ['/v2/models/m/infer', { inputs: [{ ...tokens, name: 'words' }] }, 400],
    ['/v2/models/m/infer', { inputs: [tokens], outputs: [{ name: 'toString' }] }, 400],
    ['/v2/models/m/infer', '{"inputs": ', 400],
    ['/v2/models/m/infer', '', 400],
  ])('refuses %s %j and logs nothing', async (path, body, status) => {
    const { ask, lines } = serve();
    expect((await ask(path, body)).status).toBe(status);
    expect(lines).toEqual([]);
  });

  it('is not ready, but alive, while it drains', async () => {
    const { ask, drain } = serve();
    const states = () =>
      Promise.all(
        ['/v2/health/live', '/v2/health/ready', '/v2/models/m/ready'].map(async (p) => (await ask(p)).status),
      );
    expect(await states()).toEqual([200, 200, 200]);
    drain();
    expect(await states()).toEqual([200, 503, 503]);
  });
});

it('metrics have a fixed number of series, whatever paths are asked for', async () => {
  const { ask } = serve();
  for (const path of ['/v2/health/a', '/v2/health/b', '/c', '/d', '/v2/models/e', '/v2/models/f/infer', '/%ff'])
    await ask(path);
  const { text } = await ask('/metrics');
  const routes = [...text.matchAll(/assay_requests_total\{.*route="([^"]*)"/g)].map(([, route]) => route);
  expect(new Set(routes)).toEqual(new Set(['other', 'model', 'infer']));
});
