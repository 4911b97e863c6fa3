import { expect, test } from 'vitest';
import { ago, bytes, counted, score, seconds, signed } from './format.ts';

test('one is not many', () => {
  expect(counted(1, 'record')).toBe('1 record');
  expect(counted(1234, 'record')).toBe('1,234 records');
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});

test('numbers below nought have a true minus, small ones an exponent', () => {
  expect(score(-0.12345)).toBe('−0.123');
  expect(signed(0.04)).toBe('+0.040');
  expect(signed(-0.00003)).toBe('−3.0e−5');
  expect(signed(0)).toBe('+0.000');
});

test('times are told in the unit that fits', () => {
  expect(seconds(0.0123)).toBe('12 ms');
  expect(seconds(12.34)).toBe('12.3 s');
  expect(seconds(125)).toBe('2 min 05 s');
  expect(seconds(7260)).toBe('2 h 01 min');
});

test('sizes are told in powers of a thousand', () => {
  expect(bytes(999)).toBe('999 B');
  expect(bytes(1500)).toBe('1.5 KB');
  expect(bytes(23_400_000)).toBe('23 MB');
});

test('a clock that runs behind does not tell of the future', () => {
  expect(ago('2026-01-01T00:00:10Z', Date.parse('2026-01-01T00:00:00Z'))).toBe('just now');
  expect(ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T02:00:00Z'))).toBe('2 h ago');
});
