import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { FileObjectStore } from '../objects/index.ts';
import type { SealedRecord } from '../records/index.ts';
import { inspectModelFile, type ModelDescription, revisionOf } from '../track/index.ts';

/** A file of a revision that is a model, or begins as one and contradicts itself. */
export interface TrackedModel {
  readonly file: string;
  readonly model: ModelDescription | null;
  readonly problem: string | null;
}

/** The models among a revision's files. What is wrong with a file is told, and no reason to refuse it. */
export function modelsOf(objects: FileObjectStore, sealed: SealedRecord): TrackedModel[] {
  return revisionOf(sealed).files.flatMap(({ name, sha256 }): TrackedModel[] => {
    try {
      const model = inspectModelFile(objects.pathOf(sha256), name);
      return model ? [{ file: name, model, problem: null }] : [];
    } catch (error) {
      // An object that was collected or redacted: its hashes are all there is to say.
      if (isErrno(error, 'ENOENT')) return [];
      if (!(error instanceof AssayError) || error.code !== 'ASSAY_TRACK_MODEL_FILE') throw error;
      return [{ file: name, model: null, problem: error.message }];
    }
  });
}
