import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromSystem } from './system-error.ts';

it('what the system refuses gets a code of ours, with the path and why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-system-'));
  const caught = (work: () => unknown): Error => {
    try {
      work();
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error('nothing was refused');
  };
  try {
    writeFileSync(join(folder, 'file'), '');
    for (const [path, code, hint] of [
      [folder, 'EISDIR', /folder at that path/],
      [join(folder, 'none'), 'ENOENT', /nothing at that path/],
      [join(folder, 'file', 'x'), 'ENOTDIR', /file at that path/],
    ] as const) {
      const told = fromSystem(caught(() => (code === 'EISDIR' ? writeFileSync(path, '') : readFileSync(path))));
      expect(told).toMatchObject({ code: 'ASSAY_FILE_UNUSABLE', hint: expect.stringMatching(hint) });
      expect(told?.message).toContain(path);
      expect(told?.message).toContain(code);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const system = (code: string) => Object.assign(new Error(code), { code, syscall: 'write', path: '/x' });
  expect(['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS'].map((code) => fromSystem(system(code))?.code)).toEqual([
    'ASSAY_DISK_FULL',
    'ASSAY_DISK_FULL',
    'ASSAY_FILE_ACCESS',
    'ASSAY_FILE_ACCESS',
  ]);
  expect(fromSystem(new TypeError('a fault'))).toBe(undefined);
});
