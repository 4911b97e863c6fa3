// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of dvc.yaml look like those of JavaScript
import { describe, expect, test } from 'vitest';
import { hasTemplate, TemplateContext, toText } from './template.ts';
import type { Value } from './value.ts';

const style = { bool: 'store_true', list: 'nargs' } as const;
const context = new TemplateContext({
  rate: 1,
  steps: 3n,
  on: true,
  off: false,
  name: 'a b',
  list: ['x', 'y'],
  map: { inner: { deep: 'd' }, flag: true, items: [1n, 2n] },
});
const resolve = (value: Value, key?: string) => context.resolve(value, 'dvc.yaml', key, style);

test('a template alone keeps its kind; within a text it is a text', () => {
  expect(resolve('${steps}')).toBe(3n);
  expect(resolve('${rate}')).toBe(1);
  expect(resolve('n=${steps} r=${rate} ${on}/${off} ${name}')).toBe('n=3 r=1.0 true/false a b');
  expect(resolve('${list[0]}${list[-1]} ${map.inner.deep} ${map[inner][deep]}')).toBe('xy d d');
  expect(resolve({ '${name}': ['${steps}'] })).toEqual({ 'a b': [3n] });
});

test('an escaped template stays', () => {
  expect(resolve('\\${steps} ${steps}')).toBe('${steps} 3');
  expect(hasTemplate('\\${steps}')).toBe(false);
  expect(hasTemplate({ a: ['${x}'] })).toBe(true);
});

test('a map is the options of a command', () => {
  expect(resolve('run ${map}', 'cmd')).toBe('run --inner.deep d --flag --items 1 2');
  expect(toText({ a: false, b: [1n] }, { bool: 'boolean_optional', list: 'append' })).toBe('--no-a --b 1');
});

describe('what is refused', () => {
  test.each(['${none}', '${map.none}', '${list[7]}', '${}', '${a.}', '${steps.x}', '${__proto__}', '${constructor}'])(
    '%s',
    (text) => {
      expect(() => resolve(text)).toThrow(expect.objectContaining({ code: 'ASSAY_DVC_TEMPLATE' }));
    },
  );
  test('a list or a map where one value has to be', () => {
    expect(() => resolve('x ${list}', 'deps')).toThrow(expect.objectContaining({ code: 'ASSAY_DVC_TEMPLATE' }));
    expect(() => resolve('${map}', 'wdir')).toThrow(expect.objectContaining({ code: 'ASSAY_DVC_TEMPLATE' }));
  });
  test('a value that is given twice', () => {
    const own = new TemplateContext({ a: { b: 1n } });
    own.merge({ a: { c: 2n } }, 'dvc.yaml');
    expect(own.values).toEqual({ a: { b: 1n, c: 2n } });
    expect(() => own.merge({ a: { b: 2n } }, 'dvc.yaml')).toThrow(
      expect.objectContaining({ code: 'ASSAY_DVC_TEMPLATE' }),
    );
  });
});
