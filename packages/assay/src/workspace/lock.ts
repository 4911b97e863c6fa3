import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFile } from '../durable-file.ts';
import { AssayError } from '../errors.ts';

export interface Holder {
  readonly pid: number;
  readonly command: string;
  readonly since: string;
}

export interface Lock extends Disposable {
  release(): void;
}

export interface LockOptions {
  /** Said to whoever meets the lock. */
  readonly command: string;
  readonly now: Date;
  /** Wait until it is free; else the lock is refused. */
  readonly wait?: boolean;
  /** Told once, when waiting begins. */
  readonly onWait?: (holder: Holder | undefined) => void;
  readonly signal?: AbortSignal;
}

/**
 * Takes a lock that other processes see. The operating system holds it (SQLite's exclusive lock on an empty database), so that
 * it ends with its process, however that ends: there are no stale ones to break. `<name>.json` beside it says who has it.
 * @throws AssayError `ASSAY_LOCK_HELD`, naming the holder, unless told to wait; the signal's reason when aborted.
 */
export async function acquireLock(folder: string, name: string, options: LockOptions): Promise<Lock> {
  mkdirSync(folder, { recursive: true });
  const infoFile = join(folder, `${name}.json`);
  const database = new DatabaseSync(join(folder, `${name}.lock`), { timeout: 0 });
  let told = false;
  try {
    while (!tryLock(database)) {
      const holder = readHolder(infoFile);
      if (options.wait !== true) throw held(name, holder);
      if (!told) options.onWait?.(holder);
      told = true;
      await sleep(50 + Math.random() * 100, undefined, options.signal ? { signal: options.signal } : {});
    }
    const holder: Holder = { pid: process.pid, command: options.command, since: options.now.toISOString() };
    replaceFile(infoFile, `${JSON.stringify(holder)}\n`, { sync: false });
  } catch (error) {
    database.close();
    const { databaseError } = await import('../database/index.ts');
    throw databaseError(error, join(folder, `${name}.lock`));
  }
  let open = true;
  const release = () => {
    if (open) database.close();
    open = false;
  };
  return { release, [Symbol.dispose]: release };
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    // SQLITE_BUSY
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return false;
    throw error;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('pid' in value && 'command' in value && 'since' in value)) return undefined;
    const { pid, command, since } = value;
    if (typeof pid !== 'number' || typeof command !== 'string' || typeof since !== 'string') return undefined;
    return { pid, command, since };
  } catch {
    return undefined;
  }
}

function held(name: string, holder: Holder | undefined): AssayError {
  const who = holder ? `process ${holder.pid} (${holder.command}) since ${holder.since}` : 'another process';
  return new AssayError('ASSAY_LOCK_HELD', `the ${name} lock of this project is held by ${who}`, {
    hint: 'Wait for it to end, or use --wait.',
  });
}
