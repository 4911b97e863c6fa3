import { readFileSync } from 'node:fs';
import { replaceFile } from '../durable-file.ts';
import { type DataFile, editDataFile, formatDataFile, type OutEntry, readDataFile } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { formatDvcDirectory } from '../objects/index.ts';
import { isLegacy } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/**
 * Merges two versions of the `.dvc` file of a folder: a file that one side added, changed or removed is taken from that side. The
 * result is written in the place of ours, as git wants of a merge driver.
 * @throws AssayError `ASSAY_DVC_MERGE` for what a person has to decide
 */
export async function mergeDataFiles(
  { cache }: Workplace,
  files: { readonly ancestor: string; readonly our: string; readonly their: string },
): Promise<void> {
  const [ancestor, our, their] = [read(files.ancestor), read(files.our), read(files.their)];
  if (!their.data.outs[0]) return;
  if (!our.data.outs[0]) return replaceFile(files.our, formatDataFile(their.data), { sync: false });
  const outs = [ancestor.data, our.data, their.data].map(folderOf);
  const [base, mine, other] = outs.map((out) => new Map(out ? listOf(out).map((one) => [one.path, one.md5]) : []));
  const merged: { path: string; md5: string }[] = [];
  const clashes: string[] = [];
  for (const path of new Set([...base!.keys(), ...mine!.keys(), ...other!.keys()])) {
    const [was, is, will] = [base!.get(path), mine!.get(path), other!.get(path)];
    const md5 = is === was ? will : is;
    if (is !== will && is !== was && will !== was) clashes.push(path);
    else if (md5 !== undefined) merged.push({ path, md5 });
  }
  if (clashes.length > 0) throw cannot(`both sides changed ${clashes.join(', ')}`);
  const bytes = formatDvcDirectory(merged);
  const value = await cache.putBytes(bytes, '.dir');
  const out = our.data.outs[0];
  const { size: _size, ...rest } = out;
  const sizes = merged.map(({ md5 }) => cache.sizeOf(md5));
  const size = sizes.every((one) => one !== undefined)
    ? sizes.reduce<number>((sum, one) => sum + (one ?? 0), 0)
    : undefined;
  const next: OutEntry = {
    ...rest,
    checksum: { kind: 'md5', value },
    ...(size === undefined ? {} : { size }),
    nfiles: merged.length,
  };
  replaceFile(files.our, editDataFile(our.text, { ...our.data, outs: [next] }, files.our), { sync: false });

  function listOf({ checksum }: OutEntry) {
    return cache.directory(checksum!.value, isLegacy({ checksum }));
  }
}

function read(file: string): { readonly text: string; readonly data: DataFile } {
  const text = readFileSync(file, 'utf8');
  return { text, data: readDataFile(text, file) };
}

/** The one output of a file that `add` made; undefined of one that has none, as an ancestor that is not there. */
function folderOf(data: DataFile): OutEntry | undefined {
  const [out, ...more] = data.outs;
  if (data.deps.length > 0 || data.cmd !== undefined || more.length > 0) {
    throw cannot('only .dvc files that `add` made are merged');
  }
  if (out && out.checksum?.kind !== 'md5') throw cannot('its hash is one of DVC 2, or none');
  if (out && !out.checksum?.value.endsWith('.dir')) throw cannot('it is of a file; only folders are merged');
  return out;
}

function cannot(why: string): AssayError {
  return new AssayError('ASSAY_DVC_MERGE', `the .dvc file cannot be merged: ${why}`, {
    hint: 'Take one side: git checkout --ours or --theirs FILE, then assay checkout.',
  });
}
