import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from './errors.ts';
import type { ListedObject, Remote, RemoteFile, RemoteKey, TransferWatch } from './remote.ts';
import { standingBytes } from './transferred-file.ts';

const attempts = 4;
const pauseMs = 200;

/** A remote that tries again what failed for a reason that may pass; a download goes on where it broke off. */
export class PersistentRemote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel: number;
  readonly describe?: (key: RemoteKey, watch?: TransferWatch) => Promise<RemoteFile | undefined>;
  readonly #remote: Remote;

  /** @param jobs how many transfers side by side, when the settings say it */
  constructor(remote: Remote, jobs: number | undefined) {
    const { describe } = remote;
    if (describe) this.describe = (key, watch) => again(() => describe.call(remote, key, watch), watch);
    this.name = remote.name;
    this.url = remote.url;
    this.parallel = jobs ?? remote.parallel;
    this.#remote = remote;
  }

  existing(keys: readonly RemoteKey[], watch?: TransferWatch): Promise<ReadonlySet<RemoteKey>> {
    return again(() => this.#remote.existing(keys, watch), watch);
  }

  list(prefix: string, watch?: TransferWatch): AsyncIterable<ListedObject> {
    return this.#remote.list(prefix, watch);
  }

  download(key: RemoteKey, file: string, watch?: TransferWatch): Promise<void> {
    return again(
      () => this.#remote.download(key, file, watch),
      watch,
      () => standingBytes(file),
    );
  }

  upload(file: string, key: RemoteKey, watch?: TransferWatch): Promise<void> {
    return again(() => this.#remote.upload(file, key, watch), watch);
  }

  remove(keys: readonly RemoteKey[]): Promise<void> {
    return again(() => this.#remote.remove(keys));
  }

  settle(): Promise<void> {
    return this.#remote.settle();
  }

  close(): Promise<void> {
    return this.#remote.close();
  }
}

/** @param progress what grows as long as trying is of use */
async function again<T>(work: () => Promise<T>, watch: TransferWatch = {}, progress = () => 0): Promise<T> {
  let reached = progress();
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const now = progress();
      if (now > reached) attempt = 1;
      reached = now;
      if (attempt >= attempts || watch.signal?.aborted || !isPassing(error)) throw error;
      await sleep(pauseMs * 2 ** (attempt - 1), undefined, watch.signal ? { signal: watch.signal } : {});
    }
  }
}
