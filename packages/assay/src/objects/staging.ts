import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isErrno } from '../errno.ts';

/**
 * Where a file is made before it gets its name, so that there is at every moment the old one or the new one. It is out of sight:
 * what a process leaves that is ended in between lies in no tracked folder.
 */
export class Staging {
  readonly #folder: string;
  #file: string | undefined;
  /** On another file system than where files go, or not to be written: then beside them. */
  #isUnusable = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param replaces whether something may be at the path */
  place(path: string, replaces: boolean, make: (staging: string) => void): void {
    const own = this.#own();
    if (own !== undefined) {
      try {
        put(own, path, replaces, make);
        return;
      } catch (error) {
        if (!isErrno(error, 'EXDEV')) throw error;
        this.#isUnusable = true;
      }
    }
    put(`${dirname(path)}/.${process.pid}.assay`, path, replaces, make);
  }

  #own(): string | undefined {
    if (this.#isUnusable) return undefined;
    if (this.#file !== undefined) return this.#file;
    try {
      mkdirSync(this.#folder, { recursive: true });
      removeLeft(this.#folder);
    } catch (error) {
      if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
      this.#isUnusable = true;
      return undefined;
    }
    this.#file = join(this.#folder, `placing-${process.pid}`);
    return this.#file;
  }
}

function put(staging: string, path: string, replaces: boolean, make: (staging: string) => void): void {
  try {
    make(staging);
    renameSync(staging, path);
    // Renaming one name of an inode to another name of it does nothing, and leaves both.
    if (replaces) rmSync(staging, { force: true });
  } catch (error) {
    rmSync(staging, { force: true });
    throw error;
  }
}

/** What processes left that are gone. */
function removeLeft(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^placing-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}
