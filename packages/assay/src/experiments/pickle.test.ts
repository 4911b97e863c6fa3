import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Plain, readPickle, writePickle } from './pickle.ts';

describe('plain data in Python’s pickle format', () => {
  it('reads what it writes', () => {
    const { value } = fc.letrec<{ value: Plain }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(readPickle(writePickle(one))).toEqual(one);
      }),
    );
  });

  it('reads what Python writes', () => {
    // pickle.dumps({'args': (), 'kwargs': {'targets': ['train'], 'force': False, 'x': [1, 300, -5, 0.5, None, True]}})
    const python =
      '8004954a000000000000007d94288c046172677394298c066b7761726773947d94288c0774617267657473945d948c05747261696e94618c05666f72636594898c0178945d94284b014d2c014afbffffff473fe00000000000004e88657575 2e'.replaceAll(
        ' ',
        '',
      );
    expect(readPickle(Buffer.from(python, 'hex'))).toEqual({
      args: [],
      kwargs: { targets: ['train'], force: false, x: [1, 300, -5, 0.5, null, true] },
    });
  });

  it('runs no code: whatever names or calls something is refused', () => {
    // os.system('true'), by protocol 0 and by protocol 4
    for (const bytes of ["cos\nsystem\n(S'true'\ntR.", '\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.']) {
      expect(() => readPickle(Buffer.from(bytes, 'latin1'))).toThrow(
        expect.objectContaining({ code: 'ASSAY_EXP_ARGUMENTS' }),
      );
    }
  });

  it('refuses any bytes that are none, without fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          readPickle(Buffer.from(bytes));
        } catch (error) {
          expect(error).toMatchObject({ code: 'ASSAY_EXP_ARGUMENTS' });
        }
      }),
    );
  });
});
