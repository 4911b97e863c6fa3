import { AssayError } from '../errors.ts';

/** What the operating system refused, as a person should meet it; undefined for any other error. */
export function fromSystem(error: Error): AssayError | undefined {
  if (!('code' in error && 'syscall' in error) || typeof error.code !== 'string') return undefined;
  const where = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  const what = `${error.syscall}${where === undefined ? '' : ` of ${where}`} failed (${error.code})`;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AssayError('ASSAY_DISK_FULL', `there is no room: ${what}`, {
        hint: 'Make room and start again; what was sealed is kept.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new AssayError('ASSAY_FILE_ACCESS', `not allowed: ${what}`, {
        hint: 'Look at who owns the file or its folder, and whether it may be written.',
        cause: error,
      });
    default:
      if (where === undefined) return undefined;
      return new AssayError('ASSAY_FILE_UNUSABLE', what, {
        hint: reasons[error.code] ?? 'Look at what lies at that path.',
        cause: error,
      });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is nothing at that path.',
  EISDIR: 'There is a folder at that path, where a file is expected.',
  ENOTDIR: 'There is a file at that path, or in it, where a folder is expected.',
  EEXIST: 'There is something at that path already.',
  ENOTEMPTY: 'There is a folder at that path already, and it is not empty.',
};
