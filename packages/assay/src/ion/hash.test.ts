import fc from 'fast-check';
import { cryptoHasherProvider, makeHashReader } from 'ion-hash-js';
import { makeReader } from 'ion-js';
import { expect, test } from 'vitest';
import { ionHash, readIon } from './index.ts';

/** ion-hash-js, the oracle. */
function oracle(text: string): string {
  const reader = makeHashReader(makeReader(text), cryptoHasherProvider('sha256'));
  reader.next();
  reader.next();
  return Buffer.from(reader.digest()).toString('hex');
}

function ours(text: string): string {
  const [value] = readIon(Buffer.from(text), 'test');
  return ionHash(value!).toString('hex');
}

const scalars = [
  ...['null', 'null.int', 'null.struct', 'null.string', 'true', 'false', '0', '-1', '11', '-14', '9007199254740993'],
  ...['12345678901234567890123', '0e0', '-0e0', '90.25e0', 'nan', '+inf', '0d0', '-0d0', '90.25', '90.250', '-1.0d-70'],
  ...['128d5', '-128.', '2019T', '2019-10T', '2019-10-25', '2019-10-25T17:20Z', '2019-10-25T17:20:21.009Z'],
  ...['2019-12-31T23:30:05.120-05:30', '2019-10-25T17:20:21-00:00', 'abc', "'a b'", '""', '"\\x0b\\x0c\\x0e ü"'],
  ...['{{ "clob\\x0b" }}', '{{CwwO}}', '[]', '()', '{}'],
];

const ion = fc.letrec<{ value: string }>((tie) => ({
  value: fc
    .tuple(
      fc.constantFrom('', '', 'note::', 'a::b::'),
      fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(...scalars),
        fc.bigInt().map(String),
        fc.string().map((text) => JSON.stringify(text)),
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `(${items.join(' ')})`),
        fc
          .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'long_name'), tie('value')), { maxLength: 5 })
          .map((fields) => `{${fields.map(([name, value]) => `${name}:${value}`).join(',')}}`),
      ),
    )
    .map(([annotations, value]) => annotations + value),
})).value;

test.each(scalars)('the Ion Hash of %s is that of ion-hash-js', (text) => {
  expect(ours(text)).toBe(oracle(text));
});

test('the Ion Hash of any value is that of ion-hash-js', () => {
  fc.assert(
    fc.property(ion, (text) => {
      expect(ours(text)).toBe(oracle(text));
    }),
    { numRuns: 300 },
  );
});

test('the Ion Hash of structs with many fields, and of many that share theirs, is that of ion-hash-js', () => {
  const fields = (count: number, seed: number) =>
    Array.from({ length: count }, (_, i) => `f${(i * 7) % 13}:"${'x'.repeat((i * seed) % 150)}"`).join(',');
  for (let seed = 0; seed < 40; seed++) {
    const text = `{small:{${fields(5, seed)}},same:{${fields(9, 3)}},large:{${fields(20 + seed, seed)}}}`;
    expect(ours(text)).toBe(oracle(text));
  }
});

test('bytes that are no Ion are refused with the source', () => {
  expect(() => [...readIon(Buffer.from('{a: [1, 2'), 'some.ion')]).toThrow(
    expect.objectContaining({
      code: 'ASSAY_ION_MALFORMED',
      message: expect.stringMatching(/^some\.ion:1:10: .*after 0 values/),
    }),
  );
});
