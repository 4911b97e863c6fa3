import { describe, expect, it } from 'vitest';
import { createBackend } from '../backend/index.ts';
import { Network, Parameter } from '../network/index.ts';
import { Random } from '../random/index.ts';
import { arrangeBatches } from './batches.ts';
import { calibrate } from './calibration.ts';
import { clipGradients } from './clipping.ts';
import { resolveConfig } from './config.ts';
import { evaluateNetwork } from './evaluate-network.ts';
import { learningRateShare } from './schedule.ts';

describe('learningRateShare', () => {
  const shares = (kind: 'constant' | 'linear' | 'cosine', warmup: number) =>
    Array.from({ length: 8 }, (_, step) => learningRateShare({ kind, warmup }, step, 8));

  it('rises over the warm-up, then stays or falls towards 0', () => {
    expect(shares('constant', 0)).toEqual(new Array(8).fill(1));
    expect(shares('constant', 0.25)).toEqual([1 / 3, 2 / 3, 1, 1, 1, 1, 1, 1]);
    expect(shares('linear', 0)).toEqual([1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]);
    const cosine = shares('cosine', 0.5);
    expect(cosine.slice(4).map((share) => Number(share.toFixed(4)))).toEqual([1, 0.8536, 0.5, 0.1464]);
  });
});

describe('clipGradients', () => {
  const backend = createBackend('js');

  it('scales all gradients to the norm, those of touched rows alone in a table', () => {
    const bias = new Parameter(backend, 'bias', [2]);
    const table = new Parameter(backend, 'table', [3, 1], { sparse: true });
    bias.gradient.set([3, 0]);
    table.gradient.set([100, 4, 0]);
    table.touched!.add(1);
    expect(clipGradients([bias, table], 10)).toBeCloseTo(5, 6);
    expect([...bias.gradient]).toEqual([3, 0]);
    expect(clipGradients([bias, table], 1)).toBeCloseTo(5, 6);
    expect(bias.gradient[0]).toBeCloseTo(0.6, 6);
    expect([...table.gradient].map((value) => Number(value.toFixed(6)))).toEqual([100, 0.8, 0]);
  });
});

describe('arrangeBatches', () => {
  const random = new Random(3);
  const sequences = Array.from({ length: 100 }, () => new Int32Array(1 + random.integer(30)));
  const order = Array.from(sequences.keys());

  it('cuts the order as it is for windows', () => {
    const { encode } = resolveConfig();
    expect(arrangeBatches(order, sequences, { batchSize: 40, encode }, new Random(1))).toEqual([
      order.slice(0, 40),
      order.slice(40, 80),
      order.slice(80),
    ]);
  });

  it('puts texts together by length for recurrent layers, each text once, the same by the same seed', () => {
    const { encode } = resolveConfig({ encode: [{ kind: 'window' }, { kind: 'bigru' }] });
    const arrange = () => arrangeBatches(order, sequences, { batchSize: 8, encode }, new Random(1));
    const batches = arrange();
    expect(arrange()).toEqual(batches);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(order);
    const spread = (batch: readonly number[]) => {
      const lengths = batch.map((i) => sequences[i]!.length);
      return Math.max(...lengths) - Math.min(...lengths);
    };
    expect(Math.max(...batches.map(spread))).toBeLessThan(8);
    expect(batches.map((batch) => sequences[batch[0]!]!.length)).not.toEqual(
      batches.map((batch) => sequences[batch[0]!]!.length).sort((a, b) => b - a),
    );
  });
});

describe('calibrate', () => {
  it.each(['softmax', 'multi-label', 'ordinal'] as const)(
    'finds the temperature of least loss, and puts it into the weights (%s)',
    (kind) => {
      const network = new Network(resolveConfig({ predict: { kind } }), 12, 3, createBackend('js'));
      const random = new Random(5);
      network.initialise(random);
      for (const { value } of network.output.parameters) for (let i = 0; i < value.length; i++) value[i]! *= 30;
      const sequences = Array.from({ length: 60 }, () => Int32Array.from({ length: 4 }, () => 1 + random.integer(11)));
      const targets = new Float32Array(180);
      for (let s = 0; s < 60; s++) targets[s * 3 + random.integer(3)] = 1;
      const set = { sequences, targets };
      const before = evaluateNetwork(network, set);
      const temperature = calibrate(network, set);
      const after = evaluateNetwork(network, set);
      expect(temperature).toBeGreaterThan(1);
      expect(after.loss).toBeLessThan(before.loss);
      if (kind !== 'ordinal') expect(after.accuracy).toBe(before.accuracy);
      for (const change of [0.8, 1.25]) {
        network.output.temper(change);
        expect(evaluateNetwork(network, set).loss).toBeGreaterThanOrEqual(after.loss - 1e-6);
        network.output.temper(1 / change);
      }
    },
  );
});
