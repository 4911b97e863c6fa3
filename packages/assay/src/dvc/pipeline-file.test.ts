import { expect, test } from 'vitest';
import { resolvePipeline } from './pipeline-file.ts';

const resolve = (text: string) =>
  resolvePipeline(
    { read: async (path: string) => (path === 'dvc.yaml' ? Buffer.from(text) : undefined) } as never,
    'dvc.yaml',
  );

test.each([
  ['cmd: true', 'stages.s.cmd: it is neither a text nor a list'],
  ['cmd: 5', 'stages.s.cmd: it is neither a text nor a list'],
  ['cmd: x\n    deps:', 'stages.s.deps: it is no list'],
  ['cmd: x\n    deps: [1]', 'stages.s.deps.0: it is no text'],
  ['cmd: x\n    frozen: a', 'stages.s.frozen: it is neither true nor false'],
  ['cmd: x\n    wdir: 1', 'stages.s.wdir: it is no text'],
  ['cmd: x\n    outs: [{a: {cache: 1}}]', 'stages.s.outs.0.a.cache: it is neither true nor false'],
  ['foreach: 1\n    do: {cmd: x}', 'stages.s.foreach: it is neither a list, a map nor a text'],
])('a stage of another shape is refused: %s', async (body, message) => {
  await expect(resolve(`stages:\n  s:\n    ${body}\n`)).rejects.toThrow(message);
});

test('stages that are nothing are no stages', async () => {
  await expect(resolve('stages:\n')).rejects.toThrow('stages: it is no map');
  await expect(resolve('5\n')).rejects.toThrow('it is no map');
});

test('commands in a list may be of any kind', async () => {
  expect((await resolve('stages:\n  s:\n    cmd: [x, 5]\n')).stages.get('s')?.cmd).toEqual(['x', '5']);
});

test.each(['[]', '{}', '', 'false', '0'])('a file of %j has no stages', async (text) => {
  expect((await resolve(`${text}\n`)).stages.size).toBe(0);
});

test.each(['c/d', 'a:b', 'a\\b', 'x y', '../e'])('a stage may be called %s', async (name) => {
  expect([...(await resolve(`stages:\n  '${name}':\n    cmd: x\n`)).stages.keys()]).toEqual([name]);
});
