import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LockedStage } from './entries.ts';
import { LockFile, lockKeys } from './lock-file.ts';

const md5 = '0123456789abcdef0123456789abcdef';
const text = `schema: '2.0'
stages:
  one:
    cmd: echo 1
    outs:
    - path: a
      hash: md5
      md5: ${md5}
      size: 2
  two@x:
    cmd:
    - echo 1
    - echo 2
    deps:
    - path: a
      hash: md5
      md5: ${md5}
      size: 2
    params:
      params.yaml:
        rate: 1.0
        steps: 3
`;

test('a lock is read stage by stage, and what is not changed stays byte for byte', () => {
  const lock = LockFile.parse(text, 'dvc.lock');
  expect(lock.names()).toEqual(['one', 'two@x']);
  expect(lock.get('two@x')).toMatchObject({
    cmd: ['echo 1', 'echo 2'],
    params: { 'params.yaml': { rate: 1, steps: 3n } },
  });
  expect(lock.get('three')).toBe(undefined);
  expect(lock.toString()).toBe(text);
  lock.set('one', lock.get('one')!);
  expect(lock.toString()).toBe(text);
  lock.set('one', { ...lock.get('one')!, cmd: 'echo 3' });
  expect(lock.toString()).toBe(text.replace('cmd: echo 1\n', 'cmd: echo 3\n'));
});

test('a lock in another style says the same, and stays while nothing changes', () => {
  const styled = text
    .replace("schema: '2.0'", 'schema: "2.0" # remark')
    .replace(/^ {4}(?=- path)/gm, '      ')
    .replace(/^ {6}(?=hash|md5|size)/gm, '        ');
  const lock = LockFile.parse(styled, 'dvc.lock');
  expect(lock.toString()).toBe(styled);
  expect(lock.get('one')).toEqual(LockFile.parse(text, 'dvc.lock').get('one'));
});

test('the last stage that goes leaves a lock without stages', () => {
  const lock = LockFile.parse(text, 'dvc.lock');
  lock.delete('one');
  lock.delete('two@x');
  expect(lock.toString()).toBe("schema: '2.0'\nstages: {}\n");
  expect(LockFile.parse(lock.toString(), 'dvc.lock').names()).toEqual([]);
});

test.each([undefined, '', ' \n'])('nothing is a lock without stages: %j', (nothing) => {
  expect(LockFile.parse(nothing, 'dvc.lock').names()).toEqual([]);
});

describe('what is refused', () => {
  test('another schema', () => {
    expect(() => LockFile.parse("schema: '3.0'\nstages: {}\n", 'dvc.lock')).toThrow(
      expect.objectContaining({ code: 'ASSAY_DVC_LOCK' }),
    );
  });
  test('a stage that is no map, with its name', () => {
    expect(() => LockFile.parse("schema: '2.0'\nstages:\n  one: 5\n", 'dvc.lock').get('one')).toThrow(/one/);
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9@_-]{0,10}$/);
const entry = fc
  .record({ path: fc.stringMatching(/^[a-z][a-z0-9/. -]{0,10}[a-z]$/), size: fc.nat() })
  .map(({ path, size }) => ({
    path,
    size,
    checksum: { kind: 'md5' as const, value: md5 },
  }));
const out = entry.map((one) => ({ ...one, cache: true, persist: false, push: true, metric: false, plot: false }));
const stage: fc.Arbitrary<LockedStage> = fc.record({
  cmd: fc.oneof(fc.string({ minLength: 1 }), fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 })),
  deps: fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 3 }),
  outs: fc.uniqueArray(out, { selector: ({ path }) => path, maxLength: 3 }),
  params: fc.dictionary(
    fc.constantFrom('params.yaml', 'b.json'),
    fc.dictionary(
      fc.stringMatching(/^[a-z.]{1,8}$/),
      fc.oneof(fc.bigInt(), fc.double({ noNaN: true }), fc.string(), fc.boolean()),
    ),
    { maxKeys: 2 },
  ),
});

test('every stage is read as it was written, and the others stay as they were', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, stage), { selector: ([one]) => one, minLength: 1, maxLength: 4 }),
      (stages) => {
        const lock = LockFile.parse(undefined, 'dvc.lock');
        for (const [one, content] of stages) lock.set(one, content);
        const written = lock.toString();
        const again = LockFile.parse(written, 'dvc.lock');
        expect(again.names()).toEqual(stages.map(([one]) => one));
        for (const [one, content] of stages) expect(lockKeys(again.get(one)!)).toEqual(lockKeys(content));
        for (const [one, content] of stages) again.set(one, content);
        expect(again.toString()).toBe(written);
      },
    ),
  );
});

test("a run's key knows nothing of sizes, its value nothing but them left out", () => {
  const one = LockFile.parse(text, 'dvc.lock').get('one')!;
  const larger = { ...one, outs: one.outs.map((it) => ({ ...it, size: 5 })) };
  expect(lockKeys(larger)).toEqual(lockKeys(one));
  const other = {
    ...one,
    outs: one.outs.map((it) => ({ ...it, checksum: { kind: 'md5' as const, value: 'f'.repeat(32) } })),
  };
  expect(lockKeys(other).key).toBe(lockKeys(one).key);
  expect(lockKeys(other).value).not.toBe(lockKeys(one).value);
});
