import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openCache } from '../data/index.ts';
import {
  Config,
  type FileTree,
  isTrackingFile,
  openRepository,
  type Repository,
  readIndex,
  workspaceTree,
} from '../dvc/index.ts';
import { DvcCache } from '../objects/index.ts';
import { IgnoreRules } from '../workspace/index.ts';
import { cacheFolder } from './clone.ts';
import { type Given, withGiven } from './given-settings.ts';
import { bringObjects } from './objects.ts';
import type { PlainEntry, PlainTree } from './plain-tree.ts';
import { type TrackedNode, TrackedTree } from './tracked-tree.ts';
import type { Visit } from './visit.ts';

/** A repository of DVC: the one at the top of what was opened, or one in a folder of it. */
export interface SourceRepository {
  readonly prefix: string;
  readonly repository: Repository;
  /** The folder of its cache, where that is on this machine. */
  readonly cache: string | undefined;
  readonly tracked: TrackedTree;
}

/** A file or folder of a repository, whoever keeps it: git, DVC, or both when data lies checked out. */
export interface SourceEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly plain: PlainEntry | undefined;
  readonly tracked: TrackedNode | undefined;
  /** Whose tracking files name it. */
  readonly owner: SourceRepository | undefined;
}

/** Files of git and of DVC as one tree. Paths are relative to the top of what was opened. */
export class SourceFiles {
  readonly plain: PlainTree;
  readonly visit: Visit;
  readonly #place: { readonly root: string; readonly rev: string | undefined };
  readonly #given: Given;
  readonly #repositories = new Map<string, Promise<SourceRepository | undefined>>();
  #lists: DvcCache | undefined;

  constructor(
    plain: PlainTree,
    place: { readonly root: string; readonly rev: string | undefined },
    given: Given,
    visit: Visit,
  ) {
    this.plain = plain;
    this.visit = visit;
    this.#place = place;
    this.#given = given;
  }

  /** Undefined where nothing is, and for what `.dvcignore` leaves out. */
  async entry(path: string): Promise<SourceEntry | undefined> {
    const owner = await this.ownerOf(path);
    const plain = await this.plain.entry(path);
    const inner = innerPath(owner, path);
    const tracked = inner === '' ? undefined : await owner?.tracked.node(inner);
    const seen = plain && !this.#ignored(owner, inner, plain.kind === 'folder') ? plain : undefined;
    if (seen === undefined && tracked === undefined) return path === '' ? rootEntry(owner) : undefined;
    return { name: baseName(path), kind: (seen ?? tracked)!.kind, plain: seen, tracked, owner };
  }

  /** What a folder holds; of its folders not those that are repositories of DVC themselves. */
  async list(path: string, options: { readonly trackedOnly?: boolean } = {}): Promise<readonly SourceEntry[]> {
    const owner = await this.ownerOf(path);
    const inner = innerPath(owner, path);
    const tracked = new Map(await owner?.tracked.list(inner));
    const entries: SourceEntry[] = [];
    for (const plain of options.trackedOnly === true ? [] : ((await this.plain.list(path)) ?? [])) {
      const child = path === '' ? plain.name : `${path}/${plain.name}`;
      const own = inner === '' ? plain.name : `${inner}/${plain.name}`;
      if (this.#ignored(owner, own, plain.kind === 'folder')) continue;
      if (plain.kind === 'folder' && (await this.#isRepository(child))) continue;
      entries.push({ name: plain.name, kind: plain.kind, plain, tracked: tracked.get(plain.name), owner });
      tracked.delete(plain.name);
    }
    for (const [name, node] of tracked) entries.push({ name, kind: node.kind, plain: undefined, tracked: node, owner });
    return entries;
  }

  /** The repository of DVC that a path lies in. */
  async ownerOf(path: string): Promise<SourceRepository | undefined> {
    for (let at = path; ; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
      const found = await this.#repository(at);
      if (found || at === '') return found;
    }
  }

  async close(): Promise<void> {
    await this.plain.close();
  }

  #ignored(owner: SourceRepository | undefined, path: string, isFolder: boolean): boolean {
    if (path === '') return false;
    return owner?.repository.ignore.ignores(path, isFolder) ?? /(?:^|\/)\.(?:git|hg|dvc)(?:\/|$)/.test(path);
  }

  async #isRepository(path: string): Promise<boolean> {
    return (await this.plain.entry(path === '' ? '.dvc' : `${path}/.dvc`))?.kind === 'folder';
  }

  #repository(prefix: string): Promise<SourceRepository | undefined> {
    const known = this.#repositories.get(prefix) ?? this.#open(prefix);
    this.#repositories.set(prefix, known);
    return known;
  }

