import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type ContainerClient, RestError } from '@azure/storage-blob';
import { azureClient, azureContainer } from './azure-settings.ts';
import { badSetting, missingInRemote, remoteFailure, statusOf } from './errors.ts';
import { presentByListing } from './present-keys.ts';
import type {
  ListedObject,
  Remote,
  RemoteFile,
  RemoteKey,
  RemoteSettings,
  RemoteSurroundings,
  TransferWatch,
} from './remote.ts';
import { prefixOf } from './settings.ts';
import { sideBySide } from './side-by-side.ts';
import { md5OfKey, receive, standingBytes } from './transferred-file.ts';

/** Larger files go in blocks, which become a blob together. */
const blockSize = 16 * 2 ** 20;

/** @throws AssayError `ASSAY_REMOTE_SETTING` */
export async function openAzure(
  name: string,
  settings: RemoteSettings,
  surroundings: RemoteSurroundings,
): Promise<AzureRemote> {
  const address = /^azure:\/\/([^/]*)(.*)$/.exec(settings.url ?? '');
  const container = address?.[1] || azureContainer(surroundings.environment);
  if (!address || !container) throw badSetting(name, 'url', 'is no azure://CONTAINER/PATH');
  const client = await azureClient(name, settings, surroundings);
  return new AzureRemote(name, settings.url!, client.getContainerClient(container), prefixOf(address[2]!));
}

/** A container of Azure Blob Storage. */
class AzureRemote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel = 32;
  readonly #container: ContainerClient;
  readonly #prefix: string;

  constructor(name: string, url: string, container: ContainerClient, prefix: string) {
    this.name = name;
    this.url = url;
    this.#container = container;
    this.#prefix = prefix;
  }

  async existing(keys: readonly RemoteKey[], watch: TransferWatch = {}): Promise<ReadonlySet<RemoteKey>> {
    const found = await presentByListing(keys, {
      parallel: this.parallel,
      watch,
      page: 5000,
      has: async (key) => (await this.describe(key, watch)) !== undefined,
      list: (prefix) => this.list(prefix, watch),
    });
    // That a blob is not there, and that the container is not, are one answer to a HEAD.
    if (found.size === 0 && keys.length > 0) {
      for await (const _ of this.list(keys[0]!, watch)) break;
    }
    return found;
  }

  async *list(prefix: string, { signal }: TransferWatch = {}): AsyncGenerator<ListedObject> {
    try {
      const pages = this.#container
        .listBlobsFlat({ prefix: this.#prefix + prefix, ...abortBy(signal) })
        .byPage({ maxPageSize: 5000 });
      for await (const { segment } of pages) {
        for (const { name, properties } of segment.blobItems) {
          yield {
            key: name.slice(this.#prefix.length),
            size: properties.contentLength,
            etag: properties.etag.replaceAll('"', ''),
          };
        }
      }
    } catch (error) {
      throw this.#failure('it could not be listed', error);
    }
  }

  async describe(key: RemoteKey, { signal }: TransferWatch = {}): Promise<RemoteFile | undefined> {
    try {
      const { contentLength: size, etag = '' } = await this.#container
        .getBlobClient(this.#prefix + key)
        .getProperties(abortBy(signal));
      return { size, checksum: { kind: 'etag', value: etag.replaceAll('"', '') } };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw this.#failure(`${key} could not be looked for`, error);
    }
  }

  async download(key: RemoteKey, file: string, watch: TransferWatch = {}): Promise<void> {
    const standing = standingBytes(file);
    try {
      const { readableStreamBody } = await this.#container
        .getBlobClient(this.#prefix + key)
        .download(standing, undefined, { maxRetryRequests: 0, ...abortBy(watch.signal) });
      if (!(readableStreamBody instanceof Readable)) throw new Error('the answer has no body');
      await receive(readableStreamBody, file, standing > 0, watch);
    } catch (error) {
      if (wordOf(error) === 'BlobNotFound') throw missingInRemote(this.name, key);
      // All of it had come.
      if (statusOf(error) === 416) return;
      throw this.#failure(`${key} could not be downloaded`, error);
    }
  }

  async upload(file: string, key: RemoteKey, watch: TransferWatch = {}): Promise<void> {
    const blob = this.#container.getBlockBlobClient(this.#prefix + key);
    try {
      const { size } = statSync(file);
      const md5 = md5OfKey(key);
      const headers = md5 ? { blobHTTPHeaders: { blobContentMD5: md5 } } : {};
      if (size <= blockSize) {
        const body = await readFile(file);
        await blob.upload(body, size, { ...headers, ...abortBy(watch.signal) });
        watch.onBytes?.(size);
        return;
      }
      let sent = 0;
      await blob.uploadFile(file, {
        // There may be fifty thousand blocks.
        blockSize: Math.max(blockSize, Math.ceil(size / 45_000)),
        concurrency: 4,
        ...headers,
        ...abortBy(watch.signal),
        onProgress({ loadedBytes }) {
          watch.onBytes?.(loadedBytes - sent);
          sent = loadedBytes;
        },
      });
    } catch (error) {
      throw this.#failure(`${key} could not be uploaded`, error);
    }
  }

  async remove(keys: readonly RemoteKey[]): Promise<void> {
    await sideBySide(keys, this.parallel, async (key) => {
      try {
        await this.#container.getBlobClient(this.#prefix + key).deleteIfExists({ deleteSnapshots: 'include' });
      } catch (error) {
        throw this.#failure(`${key} could not be deleted`, error);
      }
    });
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {}

  #failure(what: string, error: unknown) {
    return remoteFailure(this.name, what, error, { word: wordOf(error) });
  }
}

/** Azure's own word for what was wrong. */
function wordOf(error: unknown): string | undefined {
  if (!(error instanceof RestError)) return undefined;
  const details = error.details as { readonly errorCode?: string } | undefined;
  return details?.errorCode ?? error.code;
}

function abortBy(signal: AbortSignal | undefined) {
  return signal ? { abortSignal: signal } : {};
}
