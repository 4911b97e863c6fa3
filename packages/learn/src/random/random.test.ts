import { describe, expect, it } from 'vitest';
import { Random } from './index.ts';

describe('Random', () => {
  it('gives the reference outputs of xoshiro128** from state 1, 2, 3, 4', () => {
    const random = Random.fromState(1, 2, 3, 4);
    expect(Array.from({ length: 10 }, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('fills its state by SplitMix64, whose first output from 0 is e220a8397b1dcdaf', () => {
    const seeded = new Random(0);
    const same = Random.fromState(0x7b1dcdaf, 0xe220a839, 0xa1b965f4, 0x6e789e6a);
    expect([seeded.uint32(), seeded.uint32()]).toEqual([same.uint32(), same.uint32()]);
  });

  it('gives every integer of a range about equally often', () => {
    const random = new Random(5);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(22.46); // 0.1 % point at 6 degrees of freedom
  });

  it('draws normal numbers with mean 0 and variance 1', () => {
    const random = new Random(9);
    const draws = Array.from({ length: 40_000 }, () => random.normal());
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it('shuffles a permutation, differently from seed to seed', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const one = new Random(1).shuffle([...items]);
    const two = new Random(2).shuffle([...items]);
    expect([...one].sort((a, b) => a - b)).toEqual(items);
    expect(one).not.toEqual(two);
    expect(one).toEqual(new Random(1).shuffle([...items]));
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => new Random(seed)).toThrow(/seed must be an integer/);
  });
});
