import { again } from './again.ts';
import type { ListedObject, Remote, RemoteFile, RemoteKey, TransferWatch } from './remote.ts';
import { standingBytes } from './transferred-file.ts';

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
