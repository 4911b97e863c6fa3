import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../backend/index.ts';
import { Random } from '../random/index.ts';
import type { Attending, Encoding, Prediction } from './architecture.ts';
import { type Batch, BatchPacker } from './batch.ts';
import { createEncoders, createOutput, createPooling, gapOf } from './create-layers.ts';
import type { Targets } from './layer.ts';
import { expectGradient, offBy, probe, randomise, slope, weightedSum } from './testing/gradient.ts';

/** Always the same draws: where a norm divides by nearly nothing, differences of any step are far from the slope. */
const GRADIENT_RUNS = { numRuns: 40, seed: 11 };

const BACKENDS = ['js', 'wasm'] as const;

/** Sequences of ids other than padding; at times one that is much longer than the others. */
const sequences = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });

function batchOf(backend: Backend, lengths: readonly number[], gap: number): Batch {
  return new BatchPacker(backend, gap).pack(lengths.map((length) => new Int32Array(length).fill(1)));
}

/** Random rows, 0 between sequences. */
function rowsOf(backend: Backend, batch: Batch, width: number): Float32Array {
  const x = backend.floats(batch.rows * width);
  const random = new Random(5);
  for (let row = 0; row < batch.rows; row++) {
    if (batch.ids[row] !== 0) for (let j = 0; j < width; j++) x[row * width + j] = random.normal();
  }
  return x;
}

function expectEmptyGaps(array: Float32Array, batch: Batch, width: number): void {
  for (let row = 0; row < batch.rows; row++) {
    if (batch.ids[row] !== 0) continue;
    for (let j = 0; j < width; j++) expect(array[row * width + j]).toBe(0);
  }
}

const width = fc.integer({ min: 1, max: 6 });
const even = fc.integer({ min: 1, max: 5 }).map((half) => 2 * half);
const depth = fc.integer({ min: 1, max: 2 });
const encoding: fc.Arbitrary<Encoding> = fc.oneof(
  fc.record({
    kind: fc.constant('window' as const),
    width,
    radius: fc.integer({ min: 0, max: 2 }),
    depth,
    residual: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('window' as const),
    width: even,
    radius: fc.constantFrom([0, 1], [1, 2], [2, 0]),
    depth,
    residual: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('bigru' as const), width: even, depth }),
  fc.record({ kind: fc.constant('bilstm' as const), width: even, depth }),
  fc
    .record({ heads: fc.constantFrom(1, 2), head: fc.constant(4), hidden: width, depth })
    .map(({ heads, head, ...rest }) => ({ kind: 'transformer' as const, width: heads * head, heads, ...rest })),
);

