import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Answer, Served } from './served.ts';
import { Workplace } from './workplace.ts';

interface Tensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Inference {
  readonly model_name: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly outputs: readonly Tensor[];
}

const name = 'edgar-sentiment';
const labels = ['negative', 'neutral', 'positive'];
let place: Workplace;
let server: Served;
beforeAll(async () => {
  place = Workplace.copyOf(inject('flagship'));
  server = await Served.start(place);
});
afterAll(async () => {
  expect(await server.stop()).toMatchObject({ code: 0 });
  expect(await place.verify()).toMatchObject({ ok: true });
  place.remove();
});

const tokens = (shape: readonly number[], data: unknown, more: object = {}) => ({
  inputs: [{ name: 'tokens', datatype: 'INT64', shape, data, ...more }],
});
const inferences = (answer: Answer) => answer.json as Inference;

/** The protocol's error object, and the status of a mistake of the caller. */
const refused = (answer: Answer, status = 400) => {
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer).toMatchObject({ status, json: { error: expect.stringMatching(/./) } });
  return (answer.json as { error: string }).error;
};

describe('Open Inference Protocol v2', () => {
  it('health and metadata of the server', async () => {
    expect(await server.get('/v2/health/live')).toMatchObject({ status: 200, json: { live: true } });
    expect(await server.get('/v2/health/ready')).toMatchObject({ status: 200, json: { ready: true } });
    expect(await server.get('/v2')).toMatchObject({
      status: 200,
      json: { name: 'assay', version: expect.stringMatching(/^\d+\.\d+\.\d+/), extensions: expect.any(Array) },
    });
  });

  it('metadata and readiness of the model, with and without its version', async () => {
    for (const path of [
      `/v2/models/${name}`,
      `/v2/models/${name}/versions/1:0:0`,
      `/v2/models/${name}/versions/1%3A0%3A0`,
    ]) {
      expect(await server.get(path)).toMatchObject({
        status: 200,
        json: {
          name,
          versions: ['1:0:0'],
          platform: 'onnx_onnxv1',
          inputs: [{ name: 'tokens', datatype: 'INT64', shape: [-1, -1] }],
          outputs: [
            { name: 'probabilities', datatype: 'FP32', shape: [-1, 3] },
            { name: 'attention', datatype: 'FP32', shape: [-1, -1] },
          ],
        },
      });
      expect(await server.get(`${path}/ready`)).toMatchObject({ status: 200, json: { name, ready: true } });
    }
  });

  it('infers from flat and from nested data alike, with and without a version', async () => {
    const flat = await server.post(`/v2/models/${name}/infer`, { id: 'mine', ...tokens([2, 3], [5, 6, 7, 8, 9, 0]) });
    const nested = await server.post(
      `/v2/models/${name}/versions/1:0:0/infer`,
      tokens(
        [2, 3],
        [
          [5, 6, 7],
          [8, 9, 0],
        ],
      ),
    );
    expect(flat).toMatchObject({ status: 200, json: { model_name: name, model_version: '1:0:0', id: 'mine' } });
    expect(inferences(nested).outputs).toEqual(inferences(flat).outputs);
    const [probabilities, attention] = inferences(flat).outputs;
    expect(probabilities).toMatchObject({ name: 'probabilities', datatype: 'FP32', shape: [2, 3] });
    expect(attention).toMatchObject({ name: 'attention', datatype: 'FP32', shape: [2, 3] });
    for (const row of [0, 1]) {
      const sum = probabilities!.data.slice(row * 3, row * 3 + 3).reduce((all, p) => all + p, 0);
      expect(sum).toBeCloseTo(1, 4);
    }
    // Padding is not attended to.
    expect(attention!.data[5]).toBe(0);
  });

  it('answers with the outputs that were asked for', async () => {
    const asked = { ...tokens([1, 2], [5, 6]), outputs: [{ name: 'attention' }] };
    const answer = inferences(await server.post(`/v2/models/${name}/infer`, asked));
    expect(answer.outputs.map((output) => output.name)).toEqual(['attention']);
    const none = { ...tokens([1, 2], [5, 6]), outputs: [{ name: 'logits' }] };
    expect(refused(await server.post(`/v2/models/${name}/infer`, none))).toMatch(/logits/);
  });

  it.each<[string, unknown, RegExp]>([
    ['not JSON', '{"inputs": [', /not JSON/],
    ['not UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0x22), /not UTF-8/],
    ['nothing', '', /not JSON/],
    ['a list', [], /object/],
    ['null', null, /object/],
    ['no inputs', {}, /inputs/],
    ['inputs that are no list', { inputs: { name: 'tokens' } }, /inputs/],
    ['an empty list of inputs', { inputs: [] }, /inputs/],
    ['an input that is null', { inputs: [null] }, /inputs\[0\]/],
    ['an id that is a number', { id: 7, ...tokens([1, 1], [5]) }, /id/],
    ['another name', tokens([1, 1], [5], { name: 'words' }), /tokens/],
    ['two inputs of one name', { inputs: [...tokens([1, 1], [5]).inputs, ...tokens([1, 1], [5]).inputs] }, /same name/],
    ['another type', tokens([1, 1], [5], { datatype: 'FP32' }), /INT64/],
    ['a type that is none', tokens([1, 1], [5], { datatype: 'INT65' }), /datatype/],
    ['one dimension', tokens([2], [5, 6]), /\[batch, length\]/],
    ['no shape', tokens(undefined as never, [5]), /shape/],
    ['a negative shape', tokens([1, -1], [5]), /shape/],
    ['a shape in fractions', tokens([1, 0.5], [5]), /shape/],
    ['too little data', tokens([2, 3], [5, 6]), /data/],
    ['data nested otherwise than its shape', tokens([2, 2], [[5, 6, 7], [8]]), /nested/],
    ['no data', tokens([1, 1], undefined), /data/],
    ['nothing in the batch', tokens([0, 4], []), /no elements/],
    ['texts for numbers', tokens([1, 2], ['5', '6']), /whole numbers/],
    ['fractions', tokens([1, 2], [5, 6.5]), /whole numbers/],
    ['numbers over 2^53', tokens([1, 1], [2 ** 60]), /whole numbers/],
    ['a word that the vocabulary has not', tokens([1, 1], [99_999_999]), /token/i],
    ['a negative word', tokens([1, 1], [-1]), /token/i],
    ['a huge product of the shape', tokens([2 ** 31, 2 ** 31], [5]), /elements/],
    ['a huge product that is zero after all', tokens([2 ** 52, 0, 2 ** 52], []), /\[batch, length\]|elements/],
    ['a shape of a thousand dimensions', tokens(Array(1000).fill(1), [5]), /\[batch, length\]/],
  ])('refuses %s', async (_what, body, message) => {
    expect(refused(await server.post(`/v2/models/${name}/infer`, body))).toMatch(message);
  });

  it('refuses deeply nested data without falling', async () => {
    const deep = `{"inputs":[{"name":"tokens","datatype":"INT64","shape":[1,1],"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`;
    refused(await server.post(`/v2/models/${name}/infer`, deep));
    expect((await server.get('/v2/health/live')).status).toBe(200);
  });

  it('says of other models, versions, routes and methods that they are not there', async () => {
    const body = tokens([1, 1], [5]);
    for (const answer of [
      await server.get('/v2/models/other'),
      await server.get('/v2/models/other/ready'),
      await server.get(`/v2/models/${name}/versions/9`),
      await server.post('/v2/models/other/infer', body),
      await server.post(`/v2/models/${name}/versions/2:0:0/infer`, body),
    ]) {
      expect([400, 404]).toContain(answer.status);
      refused(answer, answer.status);
    }
    refused(await server.get('/v3'), 404);
    refused(await server.get(`/v2/models/${name}/infer`), 404);
    refused(await server.post('/v2/health/live', {}), 404);
    refused(await server.get('/v2/models/%ff'), (await server.get('/v2/models/%ff')).status);
  });
});

describe('POST /predict', () => {
  it('answers one text with a label and its probabilities, several with one each', async () => {
    const one = await server.post('/predict', { text: 'We are raising our outlook.' });
    expect(one).toMatchObject({
      status: 200,
      json: {
        model: name,
        model_version: '1:0:0',
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        label: expect.any(String),
      },
    });
    const { label, probabilities } = one.json as { label: string; probabilities: Record<string, number> };
    expect(Object.keys(probabilities)).toEqual(labels);
    expect(Math.max(...Object.values(probabilities))).toBe(probabilities[label]);
    const cli = await place.json<{ label: string; probabilities: Record<string, number> }>(
      'predict',
      name,
      'We are raising our outlook.',
    );
    expect(cli).toMatchObject({ label, probabilities });
    const two = await server.post('/predict', { text: ['We are raising our outlook.', 'We lost.'] });
    expect((two.json as { predictions: object[] }).predictions).toMatchObject([{ label, probabilities }, {}]);
  });

  it('reads any text: other scripts, emoji, halves of characters, words it never saw', async () => {
    for (const text of ['Мы повышаем прогноз', '收益 📈', 'a\ud800b', '\u0000', '…', 'x'.repeat(10_000)]) {
      expect(await server.post('/predict', { text })).toMatchObject({ status: 200, json: { model: name } });
    }
  });

  it('reads a text of a megabyte, and refuses a longer one', async () => {
    const megabyte = 'guidance '.repeat(111_112).slice(0, 1_000_000);
    expect(await server.post('/predict', { text: megabyte })).toMatchObject({ status: 200, json: { model: name } });
    expect(refused(await server.post('/predict', { text: `${megabyte}s` }))).toMatch(/1000000 characters/);
  });

  it.each<[string, unknown, number, RegExp]>([
    ['an empty text', { text: '' }, 400, /empty/],
    ['blanks', { text: ' \n' }, 400, /empty/],
    ['no text', {}, 400, /text/],
    ['a number', { text: 5 }, 400, /text/],
    ['no texts', { text: [] }, 400, /text/],
    ['a text among numbers', { text: ['a', 5] }, 400, /text/],
    ['too many texts', { text: Array(1025).fill('a') }, 400, /1024/],
    ['not JSON', 'text=hello', 400, /not JSON/],
    ['not UTF-8', Buffer.from('{"text": "caf\xe9"}', 'latin1'), 400, /not UTF-8/],
    ['a body over eight megabytes', { text: 'a'.repeat(9 * 1024 * 1024) }, 413, /8388608 bytes/],
  ])('refuses %s', async (_what, body, status, message) => {
    expect(refused(await server.post('/predict', body), status)).toMatch(message);
  });

  it('refuses a body that is too large even when it does not say how large it is', async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x20);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 12) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const answer = await fetch(`${server.url}/predict`, { method: 'POST', body, duplex: 'half' } as RequestInit).then(
      async (response) => ({ status: response.status, json: await response.json() }),
      // The server may close the connection before all was sent.
      () => ({ status: 413, json: { error: 'closed' } }),
    );
    expect(answer).toMatchObject({ status: 413, json: { error: expect.any(String) } });
  });
});

describe('GET /metrics', () => {
  it('counts requests and predictions, in the form of Prometheus', async () => {
    const count = async (metric: string) => {
      const { status, text, headers } = await server.get('/metrics');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^text\/plain/);
      for (const line of text.split('\n')) {
        expect(line).toMatch(/^(?:#.*|[a-zA-Z_:][\w:]*(?:\{[^}]*\})? [-+.\deEInNafF]+(?: \d+)?|)$/);
      }
      return text
        .split('\n')
        .filter((line) => line.startsWith(metric))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    };
    const before = [await count('assay_predictions_total{'), await count('assay_requests_total{')] as const;
    await server.post('/predict', { text: ['one', 'two', 'three'] });
    await server.post(`/v2/models/${name}/infer`, tokens([2, 1], [5, 6]));
    await server.post('/predict', { text: '' });
    expect((await count('assay_predictions_total{')) - before[0]).toBe(5);
    // Three of the lines above and three questions for metrics.
    expect((await count('assay_requests_total{')) - before[1]).toBeGreaterThanOrEqual(4);
    expect(await count('assay_request_seconds_count')).toBeGreaterThan(0);
    expect(await count('assay_prediction_log_errors_total')).toBe(0);
  });
});
