import { expect, it } from 'vitest';
import { drawLanes } from './dag-lanes.ts';

const lines = (graph: Record<string, readonly string[]>) =>
  drawLanes(new Map(Object.entries(graph))).map(({ lanes, name }) => `${lanes}  ${name}`);

it('draws a chain as one lane', () => {
  expect(lines({ a: [], b: ['a'], c: ['b'] })).toEqual(['○  a', '●  b', '●  c']);
});

it('brings lanes together where a name needs several', () => {
  expect(lines({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] })).toEqual(['○    a', '├─●  b', '● │  c', '●─┘  d']);
});

it('leaves lanes unbroken that only pass', () => {
  expect(lines({ a: [], b: [], c: [], d: ['a', 'c'], e: ['b'] })).toEqual([
    '○      a',
    '│ ○    b',
    '│ │ ○  c',
    '●─│─┘  d',
    '  ●    e',
  ]);
});

it('does not put what hangs together with nothing under what has just ended', () => {
  expect(lines({ a: [], b: ['a'], c: [], d: ['c'] })).toEqual(['○    a', '●    b', '  ○  c', '  ●  d']);
});

it('has a line for each name, and one end of a lane for each need', () => {
  const graph: Record<string, string[]> = {};
  for (let i = 0; i < 40; i++) graph[`n${i}`] = i === 0 ? [] : [`n${(i * 7) % i}`, `n${(i * 11) % i}`];
  const drawn = drawLanes(new Map(Object.entries(graph)));
  expect(drawn.map(({ name }) => name)).toEqual(Object.keys(graph));
  for (const { lanes, needs } of drawn) {
    const meets = lanes.match(/[├└┤┘┼┴]/g)?.length ?? 0;
    const own = lanes.includes('●') ? 1 : 0;
    // One of the needs may lead straight down into the name itself.
    expect([needs.length, needs.length - own]).toContain(meets);
  }
});
