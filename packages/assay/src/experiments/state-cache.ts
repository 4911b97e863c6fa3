import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { parseJson, pythonJson, type Repository, type Value } from '../dvc/index.ts';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { FileResult, FileResults } from '../metrics/index.ts';
import { plainData } from './plain.ts';
import type { ContentState, ExperimentData, OutputState } from './state.ts';

/**
 * What commits hold, kept in the files in which DVC keeps it (`.dvc/tmp/exps/cache`): a commit never changes, so it is read once,
 * by whichever program comes first.
 */
export class StateCache {
  readonly #folder: string;
  #writable = true;

  constructor({ temporary }: Repository) {
    this.#folder = join(temporary, 'exps', 'cache');
  }

  /** Undefined for a commit that is not known, or a file that cannot be read. */
  get(rev: string): ExperimentData | undefined {
    try {
      return toData(parseJson(readFileSync(this.#file(rev), 'utf8'), rev), rev);
    } catch (error) {
      if (error instanceof AssayError || error instanceof TypeError) return undefined;
      if (isErrno(error, 'ENOENT', 'EACCES', 'EISDIR')) return undefined;
      throw error;
    }
  }

  /** Keeps what could be read as a whole. */
  put(rev: string, created: Date | undefined, data: ExperimentData): void {
    const files = [...data.params.values(), ...data.metrics.values()];
    if (!this.#writable || files.some(({ error }) => error !== undefined)) return;
    const file = this.#file(rev);
    try {
      mkdirSync(dirname(file), { recursive: true });
      replaceFile(file, pythonJson(plainData(rev, created, data)), { sync: false });
    } catch (error) {
      // It only saves time.
      if (!isErrno(error, 'EACCES', 'EROFS', 'EPERM', 'ENOSPC', 'EDQUOT')) throw error;
      this.#writable = false;
    }
  }

  #file(rev: string): string {
    return join(this.#folder, rev.slice(0, 2), rev.slice(2));
  }
}

type Fields = { readonly [key: string]: Value };

/** @throws TypeError for another shape */
function toData(value: Value, rev: string): ExperimentData {
  const found = fields(value);
  if (found.rev !== rev) throw new TypeError('it is of another commit');
  return {
    params: results(found.params),
    metrics: results(found.metrics),
    deps: mapped(found.deps, content),
    outs: mapped(
      found.outs,
      (out): OutputState => ({
        ...content(out),
        cached: out.use_cache === true,
        isSource: out.is_data_source === true,
      }),
    ),
  };
}

function results(value: Value | undefined): FileResults {
  return mapped(value, (file): FileResult => {
    if (file.data === undefined) throw new TypeError('it holds an error');
    return { data: file.data };
  });
}

function content({ hash, size, nfiles }: Fields): ContentState {
  const number = (one: Value | undefined) => (typeof one === 'bigint' ? Number(one) : undefined);
  return { hash: typeof hash === 'string' ? hash : undefined, size: number(size), nfiles: number(nfiles) };
}

function mapped<T>(value: Value | undefined, change: (fields: Fields) => T): ReadonlyMap<string, T> {
  return new Map(Object.entries(fields(value)).map(([key, one]) => [key, change(fields(one))]));
}

function fields(value: Value | undefined): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('it is no object');
  return value as Fields;
}
