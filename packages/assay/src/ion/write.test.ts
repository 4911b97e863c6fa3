import { dumpBinary, loadAll } from 'ion-js';
import { expect, test } from 'vitest';
import { ionHash, ionText, readIon, splitIon } from './index.ts';

const VALUES = [
  'null.int',
  '[90.25, 90.25e0, 90.250, -0., -0e0, 1e300, nan, -inf, 9007199254740993]',
  `{'a b':"say \\"yes\\" // no \\u00e9 \\x07", b:{{Ly8vLy8v}}, c:{{"clob } \\" \\xff"}}, d:'''long ' } string'''}`,
  "person::'null'::{at:2019-10-25T17:20-00:00, day:2019-10-25, year:2019T, sexp:(a 'b c' 3), off:2019-10-25T17:20:10.500+02:00}",
];

test.each(VALUES)('%s is written as text with the same Ion Hash', (text) => {
  const [value] = readIon(Buffer.from(text), 'test');
  const [again] = readIon(Buffer.from(ionText(value!)), 'test');
  expect(ionHash(again!)).toEqual(ionHash(value!));
});

test('text is cut where its values end, whatever stands within them, and nothing is lost', () => {
  const structs = [VALUES[2]!, "/* } */ x::{a:[1, '}'] // }\n}", '{b:{c:{d:{{/////w==}}}}}'];
  const bytes = Buffer.from(structs.join('\n'));
  const slices = [...splitIon(bytes)];
  expect(Buffer.concat(slices)).toEqual(bytes);
  expect(slices.map((slice) => Buffer.from(slice).toString().trim())).toEqual(structs);
});

test('binary is cut into its version marker, its symbol table and its values', () => {
  const bytes = dumpBinary(...loadAll(`{a:1,text:"${'x'.repeat(300)}"} {} {b:true}`));
  const slices = [...splitIon(bytes)];
  expect(Buffer.concat(slices)).toEqual(Buffer.from(bytes));
  expect(slices).toHaveLength(5);
  const [marker, symbols, ...values] = slices;
  for (const value of values) {
    expect([...readIon(Buffer.concat([marker!, symbols!, value]), 'test')]).toHaveLength(1);
  }
});

test('what was cut short ends where the bytes end', () => {
  for (const text of ['{a:"', "{a:'''x''", '{{', '/*', '// x', '{a:{{AA']) {
    const bytes = Buffer.from(text);
    expect(Buffer.concat([...splitIon(bytes)])).toEqual(bytes);
  }
  expect([...splitIon(Buffer.from([0xe0, 1, 0, 0xea, 0xbe, 0x01]))].at(-1)).toHaveLength(2);
});
