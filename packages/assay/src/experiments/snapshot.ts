import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { requireGit } from '../dvc/index.ts';

/**
 * An index of its own, in which a commit is put together: what the person has staged stays as it is. It begins as a copy of the
 * checkout's, so that git knows which files it need not read.
 */
export class Snapshot implements Disposable {
  readonly #top: string;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(top: string, folder: string) {
    this.#top = top;
    this.#folder = folder;
    this.#environment = { GIT_INDEX_FILE: join(folder, 'index') };
  }

  static async of(top: string): Promise<Snapshot> {
    const index = resolve(top, await requireGit(top, ['rev-parse', '--git-path', 'index']));
    const folder = mkdtempSync(join(tmpdir(), 'assay-exp-'));
    if (existsSync(index)) copyFileSync(index, join(folder, 'index'));
    return new Snapshot(top, folder);
  }

  /** The tree of what is staged. */
  tree(): Promise<string> {
    return this.git(['write-tree']);
  }

  /** Takes every change of files that git tracks. */
  async takeTracked(): Promise<void> {
    await this.git(['add', '--update', '--', ':/']);
  }

  /** Takes files that git does not track; those that it ignores, only when told. Paths are relative to the top. */
  async takeUntracked(paths: readonly string[], options: { readonly ignored?: boolean } = {}): Promise<void> {
    if (paths.length === 0) return;
    const listed = await this.git([
      '--literal-pathspecs',
      'ls-files',
      '-z',
      '--others',
      ...(options.ignored ? [] : ['--exclude-standard']),
      '--',
      ...paths,
    ]);
    // A folder is a repository of its own.
    const files = listed.split('\0').filter((path) => path !== '' && !path.endsWith('/'));
    if (files.length === 0) return;
    await this.git(['update-index', '--add', '-z', '--stdin'], files.map((path) => `${path}\0`).join(''));
  }

  /** Takes a file with this content, whatever lies there. */
  async put(path: string, content: string | Uint8Array): Promise<void> {
    const id = await requireGit(this.#top, ['hash-object', '-w', '--stdin'], { input: content });
    await this.git(['update-index', '--add', '-z', '--index-info'], `100644 ${id}\t${path}\0`);
  }

  git(args: readonly string[], input?: string): Promise<string> {
    return requireGit(this.#top, args, {
      environment: this.#environment,
      ...(input === undefined ? {} : { input }),
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @returns the new commit. No hook runs, and nothing is signed, as with DVC. */
export function commitTree(top: string, tree: string, parents: readonly string[], message: string): Promise<string> {
  const args = ['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-F', '-', tree];
  return requireGit(top, args, { input: `${message}\n` });
}

/** The index as a commit, which is a stash's second parent. */
export async function stagedCommit(top: string, head: string): Promise<string> {
  using snapshot = await Snapshot.of(top);
  return commitTree(top, await snapshot.tree(), [head], `index on ${head.slice(0, 7)}`);
}
