import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import {
  formatYaml,
  type LockedStage,
  lockedStageFields,
  lockKeys,
  parseYaml,
  type TrackedStage,
  toLockedStage,
} from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { sameValue } from './status.ts';
import { isLegacy, placeOf } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/** Only stages that name all they use and make, here, and that make it anew each time. */
export function isRemembered(stage: TrackedStage): boolean {
  const local = (one: { readonly location: string }) => !one.location.includes('://');
  const depends = stage.deps.length > 0 || stage.params.length > 0;
  return (
    stage.cmd.length > 0 &&
    depends &&
    stage.outs.length > 0 &&
    !stage.alwaysChanged &&
    stage.deps.every(local) &&
    stage.outs.every((out) => local(out) && !out.persist)
  );
}

/**
 * Writes a result into DVC's run-cache, where DVC finds it as well. Outputs that stay out of the cache lie there for this alone:
 * to be brought back, they must be kept somewhere.
 */
export async function rememberRun(workplace: Workplace, stage: TrackedStage, locked: LockedStage): Promise<void> {
  const { cache, signal } = workplace;
  for (const out of stage.outs) {
    const path = out.cache || posix.isAbsolute(out.location) ? undefined : placeOf(workplace, out);
    if (path !== undefined) await cache.add(path, { signal });
  }
  const { key, value } = lockKeys(locked);
  const file = join(cache.root, 'runs', key.slice(0, 2), key, value);
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  replaceFile(file, formatYaml(lockedStageFields(locked)), { sync: false });
}

/**
 * The newest remembered result of the same command on the same data and parameters whose outputs are all in the cache.
 * @param now what the lock would say of the stage, its outputs without content
 */
export function findRun({ cache }: Workplace, now: LockedStage): LockedStage | undefined {
  const { key } = lockKeys(now);
  const folder = join(cache.root, 'runs', key.slice(0, 2), key);
  if (!existsSync(folder)) return undefined;
  const files = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of files) {
    let found: LockedStage;
    try {
      found = toLockedStage(parseYaml(readFileSync(path, 'utf8'), path), path);
    } catch (error) {
      // A file that somebody else damaged is no result.
      if (error instanceof AssayError) continue;
      throw error;
    }
    // Parameters called `size` or `nfiles` do not count in the key: they are compared here.
    if (!sameValue(found.params, now.params)) continue;
    const whole = found.outs.every(
      (out) => out.checksum !== undefined && cache.missing(out.checksum.value, isLegacy(out)).length === 0,
    );
    if (whole) return found;
  }
  return undefined;
}