describe.each(BACKENDS)('every encoder, on the %s backend', (kind) => {
  it('has the gradient that differences show, for random shapes', () => {
    let largest = 0;
    fc.assert(
      fc.property(
        fc.array(encoding, { minLength: 1, maxLength: 2 }),
        sequences,
        width,
        fc.nat(),
        (stack, lengths, inputWidth, seed) => {
          const backend = createBackend(kind);
          const encoders = createEncoders(backend, stack, inputWidth);
          const last = encoders.at(-1)!;
          randomise(
            encoders.flatMap(({ parameters }) => parameters),
            new Random(seed),
            0.6,
          );
          const batch = batchOf(backend, lengths, gapOf(stack));
          const x = rowsOf(backend, batch, inputWidth);
          const weights = probe(backend, batch.rows * last.width);
          for (let row = 0; row < batch.rows; row++) {
            if (batch.ids[row] === 0) weights.fill(0, row * last.width, (row + 1) * last.width);
          }
          const forward = () => encoders.reduce((rows, encoder) => encoder.forward(rows, batch), x);
          const f = () => weightedSum(forward(), weights);
          f();
          expectEmptyGaps(forward(), batch, last.width);
          const given = backend.floats(weights.length);
          given.set(weights);
          let gradient = given;
          for (const encoder of encoders.toReversed()) gradient = encoder.backward(gradient, true);
          const input = gradient.slice(0, x.length);
          expectEmptyGaps(input, batch, inputWidth);
          const own = encoders.flatMap(({ parameters }) => parameters.map((of) => of.gradient.slice()));
          const compare = (array: Float32Array, expected: ArrayLike<number>, i: number) => {
            largest = Math.max(largest, Math.abs(expected[i]!));
            const off = offBy(array, i, expected[i]!, f);
            expect(off, `position ${i}: ${expected[i]} against ${slope(array, i, f)}`).toBeLessThan(1e-2);
          };
          for (let i = 0; i < x.length; i++) if (batch.ids[Math.floor(i / inputWidth)] !== 0) compare(x, input, i);
          encoders
            .flatMap(({ parameters }) => parameters)
            .forEach(({ value }, p) => {
              for (let i = 0; i < value.length; i++) compare(value, own[p]!, i);
            });
        },
      ),
      GRADIENT_RUNS,
    );
    expect(largest).toBeGreaterThan(0.1);
  });

  it('never looks from one sequence into another', () => {
    fc.assert(
      fc.property(encoding, sequences, fc.nat(), (of, lengths, seed) => {
        const backend = createBackend(kind);
        const encoders = createEncoders(backend, of, 3);
        randomise(
          encoders.flatMap(({ parameters }) => parameters),
          new Random(seed),
        );
        const outputWidth = encoders.at(-1)!.width;
        const run = (parts: readonly (readonly [number, number])[]) => {
          const batch = batchOf(
            backend,
            parts.map(([, length]) => length),
            gapOf(of),
          );
          const x = backend.floats(batch.rows * 3);
          parts.forEach(([first, length], s) => {
            for (let i = 0; i < length * 3; i++) x[batch.starts[s]! * 3 + i] = Math.sin(first + i);
          });
          const y = encoders.reduce((rows, encoder) => encoder.forward(rows, batch), x);
          return parts.map((_, s) => [...y.subarray(batch.starts[s]! * outputWidth, batch.ends[s]! * outputWidth)]);
        };
        const parts = lengths.map((length, s) => [s * 10, length] as const);
        const alone = parts.flatMap((part) => run([part]));
        run(parts).forEach((rows, s) => {
          rows.forEach((value, i) => {
            expect(value).toBeCloseTo(alone[s]![i]!, 5);
          });
        });
      }),
      { numRuns: 40 },
    );
  });
});

const attending: fc.Arbitrary<Attending> = fc.oneof(
  fc.record({ kind: fc.constant('additive' as const), width }),
  fc.record({ kind: fc.constant('self' as const), width, heads: fc.integer({ min: 1, max: 3 }) }),
  fc
    .record({ heads: fc.integer({ min: 1, max: 3 }), head: fc.integer({ min: 1, max: 3 }) })
    .map(({ heads, head }) => ({ kind: 'multi-head' as const, width: heads * head, heads })),
  fc.constantFrom({ kind: 'max' as const }, { kind: 'mean' as const }),
);

describe.each(BACKENDS)('every pooling, on the %s backend', (kind) => {
  it('has the gradient that differences show, and weights that sum to 1, for random shapes', () => {
    fc.assert(
      fc.property(attending, sequences, width, fc.nat(), (attend, lengths, inputWidth, seed) => {
        const backend = createBackend(kind);
        const layer = createPooling(backend, attend, inputWidth);
        randomise(layer.parameters, new Random(seed));
        const batch = batchOf(backend, lengths, 1);
        const x = rowsOf(backend, batch, inputWidth);
        const weights = probe(backend, batch.size * layer.outputWidth);
        const f = () => weightedSum(layer.forward(x, batch), weights);
        f();
        for (let s = 0; s < batch.size; s++) {
          const own = layer.weights.subarray(batch.starts[s], batch.ends[s]);
          expect(own.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 5);
        }
        const gradient = layer.backward(weights, true).slice(0, x.length);
        expectEmptyGaps(gradient, batch, inputWidth);
        const parameterGradients = layer.parameters.map((parameter) => parameter.gradient.slice());
        for (let i = 0; i < x.length; i++) {
          if (batch.ids[Math.floor(i / inputWidth)] === 0) continue;
          expect(offBy(x, i, gradient[i]!, f)).toBeLessThan(1e-2);
        }
        layer.parameters.forEach(({ value }, p) => {
          for (let i = 0; i < value.length; i++) {
            expect(offBy(value, i, parameterGradients[p]![i]!, f)).toBeLessThan(1e-2);
          }
        });
      }),
      { numRuns: 40 },
    );
  });
});

