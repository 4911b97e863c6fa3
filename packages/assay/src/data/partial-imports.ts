import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import type { TrackedStage } from '../dvc/index.ts';
import type { Workplace } from './workplace.ts';

/** An import that was not downloaded: its `.dvc` file says where the data is, not what it is. */
export function isPartialImport({ cmd, deps, outs }: TrackedStage): boolean {
  return cmd.length === 0 && deps.length === 1 && outs.length === 1 && outs[0]!.checksum === undefined;
}

/**
 * Remembers what was fetched for such an import: its `.dvc` file stays as it is, as with DVC.
 * @param md5 the object in the cache
 */
export function rememberFetched(workplace: Workplace, stage: TrackedStage, md5: string): void {
  const file = fileOf(workplace);
  const known = new Map(readKnown(file)).set(keyOf(stage), md5);
  mkdirSync(dirname(file), { recursive: true });
  replaceFile(file, `${JSON.stringify([...known])}\n`, { sync: false });
}

/** The object that was fetched for such an import; undefined when none was, or the cache has not all of it any more. */
export function fetchedObject(workplace: Workplace, stage: TrackedStage): string | undefined {
  const key = keyOf(stage);
  const md5 = readKnown(fileOf(workplace)).find(([one]) => one === key)?.[1];
  return md5 !== undefined && workplace.cache.missing(md5).length === 0 ? md5 : undefined;
}

function keyOf({ deps, outs }: TrackedStage): string {
  const { location, repo, checksum } = deps[0]!;
  return JSON.stringify([outs[0]!.location, location, repo?.url, repo?.revLock, checksum?.value].map((x) => x ?? null));
}

function readKnown(file: string): readonly (readonly [string, string])[] {
  if (!existsSync(file)) return [];
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(found) ? found.filter(isKnown) : [];
  } catch {
    // What is not remembered is fetched anew.
    return [];
  }
}

function isKnown(one: unknown): one is readonly [string, string] {
  return Array.isArray(one) && typeof one[0] === 'string' && /^[0-9a-f]{32}(?:\.dir)?$/.test(String(one[1]));
}

function fileOf({ repository }: Workplace): string {
  return join(repository.temporary, 'assay', 'fetched-imports');
}
