import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';

/** What a failed write means to a person; anything else passes unchanged. */
export function storageError(error: unknown, folder: string): unknown {
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) {
    return new AssayError('ASSAY_DISK_FULL', `there is no room to write in ${folder}`, {
      hint: 'Free some disk space and try again; nothing of the refused write was kept.',
      cause: error,
    });
  }
  if (isErrno(error, 'EACCES', 'EPERM', 'EROFS')) {
    return new AssayError('ASSAY_OBJECTS_READ_ONLY', `${error.path ?? folder} cannot be written`, {
      hint: 'Check who owns the folder and its permissions.',
      cause: error,
    });
  }
  return error;
}

export function missingObject(hash: string, path: string): AssayError {
  return new AssayError('ASSAY_OBJECT_MISSING', `the object ${hash} is not in the store (${path})`, {
    hint: 'Run the stage that makes it again, or restore the folder from a backup.',
  });
}

export function damagedObject(hash: string, path: string): AssayError {
  return new AssayError('ASSAY_OBJECT_DAMAGED', `${path} does not hold the bytes that ${hash} names`, {
    hint: 'Remove the file, then restore it from a backup or run the stage that makes it again.',
  });
}

export function notRegular(path: string): AssayError {
  return new AssayError('ASSAY_PATH_NOT_REGULAR', `${path} is neither a file nor a folder`, {
    hint: 'Sockets, pipes and devices cannot be stored.',
  });
}
