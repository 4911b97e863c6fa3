import { describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../backend/index.ts';
import { Random } from '../random/index.ts';
import { AdditiveAttention } from './additive-attention.ts';
import { BatchPacker } from './batch.ts';
import { type Architecture, Network, type Parameter } from './index.ts';
import { SoftmaxOutput } from './softmax-output.ts';
import { WindowEncoder } from './window-encoder.ts';

const SEQUENCES = [[3, 5, 2, 2, 7], [4], [6, 1, 5]].map((ids) => Int32Array.from(ids));
const VOCABULARY = 8;
const backend = createBackend('js');

/** The slope of `f` in `array[i]` by central differences, in single precision storage. */
function slope(array: Float32Array, i: number, f: () => number): number {
  const step = 2 ** -9;
  const kept = array[i]!;
  array[i] = kept + step;
  const above = f();
  array[i] = kept - step;
  const below = f();
  array[i] = kept;
  return (above - below) / (2 * step);
}

function expectGradient(array: Float32Array, gradient: ArrayLike<number>, f: () => number, skip = 0): void {
  let largest = 0;
  for (let i = skip; i < array.length; i++) {
    const numeric = slope(array, i, f);
    largest = Math.max(largest, Math.abs(numeric));
    expect(Math.abs(gradient[i]! - numeric), `position ${i}: ${gradient[i]} against ${numeric}`).toBeLessThan(
      3e-3 * Math.max(0.15, Math.abs(numeric)),
    );
  }
  expect(largest).toBeGreaterThan(1e-3);
}

function randomise(parameters: readonly Parameter[], seed: number): void {
  const random = new Random(seed);
  for (const parameter of parameters) parameter.fillUniform(random, 0.8);
}

/** A weighted sum of what a layer gives: a loss whose gradient is the weights. */
function probe(length: number): Float32Array {
  const random = new Random(99);
  return Float32Array.from({ length }, () => random.normal());
}

function sum(values: Float32Array, weights: Float32Array): number {
  return weights.reduce((total, weight, i) => total + weight * values[i]!, 0);
}

function input(rows: number, width: number, starts: Int32Array, ends: Int32Array, size: number): Float32Array {
  const x = backend.floats(rows * width);
  const random = new Random(5);
  for (let s = 0; s < size; s++) for (let i = starts[s]! * width; i < ends[s]! * width; i++) x[i] = random.normal();
  return x;
}

describe('WindowEncoder', () => {
  it.each([
    { radius: 1, residual: true, inputWidth: 5, width: 5 },
    { radius: 1, residual: false, inputWidth: 4, width: 6 },
    { radius: 2, residual: false, inputWidth: 3, width: 5 },
    { radius: 0, residual: true, inputWidth: 5, width: 5 },
  ])('has the gradient that differences show: %o', (options) => {
    const layer = new WindowEncoder(backend, { name: 'layer', ...options });
    randomise(layer.parameters, 1);
    const batch = new BatchPacker(backend, 2).pack(SEQUENCES);
    const x = input(batch.rows, options.inputWidth, batch.starts, batch.ends, batch.size);
    const weights = probe(batch.rows * options.width);
    for (let row = 0; row < batch.rows; row++) {
      if (batch.ids[row] === 0) weights.fill(0, row * options.width, (row + 1) * options.width);
    }
    const f = () => sum(layer.forward(x, batch), weights);
    f();
    const gradient = layer.backward(weights.slice(), true).slice(0, x.length);
    const parameterGradients = layer.parameters.map((parameter) => parameter.gradient.slice());
    for (let row = 0; row < batch.rows; row++) {
      if (batch.ids[row] !== 0) continue;
      const gap = gradient.subarray(row * options.inputWidth, (row + 1) * options.inputWidth);
      expect(gap.every((value) => value === 0)).toBe(true);
    }
    const inside = Int32Array.from({ length: x.length }, (_, i) => batch.ids[Math.floor(i / options.inputWidth)]!);
    for (let i = 0; i < x.length; i++) {
      if (inside[i] !== 0) expect(Math.abs(gradient[i]! - slope(x, i, f))).toBeLessThan(5e-3);
    }
    layer.parameters.forEach((parameter, p) => {
      expectGradient(parameter.value, parameterGradients[p]!, f);
    });
  });

  it('never looks from one sequence into another', () => {
    const layer = new WindowEncoder(backend, { name: 'layer', inputWidth: 2, width: 3, radius: 1, residual: false });
    randomise(layer.parameters, 2);
    const packer = new BatchPacker(backend, 1);
    const run = (sequences: readonly Int32Array[]) => {
      const batch = packer.pack(sequences);
      const x = backend.floats(batch.rows * 2);
      for (let row = 0; row < batch.rows; row++) x.fill(batch.ids[row]! / 4, row * 2, row * 2 + 2);
      const y = layer.forward(x, batch);
      return sequences.map((_, s) => [...y.subarray(batch.starts[s]! * 3, batch.ends[s]! * 3)]);
    };
    expect(run(SEQUENCES)).toEqual(SEQUENCES.flatMap((sequence) => run([sequence])));
  });
});

describe('AdditiveAttention', () => {
  it('has the gradient that differences show', () => {
    const layer = new AdditiveAttention(backend, 5, 4);
    randomise(layer.parameters, 3);
    const batch = new BatchPacker(backend, 1).pack(SEQUENCES);
    const x = input(batch.rows, 5, batch.starts, batch.ends, batch.size);
    const weights = probe(batch.size * 5);
    const f = () => sum(layer.forward(x, batch), weights);
    f();
    const gradient = layer.backward(weights.slice(), true).slice(0, x.length);
    const parameterGradients = layer.parameters.map((parameter) => parameter.gradient.slice());
    expectGradient(x, gradient, f);
    layer.parameters.forEach((parameter, p) => {
      expectGradient(parameter.value, parameterGradients[p]!, f);
    });
  });

  it('gives weights that sum to 1 in each sequence', () => {
    const layer = new AdditiveAttention(backend, 3, 4);
    randomise(layer.parameters, 4);
    const batch = new BatchPacker(backend, 1).pack(SEQUENCES);
    layer.forward(input(batch.rows, 3, batch.starts, batch.ends, batch.size), batch);
    for (let s = 0; s < batch.size; s++) {
      const weights = layer.weights.subarray(batch.starts[s], batch.ends[s]);
      expect(weights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 6);
    }
  });
});

describe('SoftmaxOutput', () => {
  it('has the gradient that differences show', () => {
    const layer = new SoftmaxOutput(backend, 6, 3);
    randomise(layer.parameters, 5);
    const x = backend.floats(12);
    x.set(probe(12));
    const targets = [2, 0];
    const loss = () => {
      const p = layer.forward(x, 2, 0, undefined);
      return targets.reduce((total, target, s) => total - Math.log(p[s * 3 + target]!), 0);
    };
    loss();
    const logits = layer.forward(x, 2, 0, undefined).slice(0, 6);
    targets.forEach((target, s) => {
      logits[s * 3 + target]! -= 1;
    });
    const gradient = layer.backward(logits, 2, true).slice(0, 12);
    const parameterGradients = layer.parameters.map((parameter) => parameter.gradient.slice());
    expectGradient(x, gradient, loss);
    layer.parameters.forEach((parameter, p) => {
      expectGradient(parameter.value, parameterGradients[p]!, loss);
    });
  });
});

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
      expectGradient(parameter.value, gradients[p]!, loss, parameter.touched ? 6 : 0);
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
