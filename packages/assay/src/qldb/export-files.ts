import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssayError } from '../errors.ts';
import { fieldOf, type IonValue, readIon, splitIon } from '../ion/index.ts';

/** One data file of an export; its name says which blocks it holds. */
export interface ExportFile {
  /** Within the export's folder. */
  readonly name: string;
  readonly strand: string;
  readonly first: number;
  readonly last: number;
  readonly isJson: boolean;
}

/** A block as it came. */
export interface SourceBlock {
  /** Byte for byte those of the file; in front of them, where the file has such, the symbol table that they need. */
  readonly bytes: Uint8Array;
  readonly value: IonValue;
}

const DATA_FILE = /^(.+)\.(\d{1,15})-(\d{1,15})\.(ion|json)$/;

/**
 * The data files of an export in the order of their blocks, as its completed manifest lists them.
 * @throws AssayError `ASSAY_QLDB_EXPORT`, `ASSAY_ION_MALFORMED`
 */
export function exportFiles(folder: string): readonly ExportFile[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    throw new AssayError('ASSAY_QLDB_EXPORT', `${folder} cannot be read`, { cause });
  }
  const manifests = names.filter((name) => name.endsWith('.completed.manifest'));
  const [manifest] = manifests;
  if (manifest === undefined || manifests.length > 1) {
    throw new AssayError('ASSAY_QLDB_EXPORT', `${folder} has ${manifests.length} completed manifests; one is needed`, {
      hint: 'Name the folder of one export, with all of its files: an export without this manifest was not finished.',
    });
  }
  const [value] = readIon(readExportFile(folder, manifest), manifest);
  const keys = fieldOf(value, 'keys');
  if (keys?.type !== 'list' || keys.items.length === 0) {
    throw new AssayError('ASSAY_QLDB_EXPORT', `${manifest}: \`keys\` is not a list of files`);
  }
  const data = names.filter((file) => DATA_FILE.test(basename(file)));
  const byBase = Map.groupBy(data, (file) => basename(file));
  const listed = keys.items.map((key): ExportFile => {
    const text = key.type === 'string' ? key.value : '';
    // A key begins with the prefix in the bucket, which the folder may have or not.
    const found = (byBase.get(text.slice(text.lastIndexOf('/') + 1)) ?? []).filter((file) => isTail(text, file));
    const [name] = found;
    const [, strand = '', first, last, form] = DATA_FILE.exec(basename(name ?? '')) ?? [];
    if (name === undefined || found.length > 1) {
      const message = `${manifest} lists ${JSON.stringify(text)}, of which ${found.length} are here`;
      throw new AssayError('ASSAY_QLDB_EXPORT', message, { hint: 'Bring every file of the export, and each once.' });
    }
    return { name, strand, first: Number(first), last: Number(last), isJson: form === 'json' };
  });
  const seen = new Set<string>();
  for (const { name } of listed) {
    if (seen.has(name)) throw new AssayError('ASSAY_QLDB_EXPORT', `${manifest} lists ${name} twice`);
    seen.add(name);
  }
  return listed.sort((a, b) => a.first - b.first);
}

/** @throws AssayError `ASSAY_QLDB_EXPORT` */
export function readExportFile(folder: string, name: string): Uint8Array {
  try {
    return readFileSync(join(folder, name));
  } catch (cause) {
    throw new AssayError('ASSAY_QLDB_EXPORT', `${name} cannot be read`, { cause });
  }
}

/**
 * The blocks of a data file's bytes, in their order.
 * @throws AssayError `ASSAY_ION_MALFORMED`
 */
export function* blocksOf({ name, isJson }: ExportFile, bytes: Uint8Array): Generator<SourceBlock> {
  let tables: Uint8Array = new Uint8Array(0);
  let count = 0;
  for (const slice of isJson ? lines(bytes) : splitIon(bytes)) {
    const own = tables.length === 0 ? slice : Buffer.concat([tables, slice]);
    const values = [...readIon(own, `${name}, block ${count} of it`)];
    const [value] = values;
    if (value === undefined) {
      // A marker of Ion's version begins anew; a symbol table builds upon those before.
      tables = slice[0] === 0xe0 ? slice : own;
      continue;
    }
    if (values.length > 1) {
      throw new AssayError(
        'ASSAY_ION_MALFORMED',
        `${name}: something stands between its blocks, after ${count} of them`,
      );
    }
    count++;
    yield { bytes: own, value };
  }
}

function* lines(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) yield bytes.subarray(start, end);
    start = end + 1;
  }
}

function isTail(key: string, file: string): boolean {
  return key === file || key.endsWith(`/${file}`) || file.endsWith(`/${key}`);
}
