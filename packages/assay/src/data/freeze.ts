import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { editDataFile, editPipelineStage, readDataFile, type TrackedStage } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { Workplace } from './workplace.ts';

/**
 * Keeps a stage from running, or lets it run again.
 * @returns whether its file had to change
 * @throws AssayError `ASSAY_DVC_GENERATED`
 */
export function setFrozen({ repository }: Workplace, stage: TrackedStage, frozen: boolean): boolean {
  const file = join(repository.root, stage.file);
  const text = readFileSync(file, 'utf8');
  const next =
    stage.name === undefined
      ? editDataFile(text, { ...readDataFile(text, stage.file), frozen }, stage.file)
      : editPipelineStage(text, stage.file, stage.name, (fields) => {
          if (fields === undefined) throw oneOfMany(stage);
          return Object.fromEntries([
            ...Object.entries(fields).filter(([key]) => key !== 'frozen'),
            ...(frozen ? [['frozen', true] as const] : []),
          ]);
        });
  if (next === text) return false;
  replaceFile(file, next, { sync: false });
  return true;
}

function oneOfMany(stage: TrackedStage): AssayError {
  return new AssayError('ASSAY_DVC_GENERATED', `${stage.address} is one stage of a loop`, {
    hint: `Write \`frozen: true\` into the loop in ${stage.file}, which freezes all of them.`,
  });
}
