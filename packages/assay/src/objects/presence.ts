import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tells } from './snapshot.ts';

/** From this many questions on, one listing of each folder is quicker. */
const many = 200;

/**
 * Answers, for objects by their names, whether a cache has them. Made for one piece of work: it does not hear of what comes or
 * goes meanwhile, but through `put`.
 * @param folder where the folders of two letters are
 */
export class Listing {
  readonly #has: (md5: string) => boolean;
  readonly #folder: string;
  readonly #folders = new Map<string, Set<string>>();
  #asked = 0;

  constructor(folder: string, has: (md5: string) => boolean) {
    this.#folder = folder;
    this.#has = has;
  }

  has(md5: string): boolean {
    if (this.#asked < many) {
      this.#asked++;
      return this.#has(md5);
    }
    const prefix = md5.slice(0, 2);
    let names = this.#folders.get(prefix);
    if (names === undefined) {
      names = new Set(namesIn(join(this.#folder, prefix)));
      this.#folders.set(prefix, names);
    }
    return names.has(md5.slice(2));
  }
}

interface CacheState {
  readonly text: string;
  /** False when objects could go without changing it. */
  readonly sure: boolean;
  readonly seenAt: number;
}

/** For so long the folders are not asked again: who has many directories asks for many. */
const momentMs = 50;

/**
 * Remembers of directories that a cache had all of their objects, for as long as no folder of the cache changes: an object that
 * goes away changes the times of its folder. One question per folder, in place of one for each file.
 */
export class KnownComplete {
  readonly #folder: string;
  readonly #snapshots: string;
  #state: CacheState | undefined;

  /** @param folder where the folders of two letters are */
  constructor(folder: string, snapshots: string) {
    this.#folder = folder;
    this.#snapshots = snapshots;
  }

  has(directory: string): boolean {
    try {
      return readFileSync(this.#file(directory), 'latin1') === this.state().text;
    } catch {
      return false;
    }
  }

  /** @param before the state when the first object was looked at: what changed since then must show */
  remember(directory: string, before: CacheState): void {
    const { text, sure } = before;
    if (!sure) return;
    const file = this.#file(directory);
    const temporary = `${file}.${process.pid}`;
    try {
      mkdirSync(this.#snapshots, { recursive: true });
      writeFileSync(temporary, text, 'latin1');
      renameSync(temporary, file);
    } catch {
      // Without it the objects are asked for again.
      rmSync(temporary, { force: true });
    }
  }

  /** The cache has changed, or may have. */
  forget(): void {
    this.#state = undefined;
  }

  /** As the cache is now, or was a moment ago. */
  state(): CacheState {
    const seenAt = Date.now();
    if (this.#state && seenAt - this.#state.seenAt < momentMs && seenAt >= this.#state.seenAt) return this.#state;
    let sure = true;
    const parts: string[] = [];
    for (let i = 0; i < 256; i++) {
      const stats = statSync(`${this.#folder}/${i.toString(16).padStart(2, '0')}`, { throwIfNoEntry: false });
      if (!stats) continue;
      parts.push(`${i} ${stats.dev} ${stats.ino} ${stats.mtimeMs} ${stats.ctimeMs}`);
      sure &&= tells(stats, seenAt);
    }
    this.#state = { text: hash('sha256', parts.join('\n'), 'hex'), sure, seenAt };
    return this.#state;
  }

  #file(directory: string): string {
    return join(this.#snapshots, `${hash('sha1', `${this.#folder}\0${directory}`, 'hex')}.complete`);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
