import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFile } from '../durable-file.ts';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { FileLock } from './file-lock.ts';
import type { Repository } from './repository.ts';

/** Absolute paths that are worked on while nobody holds the repository's lock. */
export interface PathUse {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

interface Holder {
  readonly pid: number;
  readonly cmd: string;
}

interface Uses {
  readonly write: Record<string, Holder>;
  readonly read: Record<string, readonly Holder[]>;
}

/**
 * Refuses work on paths that another process writes, or to write what another one reads, while a stage of its runs. What
 * processes that are gone have left there does not count.
 * @throws AssayError `ASSAY_DVC_BUSY`, which says who; `ASSAY_DVC_LOCK_FILE` when the file is not what DVC writes
 */
export function checkPathsFree(repository: Repository, use: PathUse): void {
  const uses = readUses(fileOf(repository));
  const met = uses && meeting(uses, use);
  if (met) throw busy(repository, met);
}

export interface PathLocksOptions {
  /** What the person typed, for whoever meets the lock. */
  readonly command: string;
  /** Told of paths that are waited for: `out.txt, which process 12 (dvc repro) uses`. Where this is not given, they are refused. */
  readonly onWait?: (what: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Paths that this process works on, where DVC looks for them, and has its own: `.dvc/tmp/rwlock`. Needed while a stage's command
 * runs, since the repository's lock is free then.
 */
export class PathLocks {
  readonly #repository: Repository;
  readonly #file: string;
  readonly #lock: FileLock;
  readonly #options: PathLocksOptions;
  readonly #me: Holder;

  constructor(repository: Repository, options: PathLocksOptions) {
    this.#repository = repository;
    this.#file = fileOf(repository);
    // Held for a moment by anyone, and needed to give paths back after a signal as well.
    this.#lock = new FileLock(`${this.#file}.lock`);
    this.#options = options;
    this.#me = { pid: process.pid, cmd: options.command };
  }

  /** @throws as `checkPathsFree`, and the signal's reason when aborted while it waits */
  async untilFree(use: PathUse): Promise<void> {
    const { onWait, signal } = this.#options;
    let told: string | undefined;
    for (;;) {
      const uses = readUses(this.#file);
      const met = uses && meeting(uses, use);
      if (!met) return;
      if (!onWait) throw busy(this.#repository, met);
      const what = `${shown(this.#repository, met.path)}, which ${met.who} uses`;
      if (what !== told) onWait(what);
      told = what;
      await sleep(200 + Math.random() * 200, undefined, { signal });
    }
  }

  /** @returns gives them back; undefined when they are in use: wait, and look at them again */
  async take(use: PathUse): Promise<(() => Promise<void>) | undefined> {
    const met = await this.#lock.during(() => this.#enter(use));
    return met ? undefined : () => this.#lock.during(() => this.#leave(use));
  }

  end(): Promise<void> {
    return this.#lock.end();
  }

  #enter(use: PathUse): Meeting | undefined {
    const uses = withoutTheGone(readUses(this.#file) ?? { read: {}, write: {} });
    const met = meeting(uses, use);
    if (met) return met;
    for (const path of use.write) uses.write[path] = this.#me;
    for (const path of use.read) uses.read[path] = [...(uses.read[path] ?? []), this.#me];
    writeUses(this.#file, uses);
    return undefined;
  }

  #leave(use: PathUse): void {
    const uses = readUses(this.#file);
    if (!uses) return;
    for (const path of use.write) if (isSame(uses.write[path], this.#me)) delete uses.write[path];
    for (const path of use.read) {
      const readers = uses.read[path] ?? [];
      // Once each: two stages of this process may read the same.
      const mine = readers.findIndex((one) => isSame(one, this.#me));
      const others = readers.filter((_, i) => i !== mine);
      if (others.length > 0) uses.read[path] = others;
      else delete uses.read[path];
    }
    writeUses(this.#file, uses);
  }
}

interface Meeting {
  readonly path: string;
  readonly who: string;
}

function meeting(uses: Uses, { read, write }: PathUse): Meeting | undefined {
  const meets = (path: string, holders: readonly Holder[], wanted: readonly string[]) => {
    const met = wanted.find((one) => one === path || one.startsWith(`${path}/`) || path.startsWith(`${one}/`));
    const others = met === undefined ? [] : holders.filter(({ pid }) => pid !== process.pid && isAlive(pid));
    if (met === undefined || others.length === 0) return undefined;
    return { path: met, who: others.map(({ pid, cmd }) => `process ${pid} (${cmd})`).join(' and ') };
  };
  for (const [path, one] of Object.entries(uses.write)) {
    const met = meets(path, [one], [...read, ...write]);
    if (met) return met;
  }
  for (const [path, holders] of Object.entries(uses.read)) {
    const met = meets(path, holders, write);
    if (met) return met;
  }
  return undefined;
}

function busy(repository: Repository, { path, who }: Meeting): AssayError {
  return new AssayError('ASSAY_DVC_BUSY', `${shown(repository, path)} is in use by ${who}`, {
    hint: 'Wait until that has ended. If there is no such process, remove .dvc/tmp/rwlock.',
  });
}

function shown({ root }: Repository, path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

function withoutTheGone({ read, write }: Uses): Uses {
  const readers = Object.entries(read).map(([path, all]) => [path, all.filter(({ pid }) => isAlive(pid))] as const);
  return {
    write: Object.fromEntries(Object.entries(write).filter(([, { pid }]) => isAlive(pid))),
    read: Object.fromEntries(
      readers.filter(([, alive]) => alive.length > 0).map(([path, alive]) => [path, [...alive]]),
    ),
  };
}

function readUses(file: string): Uses | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
  // DVC writes it in place: a process killed at that moment leaves an empty file.
  if (text.trim() === '') return undefined;
  try {
    return toUses(JSON.parse(text));
  } catch (error) {
    throw new AssayError('ASSAY_DVC_LOCK_FILE', `${file} is not what DVC writes there`, {
      hint: 'When no dvc and no assay is at work in this repository, remove the file.',
      cause: error,
    });
  }
}

/** By hand: every command loads this file, and loading zod takes as long as half of one. @throws TypeError */
function toUses(value: unknown): Uses {
  const { write = {}, read = {} } = toRecord(value);
  const readers = Object.entries(toRecord(read)).map(([path, all]) => {
    if (!Array.isArray(all)) throw new TypeError(`${path} has no list of readers`);
    return [path, all.map(toHolder)] as const;
  });
  return {
    write: Object.fromEntries(Object.entries(toRecord(write)).map(([path, one]) => [path, toHolder(one)])),
    read: Object.fromEntries(readers),
  };
}

function toHolder(value: unknown): Holder {
  const { pid, cmd } = toRecord(value);
  if (typeof pid === 'number' && Number.isInteger(pid) && typeof cmd === 'string') return { pid, cmd };
  throw new TypeError('a holder is a pid and a cmd');
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not a map');
  return value as Readonly<Record<string, unknown>>;
}

function writeUses(file: string, { read, write }: Uses): void {
  const content = {
    ...(Object.keys(write).length > 0 ? { write } : {}),
    ...(Object.keys(read).length > 0 ? { read } : {}),
  };
  replaceFile(file, JSON.stringify(content), { sync: false });
}

function fileOf(repository: Repository): string {
  return join(repository.temporary, 'rwlock');
}

function isSame(one: Holder | undefined, me: Holder): boolean {
  return one?.pid === me.pid && one.cmd === me.cmd;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}
