import { open } from 'node:fs/promises';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { Json } from './graph.ts';
import { parseJson } from './json-source.ts';
import type { Place, Problem } from './problems.ts';
import { parseYaml } from './yaml-source.ts';

export type Path = readonly (string | number)[];

/** A parsed file that knows where each value stands. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly value: Json;
  /** Where the value at a path stands, or its nearest ancestor; with `key`, where the key that leads to it stands. */
  locate(path: Path, of?: 'value' | 'key'): Place;
}

export type Parsed = { readonly source: Source } | { readonly text: string; readonly problems: readonly Problem[] };

const maximumBytes = 1024 * 1024;

/**
 * Reads one YAML or JSON file. A file whose first character is `{` or `[` and whose name ends in `.json` or `.jdf` is
 * JSON, strictly; all others are YAML 1.2 with the core schema.
 *
 * @throws AssayError ASSAY_PIPELINE_NO_FILE, ASSAY_PIPELINE_TOO_LARGE, ASSAY_PIPELINE_NOT_UTF8
 */
export async function readSource(file: string): Promise<Parsed> {
  return parseSource(file, await readText(file));
}

function parseSource(file: string, text: string): Parsed {
  const isJson = /\.(json|jdf)$/i.test(file) && /^\s*[[{]/.test(text);
  return isJson ? parseJson(file, text) : parseYaml(file, text);
}

async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AssayError('ASSAY_PIPELINE_NOT_UTF8', `${file}: byte ${firstBadByte(bytes)} is not UTF-8`, {
      hint: 'Save the file as UTF-8.',
    });
  }
  const zero = text.indexOf('\0');
  if (zero >= 0)
    throw new AssayError('ASSAY_PIPELINE_NOT_UTF8', `${file}: character ${zero} is a zero byte: this is no text file`);
  return text;
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    await using handle = await open(file, 'r');
    const stat = await handle.stat();
    if (stat.isDirectory())
      throw new AssayError('ASSAY_PIPELINE_NO_FILE', `${file} is a folder`, { hint: 'Name the pipeline file in it.' });
    if (!stat.isFile()) throw new AssayError('ASSAY_PIPELINE_NO_FILE', `${file} is not a regular file`);
    if (stat.size > maximumBytes)
      throw new AssayError(
        'ASSAY_PIPELINE_TOO_LARGE',
        `${file} has ${stat.size} bytes; a pipeline file has at most 1 MiB`,
        {
          hint: 'Put long lists into a data file, and tie it to an input port.',
        },
      );
    return await handle.readFile();
  } catch (error) {
    if (error instanceof AssayError) throw error;
    if (isErrno(error, 'ENOENT', 'ENOTDIR'))
      throw new AssayError('ASSAY_PIPELINE_NO_FILE', `there is no file ${file}`, {
        hint: 'Write one (docs/guides/pipelines.md), or name another.',
      });
    throw new AssayError('ASSAY_PIPELINE_NO_FILE', `${file} cannot be read: ${String(error)}`, { cause: error });
  }
}

/** Where the first sequence of bytes starts that is none of UTF-8: binary search over prefixes. */
function firstBadByte(bytes: Uint8Array): number {
  const decodes = (length: number, stream: boolean): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream });
      return true;
    } catch {
      return false;
    }
  };
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (decodes(middle, true)) low = middle;
    else high = middle - 1;
  }
  // As a stream, a prefix may end within the bad sequence.
  while (low > 0 && !decodes(low, false)) low--;
  return low;
}
