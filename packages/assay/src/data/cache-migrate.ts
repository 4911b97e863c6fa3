import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { editDataFile, readDataFile, readIndex, type TrackedStage, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { renameLegacy } from '../objects/index.ts';
import { withContent } from './add.ts';
import { commitStage } from './commit.ts';
import { ParamsCache } from './status.ts';
import { isLegacy, placeOf } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/**
 * Gives every object in the layout of DVC 2 its name in that of DVC 3 as well: its own MD5, not that of the text without carriage
 * returns. One file has both names where links can be made.
 * @returns how many had none yet
 */
export async function migrateCache({ cache, signal, onProgress }: Workplace): Promise<number> {
  let count = 0;
  for (const { md5, legacy } of [...cache.list()]) {
    if (!legacy) continue;
    signal.throwIfAborted();
    if (await renameLegacy(cache, md5)) onProgress?.('migrating', ++count);
  }
  return count;
}

/** Stages whose entries have hashes of DVC 2. */
export async function trackingFilesToMigrate({ repository }: Workplace): Promise<readonly TrackedStage[]> {
  const { stages } = await readIndex(repository, workspaceTree(repository));
  return stages.filter((stage) => {
    const isImport = stage.name === undefined && stage.cmd.length === 0 && stage.deps.length > 0;
    return stage.outs.some(isLegacy) || (!isImport && stage.deps.some(isLegacy));
  });
}

/**
 * Writes hashes of DVC 3 into tracking files, of the data as it lies in the workspace; that data is in the cache then.
 * @returns files that changed, absolute, and stages of which something is not there: they stay as they were
 */
export async function migrateTrackingFiles(
  workplace: Workplace,
  stages: readonly TrackedStage[],
): Promise<{ readonly changed: readonly string[]; readonly missing: readonly string[] }> {
  const params = new ParamsCache(workplace);
  const changed: string[] = [];
  const missing: string[] = [];
  for (const stage of stages) {
    try {
      const files =
        stage.name === undefined
          ? [await migrateDataFile(workplace, stage)]
          : await commitStage(workplace, stage, params);
      changed.push(...files);
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'ASSAY_PATH_MISSING')) throw error;
      missing.push(stage.address);
    }
  }
  return { changed, missing };
}

async function migrateDataFile(workplace: Workplace, stage: TrackedStage): Promise<string> {
  const { repository, cache, signal } = workplace;
  const file = join(repository.root, stage.file);
  const text = readFileSync(file, 'utf8');
  const data = readDataFile(text, stage.file);
  const outs = [];
  for (const [i, out] of data.outs.entries()) {
    const path = placeOf(workplace, stage.outs[i]!);
    if (!isLegacy(out) || path === undefined) outs.push(out);
    else {
      if (!existsSync(path)) throw new AssayError('ASSAY_PATH_MISSING', `${path} is not there`);
      outs.push(withContent(out, await cache.add(path, { signal })));
    }
  }
  const deps = [];
  for (const [i, dep] of data.deps.entries()) {
    const path = placeOf(workplace, stage.deps[i]!);
    const found = isLegacy(dep) && !dep.repo && path !== undefined ? await cache.scan(path, { signal }) : undefined;
    deps.push(found ? withContent(dep, found) : dep);
  }
  replaceFile(file, editDataFile(text, { ...data, deps, outs }, stage.file), { sync: false });
  return file;
}
