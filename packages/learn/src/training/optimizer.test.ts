import { describe, expect, it } from 'vitest';
import { createBackend } from '../backend/index.ts';
import { Network } from '../network/index.ts';
import { Random } from '../random/index.ts';
import { AdamOptimizer } from './adam-optimizer.ts';
import { WeightAverage } from './weight-average.ts';

function network() {
  const made = new Network(
    {
      embed: { kind: 'words', width: 4 },
      encode: { kind: 'window', width: 4, radius: 1, depth: 1, residual: false },
      attend: { kind: 'additive', width: 4 },
      predict: { kind: 'softmax' },
    },
    6,
    2,
    createBackend('js'),
  );
  made.initialise(new Random(1));
  return made;
}

const bias = (of: Network) => of.parameters.find(({ name }) => name === 'predict.bias')!;
const weight = (of: Network) => of.parameters.find(({ name }) => name === 'predict.weight')!;

describe('AdamOptimizer', () => {
  // The textbook's recurrences with bias-corrected moments, in double precision.
  it('moves a weight as the paper writes it', () => {
    const net = network();
    const optimizer = new AdamOptimizer(net.backend, net.parameters, { learningRate: 0.05, weightDecay: 0 });
    let expected = bias(net).value[0]!;
    let m = 0;
    let v = 0;
    [0.3, -0.1, 0.25, 0.002, -0.7].forEach((gradient, i) => {
      bias(net).gradient[0] = gradient;
      optimizer.step();
      m = 0.9 * m + 0.1 * gradient;
      v = 0.999 * v + 0.001 * gradient ** 2;
      expected -= (0.05 * (m / (1 - 0.9 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
      expect(bias(net).value[0]).toBeCloseTo(expected, 6);
    });
  });

  it('decays weights by learning rate × weight decay, and biases not at all', () => {
    const net = network();
    bias(net).value.fill(1);
    const before = weight(net).value[0]!;
    new AdamOptimizer(net.backend, net.parameters, { learningRate: 0.1, weightDecay: 0.5 }).step();
    expect(weight(net).value[0]).toBeCloseTo(before * 0.95, 6);
    expect(bias(net).value[0]).toBe(1);
  });

  it('moves only the rows of the embedding table that had a gradient', () => {
    const net = network();
    const { table } = net.embedding;
    const before = table.value.slice();
    net.forward(net.pack([Int32Array.of(2, 4)]));
    net.backward({ distribution: Float32Array.of(1, 0), weights: Float32Array.of(1) });
    new AdamOptimizer(net.backend, net.parameters, { learningRate: 0.1, weightDecay: 0.5 }).step();
    const moved = [0, 1, 2, 3, 4, 5].filter((row) => {
      const part = (of: Float32Array) => of.slice(row * 4, row * 4 + 4).join();
      return part(before) !== part(table.value);
    });
    expect(moved).toEqual([2, 4]);
    expect(table.gradient.every((value) => value === 0)).toBe(true);
  });
});

describe('WeightAverage', () => {
  it('is the plain mean at first, then forgets at the given rate, and swaps there and back', () => {
    const net = network();
    const average = new WeightAverage(net.backend, net.parameters, 0.75);
    const values = [4, 8, 6, 2, 10];
    let expected = 0;
    values.forEach((value, i) => {
      bias(net).value[0] = value;
      average.update();
      expected += Math.max(0.25, 1 / (i + 1)) * (value - expected);
    });
    average.swap();
    expect(bias(net).value[0]).toBeCloseTo(expected, 5);
    average.swap();
    expect(bias(net).value[0]).toBe(10);
  });
});
