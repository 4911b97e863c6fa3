import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../scripts/build-kernel.ts';
import { Random } from '../random/index.ts';
import { type Backend, createBackend } from './index.ts';

const wasm = createBackend('wasm');
const js = createBackend('js');

/** The same random numbers in an array of each backend. */
function pair(random: Random, length: number, scale = 1): [Float32Array, Float32Array] {
  const first = wasm.floats(length);
  const second = js.floats(length);
  for (let i = 0; i < length; i++) second[i] = first[i] = random.normal() * scale;
  return [first, second];
}

function integers(values: readonly number[]): [Int32Array, Int32Array] {
  const first = wasm.integers(values.length);
  first.set(values);
  return [first, Int32Array.from(values)];
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    const allowed = tolerance * Math.max(1, Math.abs(expected[i]!));
    if (!(Math.abs(actual[i]! - expected[i]!) <= allowed)) {
      expect.fail(`position ${i} of ${actual.length}: ${actual[i]} is not within ${allowed} of ${expected[i]}`);
    }
  }
}

const seed = fc.nat();
const size = fc.integer({ min: 1, max: 21 });
const RUNS = { numRuns: 60 };

describe('the WASM-SIMD kernels agree with plain JS on every shape', () => {
  it('multiply, whole and accumulated, with overlapping rows', () => {
    fc.assert(
      fc.property(seed, size, size, size, fc.integer({ min: 1, max: 30 }), fc.boolean(), (s, m, n, k, stride, add) => {
        const random = new Random(s);
        const a = pair(random, (m - 1) * stride + k);
        const b = pair(random, k * n);
        const c = pair(random, m * n);
        wasm.multiply(a[0], stride, b[0], c[0], m, n, k, add);
        js.multiply(a[1], stride, b[1], c[1], m, n, k, add);
        expectClose(c[0], c[1]);
      }),
      RUNS,
    );
  });

  it('multiplyTransposed', () => {
    const rows = fc.integer({ min: 1, max: 140 });
    fc.assert(
      fc.property(seed, rows, size, size, fc.integer({ min: 1, max: 30 }), (s, m, n, k, stride) => {
        const random = new Random(s);
        const a = pair(random, (m - 1) * stride + k);
        const b = pair(random, m * n);
        const c = pair(random, k * n);
        wasm.multiplyTransposed(a[0], stride, b[0], c[0], m, n, k);
        js.multiplyTransposed(a[1], stride, b[1], c[1], m, n, k);
        expectClose(c[0], c[1], 2e-5);
      }),
      RUNS,
    );
  });

  it('biasTanh, near 0 and far out, and biasRelu', () => {
    const scales = fc.constantFrom(1e-4, 0.3, 3, 60);
    fc.assert(
      fc.property(seed, size, size, scales, (s, rows, width, scale) => {
        for (const kernel of ['biasTanh', 'biasRelu'] as const) {
          const random = new Random(s);
          const x = pair(random, rows * width, scale);
          const bias = pair(random, width, scale);
          wasm[kernel](x[0], bias[0], rows, width);
          js[kernel](x[1], bias[1], rows, width);
          expectClose(x[0], x[1], 1e-6);
        }
      }),
      RUNS,
    );
  });

  it('reluGradient, addTo, blend, columnSums', () => {
    fc.assert(
      fc.property(seed, size, size, (s, rows, width) => {
        const random = new Random(s);
        const target = pair(random, rows * width);
        const source = pair(random, rows * width);
        const sums = pair(random, width);
        for (const [i, backend] of [wasm, js].entries()) {
          backend.reluGradient(target[i]!, source[i]!, rows * width);
          backend.addTo(target[i]!, source[i]!, rows * width);
          backend.blend(source[i]!, target[i]!, 0.3, rows * width);
          backend.columnSums(source[i]!, sums[i]!, rows, width);
        }
        expectClose(target[0], target[1]);
        expectClose(source[0], source[1]);
        expectClose(sums[0], sums[1]);
      }),
      RUNS,
    );
  });

  it('gatherRows, and scatterAddRows without padding', () => {
    const ids = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(seed, ids, size, (s, values, width) => {
        const random = new Random(s);
        const table = pair(random, 7 * width);
        const rows = pair(random, values.length * width);
        const padding = table[0].slice(0, width);
        const id = integers(values);
        for (const [i, backend] of [wasm, js].entries()) {
          backend.scatterAddRows(table[i]!, id[i]!, rows[i]!, values.length, width);
          backend.gatherRows(table[i]!, id[i]!, rows[i]!, values.length, width);
        }
        expectClose(table[0], table[1]);
        expectClose(rows[0], rows[1]);
        expect(table[0].slice(0, width)).toEqual(padding);
      }),
      RUNS,
    );
  });

  it('attentionPool and its gradient, also of sequences without rows', () => {
    const lengths = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(seed, lengths, size, size, (s, sizes, keyWidth, valueWidth) => {
        const random = new Random(s);
        const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, length) => sum + length, 0));
        const rows = sizes.reduce((sum, length) => sum + length, 0);
        const lists = {
          keys: pair(random, rows * keyWidth, 0.5),
          context: pair(random, keyWidth),
          values: pair(random, rows * valueWidth),
          weights: pair(random, rows),
          pooled: pair(random, sizes.length * valueWidth),
          starts: integers(starts),
          ends: integers(starts.map((start, i) => start + sizes[i]!)),
          pooledGradient: pair(random, sizes.length * valueWidth),
          keysGradient: pair(random, rows * keyWidth),
          contextGradient: pair(random, keyWidth),
          valuesGradient: pair(random, rows * valueWidth),
        };
        for (const [i, backend] of [wasm, js].entries()) {
          const tensors = {
            keys: lists.keys[i]!,
            context: lists.context[i]!,
            values: lists.values[i]!,
            weights: lists.weights[i]!,
            pooled: lists.pooled[i]!,
            starts: lists.starts[i]!,
            ends: lists.ends[i]!,
          };
          const gradients = {
            pooled: lists.pooledGradient[i]!,
            keys: lists.keysGradient[i]!,
            context: lists.contextGradient[i]!,
            values: lists.valuesGradient[i]!,
          };
          backend.attentionPool(tensors, sizes.length, keyWidth, valueWidth);
          backend.attentionPoolGradient(tensors, gradients, sizes.length, keyWidth, valueWidth);
        }
        for (const list of Object.values(lists)) expectClose(list[0], list[1]);
      }),
      RUNS,
    );
  });

  it('adam', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 70 }), (s, length) => {
        const random = new Random(s);
        const [value, gradient, mean] = [pair(random, length), pair(random, length), pair(random, length)];
        const square = pair(random, length);
        // A mean square is at least the square of the mean; without that, a step has no bound, and its rounding neither.
        for (const [k, array] of square.entries()) {
          for (let i = 0; i < length; i++) array[i] = array[i]! ** 2 + mean[k]![i]! ** 2;
        }
        const step = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.001 };
        for (const [i, backend] of [wasm, js].entries()) {
          const arrays = { value: value[i]!, gradient: gradient[i]!, mean: mean[i]!, square: square[i]! };
          backend.adam(arrays, length, step);
        }
        for (const list of [value, mean, square]) expectClose(list[0], list[1]);
        expect([...gradient[0], ...gradient[1]].every((x) => x === 0)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('Backend', () => {
  it.each<Backend>([wasm, js])('multiplies as the definition says ($kind)', (backend) => {
    const a = backend.floats(6);
    a.set([1, 2, 3, 4, 5, 6]);
    const b = backend.floats(3);
    b.set([1, 10, 100]);
    const c = backend.floats(2);
    backend.multiply(a, 3, b, c, 2, 1, 3, false);
    expect([...c]).toEqual([321, 654]);
    const t = backend.floats(3);
    backend.multiplyTransposed(a, 3, c, t, 2, 1, 3);
    expect([...t]).toEqual([321 + 4 * 654, 2 * 321 + 5 * 654, 3 * 321 + 6 * 654]);
  });

  it('keeps earlier arrays valid while its memory grows', () => {
    const backend = createBackend('wasm');
    const early = backend.floats(8).fill(7);
    const late = backend.floats(3_000_000);
    backend.addTo(late, early, 8);
    expect([...late.subarray(0, 8)]).toEqual([...early]);
  });

  it('says so when there is no more memory', () => {
    const backend = createBackend('wasm');
    expect(() => backend.floats(2 ** 29 + 1)).toThrow(expect.objectContaining({ code: 'ASSAY_LEARN_MEMORY' }));
    expect(backend.floats(4).length).toBe(4);
  });

  it('refuses a backend that does not exist', () => {
    const choice: string = 'gpu';
    expect(() => createBackend(choice as 'auto')).toThrow(
      expect.objectContaining({ code: 'ASSAY_LEARN_BACKEND_UNKNOWN' }),
    );
  });
});

describe('kernel.generated.ts', () => {
  it('is what its source compiles to', async () => {
    const generated = readFileSync(new URL('./kernel.generated.ts', import.meta.url), 'utf8');
    expect(generated === (await compileKernel())).toBe(true);
  });
});
