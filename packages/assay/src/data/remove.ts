import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { editPipelineStage, LockFile, type TrackedStage } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { unignoreInGit } from './gitignore.ts';
import { rememberPlaced } from './placed-outputs.ts';
import { checkUnused, ownPlaceOf, placeOf } from './tracked-data.ts';
import { unprotect } from './unprotect.ts';
import type { Workplace } from './workplace.ts';

/**
 * Stops tracking: a `.dvc` file goes, or a stage with its lock entry; the data stays unless `outs`.
 * @returns what was removed or changed, relative to the root
 * @throws AssayError `ASSAY_DVC_GENERATED` for one stage of a loop
 */
export function removeStage(workplace: Workplace, stage: TrackedStage, outs: boolean): readonly string[] {
  const { repository } = workplace;
  const file = join(repository.root, stage.file);
  // What cannot be removed is refused before anything is touched.
  const next = stage.name === undefined ? undefined : withoutStage(file, stage);
  const changed: string[] = [];
  checkUnused(workplace, { write: stage.outs });
  for (const out of stage.outs) {
    const path = outs ? ownPlaceOf(workplace, out) : placeOf(workplace, out);
    if (path === undefined) continue;
    const ignoring = unignoreInGit(repository, path);
    if (ignoring !== undefined) changed.push(posix.relative(repository.root, ignoring));
    rememberPlaced(workplace, out.location, undefined);
    if (outs) rmSync(path, { recursive: true, force: true });
    else if (out.cache) unprotect(workplace, { stage, out });
  }
  if (stage.name === undefined || next === undefined) {
    rmSync(file, { force: true });
    return [stage.file, ...changed];
  }
  const lockPath = join(repository.root, posix.dirname(stage.file), 'dvc.lock');
  if (existsSync(lockPath)) {
    const lock = LockFile.parse(readFileSync(lockPath, 'utf8'), lockPath);
    lock.delete(stage.name);
    if (lock.names().length === 0) rmSync(lockPath);
    else replaceFile(lockPath, lock.toString(), { sync: false });
    changed.push(posix.join(posix.dirname(stage.file), 'dvc.lock'));
  }
  if (/^stages:\s*(?:\{\})?\s*$/.test(next.trim())) rmSync(file);
  else replaceFile(file, next, { sync: false });
  return [stage.file, ...changed];
}

/** The text of a `dvc.yaml` without a stage. @throws AssayError `ASSAY_DVC_GENERATED` */
function withoutStage(file: string, stage: TrackedStage): string {
  return editPipelineStage(readFileSync(file, 'utf8'), stage.file, stage.name!, (fields) => {
    if (fields !== undefined) return undefined;
    throw new AssayError('ASSAY_DVC_GENERATED', `${stage.address} is one stage of a loop`, {
      hint: `Remove the loop as a whole, in ${stage.file}.`,
    });
  });
}
