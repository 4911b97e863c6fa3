import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import type { SFTPWrapper } from 'ssh2';
import { missingInRemote, remoteFailure } from './errors.ts';
import { presentByFolder } from './present-keys.ts';
import type { ListedObject, Remote, RemoteKey, RemoteSettings, RemoteSurroundings, TransferWatch } from './remote.ts';
import { sideBySide } from './side-by-side.ts';
import { connectSsh, type SshConnection, type SshPlace, sshPlace } from './ssh-connection.ts';
import { receive, standingBytes, temporaryName } from './transferred-file.ts';
import { walkFolders } from './walk-folders.ts';

const small = 2 ** 18;
/** One request of a file's bytes, and how many are under way. */
const piece = 2 ** 15;
const ahead = 64;

/** @throws AssayError `ASSAY_REMOTE_SETTING` */
export async function openSsh(
  name: string,
  settings: RemoteSettings,
  surroundings: RemoteSurroundings,
): Promise<SshRemote> {
  return new SshRemote(settings.url!, await sshPlace(name, settings, surroundings));
}

/** A folder of a server, by SFTP. All transfers share one connection and one channel. */
class SshRemote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel = 16;
  readonly #place: SshPlace;
  readonly #folders = new Map<string, Promise<void>>();
  #connection: Promise<SshConnection> | undefined;

  constructor(url: string, place: SshPlace) {
    this.name = place.name;
    this.url = url.replace(/(:\/\/[^/@:]*):[^/@]*@/, '$1@');
    this.#place = place;
  }

  async existing(keys: readonly RemoteKey[]): Promise<ReadonlySet<RemoteKey>> {
    const sftp = await this.#sftp();
    const has = async (key: RemoteKey) => {
      const found = call((done) => sftp.stat(this.#path(key), done));
      return found.then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false;
          throw this.#failure(`${key} could not be looked for`, error);
        },
      );
    };
    const namesIn = async (folder: string) =>
      new Set((await this.#entries(sftp, folder)).map(({ filename }) => filename));
    return presentByFolder(keys, this.parallel, has, namesIn);
  }

  async *list(prefix: string, { signal }: TransferWatch = {}): AsyncGenerator<ListedObject> {
    const sftp = await this.#sftp();
    yield* walkFolders(prefix, this.parallel, async (folder) => {
      signal?.throwIfAborted();
      return (await this.#entries(sftp, folder)).map(({ filename, attrs }) => ({
        name: filename,
        kind: attrs.isDirectory() ? 'folder' : attrs.isFile() ? 'file' : 'other',
        size: attrs.size,
      }));
    });
  }

  async download(key: RemoteKey, file: string, watch: TransferWatch = {}): Promise<void> {
    const sftp = await this.#sftp();
    const standing = standingBytes(file);
    let handle: Buffer | undefined;
    try {
      handle = await call<Buffer>((done) => sftp.open(this.#path(key), 'r', done));
      await receive(Readable.from(readAhead(sftp, handle, standing), { objectMode: false }), file, standing > 0, watch);
    } catch (error) {
      if (isMissing(error)) throw missingInRemote(this.name, key);
      throw this.#failure(`${key} could not be downloaded`, error);
    } finally {
      if (handle) sftp.close(handle, () => {});
    }
  }

  /** Written beside its place, then renamed. */
  async upload(file: string, key: RemoteKey, watch: TransferWatch = {}): Promise<void> {
    const sftp = await this.#sftp();
    const target = this.#path(key);
    const temporary = temporaryName(target);
    try {
      await this.#makeFolder(sftp, posix.dirname(target));
      const { size } = statSync(file);
      if (size <= small) await writeWhole(sftp, temporary, await readFile(file), watch);
      else {
        const step = (_total: number, count: number) => watch.onBytes?.(count);
        await call<void>((done) => sftp.fastPut(file, temporary, { concurrency: ahead, chunkSize: piece, step }, done));
      }
      watch.signal?.throwIfAborted();
      await replace(sftp, temporary, target);
    } catch (error) {
      await call<void>((done) => sftp.unlink(temporary, done)).catch(() => {});
      throw this.#failure(`${key} could not be uploaded`, error);
    }
  }

  async remove(keys: readonly RemoteKey[]): Promise<void> {
    const sftp = await this.#sftp();
    await sideBySide(keys, this.parallel, async (key) => {
      await call<void>((done) => sftp.unlink(this.#path(key), done)).catch((error: unknown) => {
        if (!isMissing(error)) throw this.#failure(`${key} could not be deleted`, error);
      });
    });
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    connection?.client.end();
  }

  async #sftp(): Promise<SFTPWrapper> {
    const standing = await this.#connection?.catch(() => undefined);
    if (!standing?.isOpen()) {
      // Several may wait for it: only the first one connects again.
      const before = this.#connection;
      const settled = await before?.catch(() => undefined);
      if (this.#connection === before && !settled?.isOpen()) {
        this.#folders.clear();
        this.#connection = connectSsh(this.#place);
      }
    }
    return (await this.#connection!).sftp;
  }

  async #entries(sftp: SFTPWrapper, folder: string) {
    try {
      type Entries = Parameters<Parameters<SFTPWrapper['readdir']>[1]>[1];
      return await call<Entries>((done) => sftp.readdir(this.#path(folder), done));
    } catch (error) {
      if (isMissing(error)) return [];
      throw this.#failure('it could not be listed', error);
    }
  }

  #path(key: RemoteKey): string {
    return key === '' ? this.#place.path || '/' : `${this.#place.path}/${key}`;
  }

  /** A folder and those above it, each made once. */
  #makeFolder(sftp: SFTPWrapper, folder: string): Promise<void> {
    const standing = this.#folders.get(folder);
    if (standing) return standing;
    const make = async () => {
      if (folder === '/' || (await isFolder(sftp, folder))) return;
      await this.#makeFolder(sftp, posix.dirname(folder));
      // Somebody else may have made it in between.
      await call<void>((done) => sftp.mkdir(folder, done)).catch(async (error: unknown) => {
        if (!(await isFolder(sftp, folder))) throw error;
      });
    };
    const made = make();
    this.#folders.set(folder, made);
    made.catch(() => this.#folders.delete(folder));
    return made;
  }

  #failure(what: string, error: unknown) {
    const code = (error as { readonly code?: unknown } | undefined)?.code;
    const lost = error instanceof Error && /no response|not connected|channel|connection/i.test(error.message);
    const word = code === statusCode.denied ? 'AccessDenied' : lost ? 'ECONNRESET' : undefined;
    return remoteFailure(this.name, what, error, { word });
  }
}

