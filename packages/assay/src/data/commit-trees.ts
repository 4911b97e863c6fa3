import { relative, sep } from 'node:path';
import { type FileTree, GitObjects } from '../dvc/index.ts';

interface TreeEntry {
  readonly name: string;
  readonly kind: 'tree' | 'blob';
  readonly id: string;
}

/** What a commit says of itself. */
export interface CommitFacts {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Of the committer, in seconds since 1970. */
  readonly seconds: number;
}

/** Blobs up to this size are kept, so that commits share them. */
const keptSize = 1 << 20;

/** Trees of commits of one git repository, all read through one `git cat-file`; folders and files that are equal, once. */
export class CommitTrees {
  readonly #objects: GitObjects;
  /** Folders from git's top to the root of the repository. */
  readonly #offset: readonly string[];
  readonly #commits = new Map<string, Promise<CommitFacts | undefined>>();
  readonly #trees = new Map<string, Promise<ReadonlyMap<string, TreeEntry>>>();
  readonly #files = new Map<string, Promise<readonly string[]>>();
  readonly #blobs = new Map<string, Promise<Buffer | undefined>>();

  constructor(top: string, root: string) {
    this.#objects = new GitObjects(top);
    this.#offset = relative(top, root).split(sep).filter(Boolean);
  }

  /** @param rev a full commit id */
  commit(rev: string): Promise<CommitFacts | undefined> {
    const known = this.#commits.get(rev);
    if (known) return known;
    const facts = this.#objects.blob(rev).then((bytes) => bytes && parseCommit(bytes.toString('utf8')));
    this.#commits.set(rev, facts);
    return facts;
  }

  /** The files of a commit, relative to the root of the repository. */
  async tree(rev: string): Promise<FileTree> {
    let top = (await this.commit(rev))?.tree;
    for (const name of this.#offset) {
      const entry = top === undefined ? undefined : (await this.#entries(top)).get(name);
      top = entry?.kind === 'tree' ? entry.id : undefined;
    }
    const root = top;
    return {
      rev,
      read: (path) => (root === undefined ? Promise.resolve(undefined) : this.#read(root, path)),
      files: () => (root === undefined ? Promise.resolve([]) : this.#list(root)),
      async close() {},
    };
  }

  close(): Promise<void> {
    return this.#objects.close();
  }

  async #read(root: string, path: string): Promise<Buffer | undefined> {
    let at = root;
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    for (const [i, name] of parts.entries()) {
      const entry = (await this.#entries(at)).get(name);
      if (!entry) return undefined;
      if (i === parts.length - 1) return entry.kind === 'blob' ? this.#blob(entry.id) : undefined;
      if (entry.kind !== 'tree') return undefined;
      at = entry.id;
    }
    return undefined;
  }

  #blob(id: string): Promise<Buffer | undefined> {
    const known = this.#blobs.get(id);
    if (known) return known;
    const blob = this.#objects.blob(id).then((bytes) => {
      if (bytes && bytes.length > keptSize) this.#blobs.delete(id);
      return bytes;
    });
    this.#blobs.set(id, blob);
    return blob;
  }

  #entries(id: string): Promise<ReadonlyMap<string, TreeEntry>> {
    const known = this.#trees.get(id);
    if (known) return known;
    const entries = this.#objects.blob(id).then((bytes) => parseTree(bytes ?? Buffer.alloc(0), id.length / 2));
    this.#trees.set(id, entries);
    return entries;
  }

  #list(id: string): Promise<readonly string[]> {
    const known = this.#files.get(id);
    if (known) return known;
    const files = this.#entries(id).then(async (entries) => {
      const lists = await Promise.all(
        [...entries.values()].map(async ({ name, kind, id: inner }) =>
          kind === 'blob' ? [name] : (await this.#list(inner)).map((path) => `${name}/${path}`),
        ),
      );
      return lists.flat();
    });
    this.#files.set(id, files);
    return files;
  }
}

/** Git's binary form: `<mode> <name>\0<id>`, one after another. Links and submodules are left out. */
function parseTree(bytes: Buffer, idLength: number): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, space);
    if (space < 0 || end < 0) break;
    const mode = bytes.toString('latin1', at, space);
    const name = bytes.toString('utf8', space + 1, end);
    const id = bytes.toString('hex', end + 1, end + 1 + idLength);
    at = end + 1 + idLength;
    if (mode === '40000') entries.set(name, { name, kind: 'tree', id });
    else if (mode.startsWith('100')) entries.set(name, { name, kind: 'blob', id });
  }
  return entries;
}

function parseCommit(text: string): CommitFacts | undefined {
  const head = text.slice(0, text.indexOf('\n\n'));
  const tree = /^tree ([0-9a-f]+)$/m.exec(head)?.[1];
  if (tree === undefined) return undefined;
  return {
    tree,
    parents: [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1]!),
    seconds: Number(/^committer .* (-?\d+) [+-]\d{4}$/m.exec(head)?.[1] ?? 0),
  };
}
