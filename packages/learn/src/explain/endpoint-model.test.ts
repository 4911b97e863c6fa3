import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { endpointModel, occlusion } from './index.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (path: string, body: { inputs?: { data: string[] }[]; text?: string[] }) => unknown;

/** A server of the test's own; what it answers is a value, a status with a body, or nothing at all. */
async function serving(answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const value = answer(request.url!, body === '' ? {} : JSON.parse(body));
    if (value === undefined) return;
    response.statusCode = typeof value === 'number' ? value : 200;
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const metadata = {
  name: 'tone',
  inputs: [{ name: 'text', datatype: 'BYTES', shape: [-1] }],
  outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
};
const probability = (text: string) => (text.includes('good') ? 0.9 : 0.4);
const protocol: Answer = (path, { inputs }) => {
  if (path === '/v2/models/tone') return metadata;
  const texts = inputs![0]!.data;
  const data = texts.flatMap((text) => [1 - probability(text), probability(text)]);
  return { outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [texts.length, 2], data }] };
};
const refusal = (code: string) => expect.objectContaining({ code });

describe('endpointModel', () => {
  it('explains a model by the Open Inference Protocol', async () => {
    const model = await endpointModel(`${await serving(protocol)}/v2/models/tone`, { labels: ['no', 'yes'], texts: 2 });
    const { tokens } = await occlusion(model, 'a good film', { target: 'yes' });
    expect(tokens.map(({ attribution }) => Number(attribution.toFixed(6)))).toEqual([0, 0.5, 0]);
    expect((await endpointModel(`${await serving(protocol)}/v2/models/tone`)).labels).toEqual(['0', '1']);
  });

  it('explains a model by its /predict route, and sends no blank text there', async () => {
    const sent: string[] = [];
    const url = await serving((_, { text }) => {
      sent.push(...text!);
      const rows = text!.map((one) => ({ probabilities: { no: 1 - probability(one), yes: probability(one) } }));
      return rows.length === 1 ? { model: 'tone', ...rows[0] } : { model: 'tone', predictions: rows };
    });
    const model = await endpointModel(`${url}/predict`);
    expect(model.labels).toEqual(['no', 'yes']);
    const { tokens } = await occlusion(model, 'good film');
    expect(tokens[0]!.attribution).toBeCloseTo(0.5, 9);
    expect(sent.every((text) => text.trim() !== '')).toBe(true);
  });

  it.each<[string, Answer, string]>([
    ['no JSON', () => '<html>', 'ASSAY_LEARN_ENDPOINT_ANSWER'],
    ['an error', () => 503, 'ASSAY_LEARN_ENDPOINT_REFUSED'],
    ['no input of texts', () => ({ ...metadata, inputs: [] }), 'ASSAY_LEARN_ENDPOINT_ANSWER'],
    ['nothing', () => undefined, 'ASSAY_LEARN_ENDPOINT_SLOW'],
    [
      'an unknown number of labels',
      () => ({ ...metadata, outputs: [{ name: 'p', datatype: 'FP32', shape: [-1, -1] }] }),
      'ASSAY_LEARN_ENDPOINT_ANSWER',
    ],
  ])('a server whose metadata is %s is named', async (_, answer, code) => {
    const url = await serving(answer);
    await expect(endpointModel(`${url}/v2/models/tone`, { timeout: 0.3 })).rejects.toThrow(refusal(code));
  });

  it.each<[string, unknown, string]>([
    ['no output', { outputs: [] }, 'ASSAY_LEARN_ENDPOINT_ANSWER'],
    [
      'another shape than its values',
      { outputs: [{ name: 'probabilities', shape: [1, 2], data: [0.5] }] },
      'ASSAY_LEARN_ENDPOINT_ANSWER',
    ],
    [
      'rows for other texts',
      { outputs: [{ name: 'probabilities', shape: [2, 1], data: [0.5, 0.5] }] },
      'ASSAY_LEARN_ENDPOINT_ANSWER',
    ],
    [
      'no numbers',
      { outputs: [{ name: 'probabilities', shape: [1, 2], data: ['NaN', null] }] },
      'ASSAY_LEARN_MODEL_OUTPUT',
    ],
    [
      'no probabilities',
      { outputs: [{ name: 'probabilities', shape: [1, 2], data: [7, -6] }] },
      'ASSAY_LEARN_MODEL_OUTPUT',
    ],
    ['nothing', undefined, 'ASSAY_LEARN_ENDPOINT_SLOW'],
  ])('a server that answers with %s is not believed', async (_, answer, code) => {
    const url = await serving((path) => (path.endsWith('/infer') ? answer : metadata));
    const model = await endpointModel(`${url}/v2/models/tone`, { timeout: 0.3, texts: 1 });
    await expect(occlusion(model, 'a good film')).rejects.toThrow(refusal(code));
  });

  it('a server that is not there, and an address that is none', async () => {
    await expect(endpointModel('http://127.0.0.1:1/v2/models/tone')).rejects.toThrow(
      refusal('ASSAY_LEARN_ENDPOINT_UNREACHABLE'),
    );
    await expect(endpointModel('tone')).rejects.toThrow(refusal('ASSAY_LEARN_ENDPOINT_UNREACHABLE'));
  });
});