/** Of SFTP's own answers. */
const statusCode = { missing: 2, denied: 3 };

function isMissing(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === statusCode.missing;
}

function call<T>(work: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    work((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}

async function isFolder(sftp: SFTPWrapper, path: string): Promise<boolean> {
  type Stats = Parameters<Parameters<SFTPWrapper['stat']>[1]>[1];
  return call<Stats>((done) => sftp.stat(path, done)).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function writeWhole(sftp: SFTPWrapper, path: string, bytes: Buffer, { onBytes }: TransferWatch): Promise<void> {
  const handle = await call<Buffer>((done) => sftp.open(path, 'w', done));
  try {
    if (bytes.length > 0) await call<void>((done) => sftp.write(handle, bytes, 0, bytes.length, 0, done));
  } finally {
    await call<void>((done) => sftp.close(handle, done));
  }
  onBytes?.(bytes.length);
}

/** Renames over what is there, which plain SFTP refuses. */
async function replace(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  try {
    await call<void>((done) => sftp.ext_openssh_rename(from, to, done));
  } catch (error) {
    if (!(error instanceof Error) || !/does not support|unsupported/i.test(error.message)) throw error;
    await call<void>((done) => sftp.unlink(to, done)).catch(() => {});
    await call<void>((done) => sftp.rename(from, to, done));
  }
}

/** A file's bytes in order, with many requests under way: the way to the server and back is not waited for each time. */
async function* readAhead(sftp: SFTPWrapper, handle: Buffer, start: number): AsyncGenerator<Buffer> {
  type Stats = Parameters<Parameters<SFTPWrapper['fstat']>[1]>[1];
  const { size } = await call<Stats>((done) => sftp.fstat(handle, done));
  const read = (at: number): Promise<Buffer> => {
    const length = Math.min(piece, size - at);
    const buffer = Buffer.allocUnsafe(length);
    const more = async (have: number): Promise<Buffer> => {
      const count = await call<number>((done) => sftp.read(handle, buffer, have, length - have, at + have, done));
      if (count === 0) throw new Error('the connection ended before the file did');
      return have + count < length ? more(have + count) : buffer;
    };
    const result = more(0);
    // Its failure is told when its turn comes.
    result.catch(() => {});
    return result;
  };
  const open: Promise<Buffer>[] = [];
  let next = start;
  while (next < size || open.length > 0) {
    while (next < size && open.length < ahead) {
      open.push(read(next));
      next += piece;
    }
    yield await open.shift()!;
  }
}
