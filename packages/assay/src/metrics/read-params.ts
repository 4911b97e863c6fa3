import { posix } from 'node:path';
import type { ComparedTree } from '../data/index.ts';
import { valueAt } from '../data/index.ts';
import { parseParams, pythonRepr, type Value } from '../dvc/index.ts';
import { type Fields, type FileResult, isFields } from './values.ts';

export interface ParamsChoice {
  /** Only these files, relative to the root. */
  readonly targets?: readonly string[];
  /** Only what stages depend on. */
  readonly depsOnly?: boolean;
}

const defaultFile = 'params.yaml';

/** The parameters of a workspace or commit by file: those of stages, of the top of `dvc.yaml`, and `params.yaml`. */
export async function readParams(
  tree: ComparedTree,
  choice: ParamsChoice = {},
): Promise<ReadonlyMap<string, FileResult>> {
  const result = new Map<string, FileResult>();
  for (const [file, keys] of await paramFiles(tree, choice)) {
    for (const path of (await tree.filesBelow(file)) ?? [file]) {
      const found = await readValues(tree, path);
      if (found.data === undefined || keys.length === 0) result.set(path, found);
      else result.set(path, { data: chosen(found.data, keys) });
    }
  }
  return result;
}

/** Files with the keys that are asked of them; no keys means all. */
async function paramFiles(tree: ComparedTree, choice: ParamsChoice) {
  const asked: (readonly [string, readonly string[]])[] = (choice.targets ?? []).map((file) => [file, []]);
  if (asked.length === 0) {
    for (const stage of tree.index.stages) {
      for (const { file, keys } of stage.params) asked.push([posix.normalize(posix.join(stage.wdir, file)), keys]);
    }
    if (!choice.depsOnly) {
      for (const pipeline of tree.index.pipelines) {
        const folder = posix.dirname(pipeline.file);
        for (const file of pipeline.params) asked.push([posix.normalize(posix.join(folder, file)), []]);
      }
      if (await tree.read(defaultFile)) asked.push([defaultFile, []]);
    }
  }
  const merged = new Map<string, readonly string[]>();
  const whole = new Set(asked.filter(([, keys]) => keys.length === 0).map(([file]) => file));
  for (const [file, keys] of asked) {
    merged.set(file, whole.has(file) ? [] : [...new Set([...(merged.get(file) ?? []), ...keys])]);
  }
  return merged;
}

/** The part of a file's values that some dotted keys name, nested as it is there. */
function chosen(values: Value, keys: readonly string[]): Fields {
  const part: Record<string, Value> = {};
  for (const key of keys) {
    const value = valueAt(values, key);
    if (value === undefined) continue;
    const names = isFields(values) && Object.hasOwn(values, key) ? [key] : key.split('.');
    let at: Record<string, Value> = part;
    for (const name of names.slice(0, -1)) {
      const inner = Object.hasOwn(at, name) ? at[name] : undefined;
      const next: Record<string, Value> = isFields(inner) ? { ...inner } : {};
      at = define(at, name, next) as Record<string, Value>;
    }
    define(at, names.at(-1)!, value);
  }
  return part;
}

/** Also of a key that is called `__proto__`. */
function define(fields: Record<string, Value>, name: string, value: Value): Value {
  Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true });
  return value;
}

const parsed = new WeakMap<Uint8Array, FileResult>();

/** The values of a file; what keeps it from being read is a result too. */
export async function readValues(tree: ComparedTree, path: string): Promise<FileResult> {
  const bytes = await tree.read(path);
  if (!bytes) {
    const folder = tree.unlistedFolder(path)?.split('/');
    if (folder) {
      const name =
        folder.length === 1 ? `(${pythonRepr(folder[0]!)},)` : `(${folder.map((one) => pythonRepr(one)).join(', ')})`;
      return { error: { type: 'DataIndexDirError', msg: `failed to load directory ${name}` } };
    }
    return { error: { type: 'FileNotFoundError', msg: missingFile(tree, path) } };
  }
  const known = parsed.get(bytes);
  if (known) return known;
  let result: FileResult;
  try {
    result = { data: (await parseParams(bytes, path)) ?? {} };
  } catch (error) {
    result = { error: { type: 'ParseError', msg: error instanceof Error ? error.message : String(error) } };
  }
  parsed.set(bytes, result);
  return result;
}

/** What DVC says of a file that is neither in the workspace, nor in git, nor in the cache. */
export function missingFile(tree: ComparedTree, path: string): string {
  const isCached = tree.index.byLocation.get(path)?.out.cache === true;
  return `[Errno 2] ${isCached ? 'No storage files available' : 'No such file or directory'}: '${path}'`;
}
