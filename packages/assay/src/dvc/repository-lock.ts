import { join } from 'node:path';
import { FileLock, type FileLockOptions } from './file-lock.ts';
import type { Repository } from './repository.ts';

/** The lock that DVC takes as well whenever it changes a repository. Give it back with `end`. */
export function repositoryLock(repository: Repository, options: FileLockOptions = {}): FileLock {
  return new FileLock(join(repository.temporary, 'lock'), options);
}
