import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, resolveConfig } from './index.ts';

describe('resolveConfig', () => {
  it('fills in the defaults, within parts too', () => {
    const config = resolveConfig({ epochs: 3, embed: { width: 8 } });
    expect(config).toEqual({ ...DEFAULT_CONFIG, epochs: 3, embed: { kind: 'words', width: 8 } });
    expect(resolveConfig()).toEqual(DEFAULT_CONFIG);
  });

  it('fills in the defaults of the kind that is named, alone or in a stack', () => {
    const { encode, attend } = resolveConfig({
      encode: [{ kind: 'bigru' }, { width: 12, radius: [1, 2] }],
      attend: { kind: 'self', heads: 2 },
    });
    expect(encode).toEqual([
      { kind: 'bigru', width: 64, depth: 1 },
      { kind: 'window', width: 12, radius: [1, 2], depth: 1, residual: true },
    ]);
    expect(attend).toEqual({ kind: 'self', width: 16, heads: 2 });
  });

  it.each([
    [{ epochz: 3 }, /no setting epochz/],
    [{ embed: { size: 8 } }, /no setting embed\.size/],
    [{ learningRate: Number.NaN }, /learningRate must be a number above 0/],
    [{ learningRate: '0.1' }, /learningRate must be a number above 0, not "0.1"/],
    [{ dropout: { words: 1 } }, /dropout\.words must be from 0 to below 1, not 1/],
    [{ encode: { kind: 'rnn' } }, /encode\.kind must be "window" or "bigru" or "bilstm" or "transformer", not "rnn"/],
    [{ encode: { kind: 'bigru', radius: 2 } }, /no setting encode\.radius/],
    [{ encode: { kind: 'bigru', width: 33 } }, /encode\.width must be an even number/],
    [{ encode: [{ kind: 'window' }, { kind: 'bilstm', depth: 0 }] }, /encode\[1\]\.depth must be a whole number/],
    [{ encode: [] }, /encode must be one encoder, or a list/],
    [{ encode: { radius: [1, 1] } }, /encode\.radius must be a list of different/],
    [{ encode: { radius: [0, 1, 2], width: 32 } }, /encode\.width must be a multiple of 3/],
    [{ encode: { kind: 'transformer', width: 30, heads: 4 } }, /encode\.width must be a multiple of 4/],
    [{ attend: { kind: 'multi-head', width: 30, heads: 4 } }, /attend\.width must be a multiple of 4/],
    [{ attend: { kind: 'max', width: 3 } }, /no setting attend\.width/],
    [{ predict: { kind: 'regression' } }, /predict\.kind must be "softmax" or "multi-label" or "ordinal"/],
    [{ schedule: { kind: 'step' } }, /schedule\.kind must be/],
    [{ calibration: 'platt' }, /calibration must be/],
    [{ batchSize: 2.5 }, /batchSize must be a whole number/],
    [{ classWeights: { positive: -1 } }, /classWeights must be "none", "balanced" or a number/],
    [{ embed: 64 }, /embed\. must be an object|embed must be an object/],
    [{ members: 0 }, /members must be a whole number from 1/],
    [[], /The configuration must be an object/],
  ])('refuses %j', (options, message) => {
    expect(() => resolveConfig(options as object)).toThrow(message);
    expect(() => resolveConfig(options as object)).toThrow(
      expect.objectContaining({ code: 'ASSAY_LEARN_CONFIG_INVALID' }),
    );
  });

  it('never writes to an object that is not its own', () => {
    resolveConfig(JSON.parse('{"classWeights": {"__proto__": 2}}'));
    expect(Object.hasOwn(Object.prototype, 'positive')).toBe(false);
    expect(() => resolveConfig(JSON.parse('{"__proto__": {"epochs": 2}}'))).toThrow(/no setting __proto__/);
  });
});