  async #open(prefix: string): Promise<SourceRepository | undefined> {
    if (!(await this.#isRepository(prefix))) return undefined;
    const root = join(this.#place.root, prefix);
    const here = existsSync(join(root, '.dvc'));
    const found = here ? openRepository(root, this.visit.environment) : await this.#elsewhere(root, prefix);
    const repository = { ...found, config: withGiven(found.config, this.#given, this.visit.directory) };
    const tree = this.#place.rev === undefined ? workspaceTree(repository) : this.#treeOf(prefix, this.#place.rev);
    const index = await readIndex(repository, tree);
    const cache = here ? repository.cache : undefined;
    const own: SourceRepository = {
      prefix,
      repository,
      cache,
      tracked: new TrackedTree(index, async (target) => {
        const md5 = target.out.checksum!.value;
        const legacy = target.out.checksum!.kind === 'md5-dos2unix';
        const near = cache === undefined ? undefined : openCache(repository);
        const having = [near, this.visit.cache].find((one) => one?.has(md5, legacy));
        if (having) return having.directory(md5, legacy);
        const lists = this.#listCache();
        if (!lists.has(md5, legacy)) {
          await bringObjects(
            [{ source: own, md5, legacy, location: target.out.location, target, inner: '' }],
            lists,
            this.visit,
          );
        }
        return lists.directory(md5, legacy);
      }),
    };
    return own;
  }

  /** A repository that only a commit has. */
  async #elsewhere(root: string, prefix: string): Promise<Repository> {
    const folder = join(root, '.dvc');
    const text =
      (await this.plain.read(prefix === '' ? '.dvc/config' : `${prefix}/.dvc/config`))?.toString('utf8') ?? '';
    const config = Config.read(folder, this.visit.environment).withRepository({ file: join(folder, 'config'), text });
    const ignores = new Map<string, string>();
    for (const path of await this.#filesOf(prefix)) {
      if (path !== '.dvcignore' && !path.endsWith('/.dvcignore')) continue;
      const bytes = await this.plain.read(prefix === '' ? path : `${prefix}/${path}`);
      ignores.set(path, bytes?.toString('utf8') ?? '');
    }
    return {
      root,
      folder,
      temporary: join(cacheFolder(this.visit.environment), 'tmp'),
      gitTop: undefined,
      config,
      cache: join(cacheFolder(this.visit.environment), 'lists'),
      ignore: new IgnoreRules((path) => ignores.get(path) ?? '', ['.dvcignore']),
    };
  }

  #treeOf(prefix: string, rev: string): FileTree {
    return {
      rev,
      read: (path) => this.plain.read(prefix === '' ? path : `${prefix}/${path}`),
      files: async () => (await this.#filesOf(prefix)).filter(isTrackingFile),
      close: async () => {},
    };
  }

  /** All files of a repository, relative to it, without those of repositories in it. */
  async #filesOf(prefix: string): Promise<readonly string[]> {
    const files: string[] = [];
    const walk = async (folder: string): Promise<void> => {
      const path = [prefix, folder].filter((part) => part !== '').join('/');
      for (const { name, kind } of (await this.plain.list(path)) ?? []) {
        const inner = folder === '' ? name : `${folder}/${name}`;
        if (kind === 'file') files.push(inner);
        else if (
          name !== '.git' &&
          name !== '.dvc' &&
          !(await this.#isRepository(`${path === '' ? '' : `${path}/`}${name}`))
        )
          await walk(inner);
      }
    };
    await walk('');
    return files;
  }

  /** Lists of directories are kept: they are small, and checked by their hash whenever they are read. */
  #listCache(): DvcCache {
    const folder = cacheFolder(this.visit.environment);
    this.#lists ??= new DvcCache({
      root: join(folder, 'lists'),
      temporary: join(folder, 'tmp'),
      snapshots: join(folder, 'tmp'),
      links: ['copy'],
      shared: false,
    });
    return this.#lists;
  }
}

function rootEntry(owner: SourceRepository | undefined): SourceEntry {
  return { name: '', kind: 'folder', plain: undefined, tracked: undefined, owner };
}

function innerPath(owner: SourceRepository | undefined, path: string): string {
  if (owner === undefined || owner.prefix === '') return path;
  return path === owner.prefix ? '' : path.slice(owner.prefix.length + 1);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
