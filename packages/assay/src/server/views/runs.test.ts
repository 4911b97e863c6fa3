import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeCharacters } from './runs.ts';

test('a log cut anywhere is put together again without a broken character', () => {
  const text = fc.array(fc.constantFrom('a', '\n', 'é', '€', '😀')).map((characters) => characters.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 4, max: 12 }), (log, most) => {
      const bytes = Buffer.from(log);
      let read = '';
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + most);
        const whole = wholeCharacters(part, at + most >= bytes.length);
        expect(whole.length).toBeGreaterThan(0);
        read += Buffer.from(whole).toString('utf8');
        at += whole.length;
      }
      expect(read).toBe(log);
    }),
  );
});

test('bytes that are no character hold nothing up', () => {
  const stray = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80]);
  expect(wholeCharacters(stray, false)).toEqual(stray);
});
