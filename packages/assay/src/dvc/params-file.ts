import { extname } from 'node:path';
import { AssayError } from '../errors.ts';
import { decodeText, mergeConflict } from './text.ts';
import type { Value } from './value.ts';
import { parseYaml } from './yaml.ts';

/**
 * Reads a file of parameters or metrics, by its extension: `.json`, `.toml`, and YAML for anything else, as DVC does.
 * @param file for messages, and for its extension
 * @throws AssayError `ASSAY_DVC_YAML`, `ASSAY_DVC_PARAMS`, `ASSAY_DVC_NOT_TEXT` with the place
 */
export async function parseParams(bytes: Uint8Array, file: string): Promise<Value> {
  const text = decodeText(bytes, file);
  switch (extname(file).toLowerCase()) {
    case '.json':
      return parseJson(text, file);
    case '.toml':
      return parseToml(text, file);
    case '.py': {
      const { parsePythonParams } = await import('./params-python.ts');
      return parsePythonParams(text, file);
    }
    default:
      return parseYaml(text, file);
  }
}

/** JSON with integers and floats apart. @throws AssayError `ASSAY_DVC_PARAMS` */
export function parseJson(text: string, file: string): Value {
  try {
    const reviver = (_key: string, value: unknown, context?: { readonly source?: string }) => {
      if (typeof value !== 'number') return value;
      return /^-?\d+$/.test(context?.source ?? '') ? BigInt(context!.source!) : value;
    };
    // Python writes NaN and Infinity as such, and reads them.
    return JSON.parse(text, reviver as never) as Value;
  } catch (error) {
    throw mergeConflict(text, file) ?? invalid(file, error);
  }
}

async function parseToml(text: string, file: string): Promise<Value> {
  const { parse } = await import('smol-toml');
  try {
    return plain(parse(text, { integersAsBigInt: true }));
  } catch (error) {
    throw mergeConflict(text, file) ?? invalid(file, error);
  }
}

/** Dates stand as their text. */
function plain(value: unknown): Value {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  }
  return value as Value;
}

function invalid(file: string, error: unknown): AssayError {
  const said = error instanceof Error ? error.message.split('\n')[0] : 'it cannot be read';
  const message = error instanceof RangeError ? 'it is nested too deeply' : said;
  return new AssayError('ASSAY_DVC_PARAMS', `${file}: ${message}`, {
    hint: 'Correct the file, or bring it back from git.',
    cause: error,
  });
}
