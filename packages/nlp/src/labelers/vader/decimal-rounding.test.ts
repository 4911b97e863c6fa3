import { describe, expect, it } from 'vitest';
import { roundHalfEven } from './decimal-rounding.ts';

describe('roundHalfEven', () => {
  // What Python 3.11 prints for round(value, digits).
  it.each([
    [0.0625, 3, 0.062],
    [0.1875, 3, 0.188],
    [-0.0625, 3, -0.062],
    [-0.1875, 3, -0.188],
    [0.0005, 3, 0.001],
    [0.0015, 3, 0.002],
    [0.0025, 3, 0.003],
    [2.675, 2, 2.67],
    [1.005, 2, 1],
    [0.28125, 4, 0.2812],
    [0.34375, 4, 0.3438],
    [-0.00001, 4, 0],
    [0.99996, 4, 1],
  ])('%d to %d digits is %d', (value, digits, expected) => {
    expect(roundHalfEven(value, digits)).toBe(expected);
  });
});
