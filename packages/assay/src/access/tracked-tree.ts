import { posix } from 'node:path';
import { isLegacy, type Target } from '../data/index.ts';
import type { RepositoryIndex } from '../dvc/index.ts';
import type { DirectoryEntry } from '../objects/index.ts';

/** Tracked data at a path. */
export interface TrackedNode {
  readonly kind: 'file' | 'folder';
  /** As the tracking file has it; what it does not tell is not known. */
  readonly size: number | undefined;
  /** Of a folder only of an output as a whole; undefined as well for what was never downloaded. */
  readonly md5: string | undefined;
  readonly legacy: boolean;
  /** The output it is, or lies in; undefined for a folder that only leads to outputs. */
  readonly target: Target | undefined;
}

/** The outputs of a repository as a tree of files. Lists of directories are asked for when they are looked into. */
export class TrackedTree {
  readonly #outs = new Map<string, Target>();
  /** Names in each folder on the way to an output. */
  readonly #folders = new Map<string, Set<string>>();
  readonly #lists = new Map<string, Promise<readonly DirectoryEntry[]>>();
  readonly #load: (target: Target) => Promise<readonly DirectoryEntry[]>;

  constructor(index: RepositoryIndex, load: (target: Target) => Promise<readonly DirectoryEntry[]>) {
    this.#load = load;
    for (const target of index.outs) {
      const { location, cache } = target.out;
      if (!cache || location.includes('://') || posix.isAbsolute(location)) continue;
      this.#outs.set(location, target);
      for (let path = location; path !== '.'; path = posix.dirname(path)) {
        const parent = posix.dirname(path) === '.' ? '' : posix.dirname(path);
        this.#folders.set(parent, (this.#folders.get(parent) ?? new Set()).add(posix.basename(path)));
      }
    }
  }

  async node(path: string): Promise<TrackedNode | undefined> {
    const own = this.#outs.get(path);
    if (own) return outNode(own);
    const holder = this.#holderOf(path);
    if (holder) {
      const inner = path.slice(holder.out.location.length + 1);
      const files = await this.#files(holder);
      const file = files.find((one) => one.path === inner);
      const common = { size: undefined, legacy: isLegacy(holder.out), target: holder };
      if (file) return { kind: 'file', md5: file.md5, ...common };
      return files.some((one) => one.path.startsWith(`${inner}/`))
        ? { kind: 'folder', md5: undefined, ...common }
        : undefined;
    }
    if (!this.#folders.has(path)) return undefined;
    return { kind: 'folder', size: undefined, md5: undefined, legacy: false, target: undefined };
  }

  /** What a folder holds, by name. */
  async list(path: string): Promise<ReadonlyMap<string, TrackedNode>> {
    const found = new Map<string, TrackedNode>();
    for (const name of this.#folders.get(path) ?? []) {
      const node = await this.node(path === '' ? name : `${path}/${name}`);
      if (node) found.set(name, node);
    }
    const holder = this.#outs.get(path) ?? this.#holderOf(path);
    if (!holder?.out.checksum?.value.endsWith('.dir')) return found;
    const inner = path === holder.out.location ? '' : `${path.slice(holder.out.location.length + 1)}/`;
    const common = { size: undefined, legacy: isLegacy(holder.out), target: holder };
    for (const { path: name, md5 } of await this.#files(holder)) {
      if (!name.startsWith(inner)) continue;
      const rest = name.slice(inner.length);
      const slash = rest.indexOf('/');
      if (slash < 0) found.set(rest, { kind: 'file', md5, ...common });
      else if (!found.has(rest.slice(0, slash)))
        found.set(rest.slice(0, slash), { kind: 'folder', md5: undefined, ...common });
    }
    return found;
  }

  #holderOf(path: string): Target | undefined {
    for (let at = posix.dirname(path); at !== '.'; at = posix.dirname(at)) {
      const found = this.#outs.get(at);
      if (found) return found.out.checksum?.value.endsWith('.dir') ? found : undefined;
    }
    return undefined;
  }

  #files(target: Target): Promise<readonly DirectoryEntry[]> {
    const known = this.#lists.get(target.out.location) ?? this.#load(target);
    this.#lists.set(target.out.location, known);
    return known;
  }
}

function outNode(target: Target): TrackedNode {
  const { checksum, size, nfiles } = target.out;
  const isFolder = checksum?.value.endsWith('.dir') === true || nfiles !== undefined;
  const md5 = checksum?.kind === 'md5' || checksum?.kind === 'md5-dos2unix' ? checksum.value : undefined;
  return { kind: isFolder ? 'folder' : 'file', size, md5, legacy: isLegacy(target.out), target };
}
