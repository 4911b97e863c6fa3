import type { drive_v3 } from '@googleapis/drive';
import type { ListedObject, RemoteKey } from './remote.ts';

const folderType = 'application/vnd.google-apps.folder';
/** Folders that one question names. */
const together = 40;

interface Child {
  readonly id: string;
  readonly name: string;
  readonly parent: string;
  readonly isFolder: boolean;
  readonly size: number | undefined;
}

/** Paths of a drive, where everything is known by an id and several things may have one name. What was found once is kept. */
export class DriveFolders {
  readonly #api: drive_v3.Drive;
  readonly #root: string;
  readonly #path: readonly string[];
  readonly #files = new Map<RemoteKey, string>();
  /** By path below the remote, `''` being the remote itself. */
  readonly #folders = new Map<string, Promise<string | undefined>>();
  /** Folders that are made stand one behind another, so that none is made twice. */
  #making: Promise<unknown> = Promise.resolve();

  constructor(api: drive_v3.Drive, root: string, path: readonly string[]) {
    this.#api = api;
    this.#root = root;
    this.#path = path;
  }

  idOf(key: RemoteKey): string | undefined {
    return this.#files.get(key);
  }

  remember(key: RemoteKey, id: string): void {
    this.#files.set(key, id);
  }

  forget(key: RemoteKey): void {
    this.#files.delete(key);
  }

  /** Looks for keys: the folders that they are in are listed, many with one question. */
  async find(keys: readonly RemoteKey[]): Promise<void> {
    const paths = new Set(keys.filter((key) => !this.#files.has(key)).map(folderOf));
    const known = new Map<string, string>();
    for (const path of paths) {
      const id = await this.#folder(path);
      if (id !== undefined) known.set(id, path);
    }
    const ids = [...known.keys()];
    for (let at = 0; at < ids.length; at += together) {
      for await (const child of this.#children(ids.slice(at, at + together))) {
        const path = known.get(child.parent);
        if (path !== undefined && !child.isFolder) this.#files.set(joined(path, child.name), child.id);
      }
    }
  }

  async *walk(prefix: string): AsyncGenerator<ListedObject> {
    const start = folderOf(prefix);
    const id = await this.#folder(start);
    let level = new Map(id === undefined ? [] : [[id, start]]);
    while (level.size > 0) {
      const below = new Map<string, string>();
      const ids = [...level.keys()];
      for (let at = 0; at < ids.length; at += together) {
        for await (const child of this.#children(ids.slice(at, at + together))) {
          const key = joined(level.get(child.parent) ?? '', child.name);
          if (!key.startsWith(prefix) && !prefix.startsWith(`${key}/`)) continue;
          if (child.isFolder) {
            below.set(child.id, key);
            continue;
          }
          this.#files.set(key, child.id);
          yield { key, size: child.size };
        }
      }
      level = below;
    }
  }

  /** The id of the folder that a key belongs into, which is made if it is not there. */
  makeFor(key: RemoteKey): Promise<string> {
    const path = folderOf(key);
    const make = this.#making.then(() => this.#make([...this.#path, ...(path === '' ? [] : path.split('/'))], path));
    this.#making = make.catch(() => {});
    return make;
  }

  async #make(words: readonly string[], path: string): Promise<string> {
    const standing = await this.#folders.get(path)?.catch(() => undefined);
    if (standing !== undefined) return standing;
    let parent = this.#root;
    for (const word of words) {
      const found = await this.#childFolder(parent, word);
      if (found === undefined) {
        const { data } = await this.#api.files.create({
          requestBody: { name: word, mimeType: folderType, parents: [parent] },
          fields: 'id',
          supportsAllDrives: true,
        });
        parent = data.id!;
      } else parent = found;
    }
    this.#folders.set(path, Promise.resolve(parent));
    return parent;
  }

  #folder(path: string): Promise<string | undefined> {
    const standing = this.#folders.get(path);
    if (standing) return standing;
    const look = async () => {
      if (path === '') {
        let id: string | undefined = this.#root;
        for (const word of this.#path) id = id === undefined ? undefined : await this.#childFolder(id, word);
        return id;
      }
      const parent = await this.#folder(folderOf(path));
      return parent === undefined ? undefined : this.#childFolder(parent, path.slice(path.lastIndexOf('/') + 1));
    };
    const found = look().then((id) => {
      // It may be made later.
      if (id === undefined) this.#folders.delete(path);
      return id;
    });
    this.#folders.set(path, found);
    found.catch(() => this.#folders.delete(path));
    return found;
  }

  async #childFolder(parent: string, name: string): Promise<string | undefined> {
    for await (const child of this.#children([parent], `name = '${quoted(name)}' and mimeType = '${folderType}'`)) {
      if (child.name === name) return child.id;
    }
    return undefined;
  }

  async *#children(parents: readonly string[], also?: string): AsyncGenerator<Child> {
    const within = parents.map((id) => `'${quoted(id)}' in parents`).join(' or ');
    let pageToken: string | undefined;
    do {
      const { data }: { data: drive_v3.Schema$FileList } = await this.#api.files.list({
        q: `(${within}) and trashed = false${also === undefined ? '' : ` and ${also}`}`,
        fields: 'nextPageToken,files(id,name,mimeType,size,parents)',
        pageSize: 1000,
        supportsAllDrives: true,
        includeItemsFromAllDrives: true,
        ...(this.#root === 'appDataFolder' ? { spaces: 'appDataFolder' } : {}),
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      for (const { id, name, mimeType, size, parents: above } of data.files ?? []) {
        // `root` and `appDataFolder` are names of folders that have other ids.
        const parent = above?.find((one) => parents.includes(one)) ?? parents[0]!;
        const bytes = size === undefined || size === null ? undefined : Number(size);
        yield { id: id!, name: name!, parent, isFolder: mimeType === folderType, size: bytes };
      }
      pageToken = data.nextPageToken ?? undefined;
    } while (pageToken !== undefined);
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function quoted(text: string): string {
  return text.replace(/[\\']/g, '\\$&');
}
