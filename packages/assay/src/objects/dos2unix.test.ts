import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dos2unixMd5, md5OfObject } from './dos2unix.ts';

let file: string;

beforeAll(() => {
  file = join(mkdtempSync(join(tmpdir(), 'assay-dos2unix-')), 'file');
});
afterAll(() => rmSync(join(file, '..'), { recursive: true }));

function digestOf(bytes: string | Uint8Array): string {
  writeFileSync(file, bytes);
  return dos2unixMd5(file);
}

const md5 = (bytes: string | Uint8Array) => hash('md5', bytes, 'hex');

test('line ends of Windows do not count in texts, lone returns do', () => {
  expect(digestOf('a\r\nb\r\n')).toBe(md5('a\nb\n'));
  expect(digestOf('a\rb\r\r\n')).toBe(md5('a\rb\r\n'));
  expect(digestOf('')).toBe(md5(''));
});

test('they count in what is no text: a zero byte, or more than 30 % that is not printable', () => {
  expect(digestOf('a\0\r\n')).toBe(md5('a\0\r\n'));
  const odd = (share: number) => Buffer.from([...Array(share).fill(0xc3), ...Array(98 - share).fill(0x61), 13, 10]);
  expect(digestOf(odd(30))).toBe(md5(Buffer.concat([odd(30).subarray(0, 98), Buffer.from('\n')])));
  expect(digestOf(odd(31))).toBe(md5(odd(31)));
});

test('only the first 512 bytes of each MiB decide', () => {
  const late = Buffer.concat([Buffer.alloc(512, 'a'), Buffer.from('\0\r\n')]);
  expect(digestOf(late)).toBe(md5(Buffer.concat([Buffer.alloc(512, 'a'), Buffer.from('\0\n')])));
  const binary = Buffer.concat([Buffer.from('\0\r\n'), Buffer.alloc(2 ** 20 - 3, 'a'), Buffer.from('x\r\ny')]);
  expect(digestOf(binary)).toBe(md5(Buffer.concat([binary.subarray(0, 2 ** 20), Buffer.from('x\ny')])));
});

test('a return at the end of a piece stays, as DVC leaves it', () => {
  const split = Buffer.concat([Buffer.alloc(2 ** 20 - 1, 'a'), Buffer.from('\r\nb')]);
  expect(digestOf(split)).toBe(md5(split));
});

test('texts with either line end have one hash', () => {
  const line = fc.string({ unit: fc.constantFrom(...'abc \t,;"') });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      expect(digestOf(lines.join('\r\n'))).toBe(digestOf(lines.join('\n')));
    }),
  );
});

test('an object of DVC 2 may be named by either hash', async () => {
  writeFileSync(file, 'a\r\n');
  expect(await md5OfObject(file, true)).toEqual([md5('a\r\n'), md5('a\n')]);
  expect(await md5OfObject(file, false)).toEqual([md5('a\r\n')]);
});
