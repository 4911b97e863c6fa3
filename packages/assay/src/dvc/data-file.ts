import { AssayError } from '../errors.ts';
import type { DataFile } from './entries.ts';
import { asFields, depFields, outFields, toDep, toOut } from './entry-format.ts';
import type { Value } from './value.ts';
import { formatYaml, formatYamlDocument, parseYaml, parseYamlDocument, toValue } from './yaml.ts';

const known = ['desc', 'md5', 'cmd', 'wdir', 'frozen', 'locked', 'deps', 'outs', 'always_changed', 'meta'];

/**
 * Reads a `.dvc` file.
 * @param file only for messages
 * @throws AssayError `ASSAY_DVC_YAML`, `ASSAY_DVC_ENTRY`
 */
export function readDataFile(text: string, file: string): DataFile {
  return plainDataFile(text) ?? toDataFile(parseYaml(text, file), file);
}

/** The text of a new `.dvc` file, as DVC writes it. */
export function formatDataFile(data: DataFile): string {
  return formatYaml(toFields(data));
}

/**
 * The text with another content: comments, order of keys and what DVC does not know stay; the same content is the same text.
 * @throws AssayError `ASSAY_DVC_YAML`, `ASSAY_DVC_ENTRY`
 */
export function editDataFile(text: string, data: DataFile, file: string): string {
  const next = toFields(data);
  // A file of DVC 2 gets its `hash` after all that it has, as DVC puts it.
  if (plainDataFile(text)?.outs[0]?.checksum?.kind === 'md5') return formatYaml(next);
  const document = parseYamlDocument(text, file);
  const before = toFields(toDataFile(toValue(document, file), file));
  if (same(before, next)) return text;
  for (const key of known) {
    if (same(before[key], next[key])) continue;
    const [was, is] = [before[key], next[key]];
    if (is === undefined) document.delete(key);
    else if (Array.isArray(was) && Array.isArray(is) && was.length === is.length) {
      for (const [i, entry] of is.entries())
        editEntry(document, [key, i], asFields(was[i], file), asFields(entry, file));
    } else document.set(key, document.createNode(is, { aliasDuplicateObjects: false }));
  }
  return formatYamlDocument(document);
}

function editEntry(
  document: ReturnType<typeof parseYamlDocument>,
  place: readonly [string, number],
  was: { readonly [key: string]: Value },
  is: { readonly [key: string]: Value },
): void {
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (same(was[key], is[key])) continue;
    const value = is[key];
    if (value === undefined) document.deleteIn([...place, key]);
    else document.setIn([...place, key], typeof value === 'object' ? document.createNode(value) : value);
  }
}

function toDataFile(value: Value, file: string): DataFile {
  const fields = asFields(value ?? {}, file);
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new AssayError('ASSAY_DVC_ENTRY', `${file}: \`${unknown}\` is no key of a .dvc file`, {
      hint: `The keys are ${known.join(', ')}.`,
    });
  }
  const text = (name: string) => {
    const one = fields[name];
    if (one === undefined || one === null) return {};
    if (typeof one !== 'string') throw notText(file, name);
    return { [name]: one };
  };
  return {
    ...text('md5'),
    ...text('desc'),
    ...text('cmd'),
    wdir: typeof fields.wdir === 'string' ? fields.wdir : '.',
    frozen: (fields.frozen ?? fields.locked) === true,
    alwaysChanged: fields.always_changed === true,
    deps: entries(fields.deps, file, 'deps').map((one, i) => toDep(one, `${file}, deps[${i}]`)),
    outs: entries(fields.outs, file, 'outs').map((one, i) => toOut(one, `${file}, outs[${i}]`)),
    ...(fields.meta === undefined || fields.meta === null ? {} : { meta: asFields(fields.meta, `${file}, meta`) }),
  };
}

function entries(value: Value | undefined, file: string, name: string): readonly Value[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new AssayError('ASSAY_DVC_ENTRY', `${file}: \`${name}\` is no list`, { hint: 'Correct the file.' });
  }
  return value;
}

export function toFields(data: DataFile): { readonly [key: string]: Value } {
  return {
    ...(data.desc === undefined ? {} : { desc: data.desc }),
    ...(data.md5 === undefined ? {} : { md5: data.md5 }),
    ...(data.cmd === undefined ? {} : { cmd: data.cmd }),
    ...(data.wdir === '.' ? {} : { wdir: data.wdir }),
    ...(data.frozen ? { frozen: true } : {}),
    ...(data.deps.length === 0 ? {} : { deps: data.deps.map(depFields) }),
    ...(data.outs.length === 0 ? {} : { outs: data.outs.map(outFields) }),
    ...(data.alwaysChanged ? { always_changed: true } : {}),
    ...(data.meta === undefined ? {} : { meta: data.meta }),
  };
}

/** What `dvc add` writes, with a path that needs no quotes: the form of nearly every `.dvc` file, read without the YAML library. */
const plain =
  /^outs:\n- md5: ([0-9a-f]{32}(?:\.dir)?)\n(?: {2}size: (\d{1,15})\n)?(?: {2}nfiles: (\d{1,15})\n)?( {2}isexec: true\n)?( {2}hash: md5\n)? {2}path: ([A-Za-z_][A-Za-z0-9_./-]*)\n$/;
const plainWords = /^(?:null|true|false)$/i;

function plainDataFile(text: string): DataFile | undefined {
  const match = plain.exec(text);
  if (!match) return undefined;
  const [, md5 = '', size, nfiles, isexec, hash, path = ''] = match;
  // A hash of digits alone, or like `12e5`, is a number to YAML.
  if (plainWords.test(path) || !/[a-df]/.test(md5)) return undefined;
  return {
    wdir: '.',
    frozen: false,
    alwaysChanged: false,
    deps: [],
    outs: [
      {
        path,
        checksum: { kind: hash === undefined ? 'md5-dos2unix' : 'md5', value: md5 },
        ...(size === undefined ? {} : { size: Number(size) }),
        ...(nfiles === undefined ? {} : { nfiles: Number(nfiles) }),
        ...(isexec === undefined ? {} : { isexec: true as const }),
        cache: true,
        persist: false,
        push: true,
        metric: false,
        plot: false,
      },
    ],
  };
}

function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b || (typeof a === 'number' && typeof b === 'number' && Object.is(a, b))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  const other = b as { readonly [key: string]: Value };
  return left.length === right.length && left.every(([key, value]) => same(value, other[key]));
}

function notText(file: string, name: string): AssayError {
  return new AssayError('ASSAY_DVC_ENTRY', `${file}: \`${name}\` is no text`, { hint: 'Correct the file.' });
}
