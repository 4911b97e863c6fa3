import { hash } from 'node:crypto';
import { toFields } from './data-file.ts';
import type { DataFile } from './entries.ts';
import { pythonJson } from './python-text.ts';
import type { Value } from './value.ts';

/** What describes data, or was found of it, and does not say which data is meant. */
const leftOut = new Set([
  'desc',
  'type',
  'labels',
  'meta',
  'locked',
  'frozen',
  'metric',
  'persist',
  'isexec',
  'size',
  'nfiles',
]);

/** The `md5` that DVC writes at the top of a `.dvc` file with dependencies: that of its own content as sorted JSON. */
export function dataFileChecksum(data: DataFile): string {
  const { md5: _md5, ...fields } = toFields(data);
  return hash('md5', pythonJson(without(fields), { sortKeys: true }), 'hex');
}

function without(value: Value): Value {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !leftOut.has(key))
      .map(([key, one]) => [key, without(one)]),
  );
}
