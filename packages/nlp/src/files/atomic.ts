import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes through a temporary file beside `path`, then renamed: a reader sees the old bytes or all the new ones. */
export class AtomicFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: Awaited<ReturnType<typeof open>>;

  private constructor(path: string, temporary: string, handle: Awaited<ReturnType<typeof open>>) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  static async create(path: string): Promise<AtomicFile> {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    return new AtomicFile(path, temporary, await open(temporary, 'wx'));
  }

  async write(data: string | Uint8Array): Promise<void> {
    await this.#handle.writeFile(data);
  }

  /** Puts the file in place; `durable` first waits until its bytes are on the disk. */
  async commit(durable = true): Promise<void> {
    if (durable) await this.#handle.sync();
    await this.#handle.close();
    await rename(this.#temporary, this.#path);
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#temporary, { force: true });
  }
}

const abandoned = /\.[0-9a-f]{12}\.tmp$/;

/** Removes the temporary files that a killed process left in a folder which nobody else writes to now. */
export async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (abandoned.test(name)) await rm(join(folder, name), { force: true });
}

/** Writes a whole file at once; on a failure (a full disk) nothing of it remains. */
export async function writeFileAtomically(
  path: string,
  data: string | Uint8Array,
  options: { readonly durable?: boolean } = {},
): Promise<void> {
  const file = await AtomicFile.create(path);
  try {
    await file.write(data);
    await file.commit(options.durable ?? true);
  } catch (error) {
    await file.discard().catch(() => {});
    throw error;
  }
}