const KINDS: readonly Prediction['kind'][] = ['softmax', 'multi-label', 'ordinal'];

describe.each(BACKENDS.flatMap((backend) => KINDS.map((kind) => [kind, backend] as const)))(
  'the %s output, on the %s backend',
  (kind, backendKind) => {
    const classes = fc.integer({ min: 2, max: 5 });

    function build(size: number, count: number, seed: number) {
      const backend = createBackend(backendKind);
      const layer = createOutput(backend, { kind }, 4, count);
      const random = new Random(seed);
      layer.initialise(random);
      for (const { value } of layer.parameters)
        for (let i = 0; i < value.length; i++) value[i]! += 0.3 * random.normal();
      const x = backend.floats(size * 4);
      x.set(probe(backend, size * 4));
      const distribution = Float32Array.from({ length: size * count }, () => random.next());
      if (kind !== 'multi-label') {
        for (let s = 0; s < size; s++) {
          const row = distribution.subarray(s * count, (s + 1) * count);
          const sum = row.reduce((total, value) => total + value, 0);
          row.forEach((value, k) => {
            row[k] = value / sum;
          });
        }
      }
      const targets: Targets = {
        distribution,
        weights: Float32Array.from({ length: size }, () => 0.5 + random.next()),
      };
      return { layer, x, targets };
    }

    it('has the gradient of its loss that differences show, and probabilities that are some', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 4 }), classes, fc.nat(), (size, count, seed) => {
          const { layer, x, targets } = build(size, count, seed);
          const loss = () => {
            layer.forward(x, size, 0, undefined);
            return layer.loss(targets);
          };
          const probabilities = layer.forward(x, size, 0, undefined);
          for (let s = 0; s < size; s++) {
            const row = probabilities.subarray(s * count, (s + 1) * count);
            expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
            if (kind !== 'multi-label') expect(row.reduce((total, p) => total + p, 0)).toBeCloseTo(1, 5);
          }
          loss();
          const gradient = layer.backward(true).slice(0, x.length);
          const own = layer.parameters.map((parameter) => parameter.gradient.slice());
          expectGradient(x, gradient, loss, { tolerance: 1e-2 });
          layer.parameters.forEach((parameter, p) => {
            expectGradient(parameter.value, own[p]!, loss, { tolerance: 1e-2 });
          });
        }),
        { numRuns: 30 },
      );
    });

    it("has the gradient of one class's probability, and is tempered by its weights", () => {
      fc.assert(
        fc.property(classes, fc.nat(), (count, seed) => {
          const { layer, x } = build(3, count, seed);
          const target = seed % count;
          const f = () => {
            const p = layer.forward(x, 3, 0, undefined);
            return p[target]! + p[count + target]! + p[2 * count + target]!;
          };
          f();
          layer.aimAt(target);
          const gradient = layer.backward(false).slice(0, x.length);
          for (let i = 0; i < x.length; i++) expect(Math.abs(gradient[i]! - slope(x, i, f))).toBeLessThan(2e-3);
          layer.temper(1e5);
          const flat = layer.forward(x, 3, 0, undefined);
          const expected =
            kind === 'softmax'
              ? [1 / count]
              : kind === 'multi-label'
                ? [0.5]
                : [0.5, ...new Array(count - 2).fill(0), 0.5];
          for (let k = 0; k < count; k++) expect(flat[k]).toBeCloseTo(expected[k % expected.length]!, 3);
        }),
        { numRuns: 20 },
      );
    });
  },
);
