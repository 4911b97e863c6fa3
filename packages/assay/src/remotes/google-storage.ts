import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Bucket, Storage } from '@google-cloud/storage';
import { type AuthClient, GoogleAuth, PassThroughClient } from 'google-auth-library';
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
import { isSet, prefixOf } from './settings.ts';
import { sideBySide } from './side-by-side.ts';
import { md5OfKey, receive, sending, standingBytes } from './transferred-file.ts';

/** Larger files go in a session that can go on where it broke off. */
const large = 8 * 2 ** 20;

/** @throws AssayError `ASSAY_REMOTE_SETTING` */
export async function openGoogleStorage(
  name: string,
  settings: RemoteSettings,
  { environment }: RemoteSurroundings,
): Promise<GoogleStorageRemote> {
  const address = /^gs:\/\/([^/]+)(.*)$/.exec(settings.url ?? '');
  if (!address) throw badSetting(name, 'url', 'is no gs://BUCKET/PATH');
  const { STORAGE_EMULATOR_HOST: emulator } = environment;
  const named = settings.endpointurl ?? emulator;
  const endpoint = named === undefined || named.includes('://') ? named : `http://${named}`;
  const authClient = await credentials(name, settings, endpoint !== undefined, environment);
  const storage = new Storage({
    authClient,
    retryOptions: { maxRetries: 2, maxRetryDelay: 2, totalTimeout: 30 },
    projectId: settings.projectname ?? environment.GOOGLE_CLOUD_PROJECT ?? 'none',
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint.replace(/\/+$/, ''), useAuthWithCustomEndpoint: true }),
  });
  // The client takes an emulator's address as it stands, and leaves out the path.
  if (endpoint !== undefined) storage.baseUrl = `${storage.apiEndpoint}/storage/v1`;
  return new GoogleStorageRemote(name, settings.url!, storage.bucket(address[1]!), prefixOf(address[2]!));
}

/** Those of a file, those that Google's own chain finds, or none: a bucket may be open to all. */
async function credentials(
  name: string,
  settings: RemoteSettings,
  elsewhere: boolean,
  environment: NodeJS.ProcessEnv,
): Promise<AuthClient> {
  const file = settings.credentialpath;
  if (isSet(name, settings, 'allow_anonymous_login')) return new PassThroughClient();
  if (elsewhere && !file && !environment.GOOGLE_APPLICATION_CREDENTIALS) return new PassThroughClient();
  const auth = new GoogleAuth({
    scopes: ['https://www.googleapis.com/auth/devstorage.full_control'],
    ...(file ? { keyFilename: file } : {}),
  });
  try {
    return await auth.getClient();
  } catch (error) {
    if (file) throw remoteFailure(name, `${file} holds no credentials`, error, { status: 401 });
    return new PassThroughClient();
  }
}

/** A bucket of Google Cloud Storage. */
class GoogleStorageRemote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel = 32;
  readonly #bucket: Bucket;
  readonly #prefix: string;

  constructor(name: string, url: string, bucket: Bucket, prefix: string) {
    this.name = name;
    this.url = url;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async existing(keys: readonly RemoteKey[], watch: TransferWatch = {}): Promise<ReadonlySet<RemoteKey>> {
    const found = await presentByListing(keys, {
      parallel: this.parallel,
      watch,
      page: 1000,
      has: async (key) => (await this.describe(key)) !== undefined,
      list: (prefix) => this.list(prefix, watch),
    });
    // That an object is not there, and that the bucket is not, are one answer.
    if (found.size === 0 && keys.length > 0) {
      for await (const _ of this.list(keys[0]!, watch)) break;
    }
    return found;
  }

  async *list(prefix: string, { signal }: TransferWatch = {}): AsyncGenerator<ListedObject> {
    try {
      let pageToken: string | undefined;
      do {
        signal?.throwIfAborted();
        const [files, next] = await this.#bucket.getFiles({
          prefix: this.#prefix + prefix,
          autoPaginate: false,
          maxResults: 1000,
          fields: 'nextPageToken,items(name,size,etag)',
          ...(pageToken === undefined ? {} : { pageToken }),
        });
        // With `fields`, what the server said comes as it is.
        for (const { name, size, etag } of files as unknown as readonly Listed[]) {
          yield { key: name.slice(this.#prefix.length), size: Number(size), etag };
        }
        pageToken = (next as { readonly pageToken?: string } | null)?.pageToken;
      } while (pageToken !== undefined);
    } catch (error) {
      throw this.#failure('it could not be listed', error, 'NoSuchBucket');
    }
  }

  async describe(key: RemoteKey): Promise<RemoteFile | undefined> {
    try {
      const [{ size, etag = '' }] = await this.#bucket.file(this.#prefix + key).getMetadata();
      return { size: Number(size), checksum: { kind: 'etag', value: etag } };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw this.#failure(`${key} could not be looked for`, error);
    }
  }

  async download(key: RemoteKey, file: string, watch: TransferWatch = {}): Promise<void> {
    const standing = standingBytes(file);
    try {
      const source = this.#bucket
        .file(this.#prefix + key)
        .createReadStream({ validation: false, decompress: false, ...(standing > 0 ? { start: standing } : {}) });
      await receive(source, file, standing > 0, watch);
    } catch (error) {
      if (statusOf(error) === 404 && wordOf(error) === undefined) throw missingInRemote(this.name, key);
      // All of it had come.
      if (statusOf(error) === 416) return;
      throw this.#failure(`${key} could not be downloaded`, error);
    }
  }

  async upload(file: string, key: RemoteKey, watch: TransferWatch = {}): Promise<void> {
    const object = this.#bucket.file(this.#prefix + key);
    const md5 = md5OfKey(key)?.toString('base64');
    // The server refuses bytes that have another hash, so that the client need not count its own.
    const options = { validation: false, metadata: md5 === undefined ? {} : { md5Hash: md5 } };
    try {
      const { size } = statSync(file);
      if (size <= large) {
        await object.save(await readFile(file), { ...options, resumable: false });
        watch.onBytes?.(size);
        return;
      }
      const target = object.createWriteStream({ ...options, resumable: true, chunkSize: 16 * 2 ** 20 });
      await pipeline(sending(file, watch), target, watch.signal ? { signal: watch.signal } : {});
    } catch (error) {
      throw this.#failure(`${key} could not be uploaded`, error, 'NoSuchBucket');
    }
  }

  async remove(keys: readonly RemoteKey[]): Promise<void> {
    await sideBySide(keys, this.parallel, async (key) => {
      try {
        await this.#bucket.file(this.#prefix + key).delete({ ignoreNotFound: true });
      } catch (error) {
        throw this.#failure(`${key} could not be deleted`, error);
      }
    });
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {}

  /** @param notFound what a 404 means, when it can only mean one thing */
  #failure(what: string, error: unknown, notFound?: string) {
    return remoteFailure(this.name, what, error, {
      word: wordOf(error) ?? (statusOf(error) === 404 ? notFound : undefined),
    });
  }
}

interface Listed {
  readonly name: string;
  readonly size: string;
  readonly etag: string;
}

/** A 404 is also the answer when there is no such bucket; only the text tells. */
function wordOf(error: unknown): string | undefined {
  if (statusOf(error) !== 404 || !(error instanceof Error)) return undefined;
  return /bucket (?:does not exist|not found)|no such bucket/i.test(error.message) ? 'NoSuchBucket' : undefined;
}
