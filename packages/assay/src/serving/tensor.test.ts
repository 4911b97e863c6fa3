import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInferenceRequest, tensorToJson } from './tensor.ts';

const tokens = { name: 'tokens', datatype: 'INT64', shape: [1, 2], data: [3, 4] };
const refused = (value: unknown) => {
  expect(() => parseInferenceRequest(value)).toThrow(expect.objectContaining({ code: 'ASSAY_SERVE_REQUEST' }));
};

describe('an inference request', () => {
  it('holds tensors flat or nested as their shape says', () => {
    for (const data of [[3, 4], [[3, 4]]]) {
      const { id, inputs, outputs } = parseInferenceRequest({ id: 'q', inputs: [{ ...tokens, data }] });
      expect([id, inputs[0]!.data, outputs]).toEqual(['q', BigInt64Array.of(3n, 4n), undefined]);
    }
    const { inputs } = parseInferenceRequest({ inputs: [{ ...tokens, datatype: 'BYTES', data: ['a', '__proto__'] }] });
    expect(inputs[0]!.data).toEqual(['a', '__proto__']);
  });

  it('of zero elements, or of no dimension, has as many elements as its shape says', () => {
    expect(parseInferenceRequest({ inputs: [{ ...tokens, shape: [0, 5], data: [] }] }).inputs[0]!.data.length).toBe(0);
    expect(parseInferenceRequest({ inputs: [{ ...tokens, shape: [], data: [7] }] }).inputs[0]!.data.length).toBe(1);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an array', []],
    ['no inputs', {}],
    ['empty inputs', { inputs: [] }],
    ['a number as id', { id: 5, inputs: [tokens] }],
    ['an input twice', { inputs: [tokens, tokens] }],
    ['no name', { inputs: [{ ...tokens, name: '' }] }],
    ['a datatype it has not', { inputs: [{ ...tokens, datatype: 'FP64' }] }],
    ['the datatype constructor', { inputs: [{ ...tokens, datatype: 'constructor' }] }],
    ['a negative dimension', { inputs: [{ ...tokens, shape: [-1, -2] }] }],
    ['a broken dimension', { inputs: [{ ...tokens, shape: [1.5, 2] }] }],
    ['more elements than memory', { inputs: [{ ...tokens, shape: [2 ** 40, 2 ** 40] }] }],
    ['fewer elements than the shape', { inputs: [{ ...tokens, data: [3] }] }],
    ['another nesting', { inputs: [{ ...tokens, data: [[3], [4]] }] }],
    ['half a nesting', { inputs: [{ ...tokens, shape: [2, 1], data: [[3], 4] }] }],
    ['a nesting without end', { inputs: [{ ...tokens, shape: [1], data: [[[[3]]]] }] }],
    ['a text among numbers', { inputs: [{ ...tokens, data: ['3', 4] }] }],
    ['a fraction as INT64', { inputs: [{ ...tokens, data: [3.5, 4] }] }],
    ['an integer that JSON cannot hold', { inputs: [{ ...tokens, data: [2 ** 53, 4] }] }],
    ['null as FP32', { inputs: [{ ...tokens, datatype: 'FP32', data: [null, 1] }] }],
    ['outputs that are none', { inputs: [tokens], outputs: 'probabilities' }],
    ['an output without a name', { inputs: [tokens], outputs: [{}] }],
  ])('is refused with %s', (_, value) => refused(value));

  it('is read or refused, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (shape, data) => {
        try {
          parseInferenceRequest({ inputs: [{ ...tokens, shape, data }] });
        } catch (error) {
          expect(error).toMatchObject({ code: 'ASSAY_SERVE_REQUEST' });
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('tensors are written flat, integers as numbers', () => {
  const { inputs } = parseInferenceRequest({ inputs: [{ ...tokens, data: [[3, 4]] }] });
  expect(JSON.parse(JSON.stringify(tensorToJson(inputs[0]!)))).toEqual(tokens);
});
