import { describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../backend/index.ts';
import { Random } from '../random/index.ts';
import { type Architecture, Network } from './index.ts';
import { expectGradient, slope } from './testing/gradient.ts';

const SEQUENCES = [[3, 5, 2, 2, 7], [4], [6, 1, 5]].map((ids) => Int32Array.from(ids));
const VOCABULARY = 8;
const backend = createBackend('js');

const ARCHITECTURE: Architecture = {
  embed: { kind: 'words', width: 6 },
  encode: { kind: 'window', width: 6, radius: 1, depth: 2, residual: true },
  attend: { kind: 'additive', width: 5 },
  predict: { kind: 'softmax' },
};

function build(kernels: Backend): Network {
  const network = new Network(ARCHITECTURE, VOCABULARY, 3, kernels);
  const random = new Random(8);
  network.initialise(random);
  for (const parameter of network.parameters) {
    if (parameter.shape.length === 1) parameter.fillUniform(random, 0.3);
  }
  for (let i = 6; i < network.embedding.table.value.length; i++) network.embedding.table.value[i]! *= 5;
  return network;
}

const TARGETS = {
  distribution: Float32Array.from([0, 1, 0, 0.2, 0.1, 0.7, 1, 0, 0]),
  weights: Float32Array.from([1, 2, 0.5]),
};

describe('Network', () => {
  it('has the gradient of its loss in every parameter, embeddings included', () => {
    const network = build(backend);
    const batch = network.pack(SEQUENCES);
    const loss = () => {
      const p = network.forward(batch);
      let total = 0;
      for (let s = 0; s < 3; s++) {
        for (let k = 0; k < 3; k++) {
          const target = TARGETS.distribution[s * 3 + k]!;
          total -= (TARGETS.weights[s]! / 3.5) * target * Math.log(p[s * 3 + k]!);
        }
      }
      return total;
    };
    const expected = loss();
    expect(network.backward(TARGETS)).toBeCloseTo(expected, 5);
    const gradients = network.parameters.map((parameter) => parameter.gradient.slice());
    network.parameters.forEach((parameter, p) => {
      expectGradient(parameter.value, gradients[p]!, loss, { skip: parameter.touched ? 6 : 0 });
    });
    expect([...network.embedding.table.touched!].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(gradients[0]!.subarray(0, 6).every((value) => value === 0)).toBe(true);
  });

  it("gives the input's gradient of a class's probability, and leaves the parameters' as they were", () => {
    const network = build(backend);
    const batch = network.pack(SEQUENCES);
    const x = network.embed(batch).slice(0, batch.rows * 6);
    const own = backend.floats(x.length);
    own.set(x);
    network.forwardFrom(own, batch);
    const gradient = network.inputGradient(2).slice(0, x.length);
    const f = () => {
      const p = network.forwardFrom(own, batch);
      return p[2]! + p[5]! + p[8]!;
    };
    for (let row = 0; row < batch.rows; row++) {
      if (batch.ids[row] === 0) continue;
      for (let i = row * 6; i < row * 6 + 6; i++) expect(Math.abs(gradient[i]! - slope(own, i, f))).toBeLessThan(1e-3);
    }
    expect(network.parameters.every((parameter) => parameter.gradient.every((value) => value === 0))).toBe(true);
  });

  it('agrees within 1e-5 between the backends, in probabilities, loss and every gradient', () => {
    const [one, two] = [build(createBackend('wasm')), build(backend)];
    const results = [one, two].map((network) => {
      const probabilities = network.forward(network.pack(SEQUENCES)).slice(0, 9);
      const loss = network.backward(TARGETS);
      return [...probabilities, loss, ...network.parameters.flatMap((parameter) => [...parameter.gradient])];
    });
    results[0]!.forEach((value, i) => {
      expect(Math.abs(value - results[1]![i]!)).toBeLessThan(1e-5);
    });
  });

  it('gives a text the same probabilities alone and in a batch', () => {
    const network = build(createBackend('wasm'));
    const together = network.forward(network.pack(SEQUENCES)).slice(0, 9);
    const alone = SEQUENCES.flatMap((sequence) => [...network.forward(network.pack([sequence])).slice(0, 3)]);
    alone.forEach((value, i) => {
      expect(value).toBeCloseTo(together[i]!, 6);
    });
  });
});
