import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { drive, type drive_v3 } from '@googleapis/drive';
import type { AuthClient } from 'google-auth-library';
import { badSetting, missingInRemote, remoteFailure, statusOf } from './errors.ts';
import { driveAccount } from './google-drive-account.ts';
import { DriveFolders } from './google-drive-folders.ts';
import type { ListedObject, Remote, RemoteKey, RemoteSettings, RemoteSurroundings, TransferWatch } from './remote.ts';
import { isSet } from './settings.ts';
import { sideBySide } from './side-by-side.ts';
import { md5OfKey, receive, sending, standingBytes } from './transferred-file.ts';

/** @throws AssayError `ASSAY_REMOTE_SETTING`, `ASSAY_REMOTE_REFUSED` */
export function openGoogleDrive(
  name: string,
  settings: RemoteSettings,
  surroundings: RemoteSurroundings,
): GoogleDriveRemote {
  const account = driveAccount(name, settings, surroundings);
  return new GoogleDriveRemote(name, settings, account);
}

/** A folder of Google Drive. */
export class GoogleDriveRemote implements Remote {
  readonly name: string;
  readonly url: string;
  /** More would meet Google's limits for one person. */
  readonly parallel = 8;
  readonly #api: drive_v3.Drive;
  readonly #folders: DriveFolders;
  readonly #trash: boolean;
  readonly #acknowledgeAbuse: boolean;
  /** Uploads go to another path below the root, for which the client has to be told it each time. */
  readonly #root: { readonly rootUrl?: string };

  /** @param rootUrl of the interface; Google's own unless told */
  constructor(name: string, settings: RemoteSettings, auth: AuthClient, rootUrl?: string) {
    const address = /^gdrive:\/\/([^/]+)(.*)$/.exec(settings.url ?? '');
    if (!address) throw badSetting(name, 'url', 'is no gdrive://FOLDER-ID/PATH');
    this.name = name;
    this.url = settings.url!;
    this.#trash = isSet(name, settings, 'gdrive_trash_only');
    this.#acknowledgeAbuse = isSet(name, settings, 'gdrive_acknowledge_abuse');
    this.#root = rootUrl === undefined ? {} : { rootUrl };
    this.#api = drive({ version: 'v3', auth: auth as never, ...this.#root });
    const path = address[2]!.split('/').filter((word) => word !== '');
    this.#folders = new DriveFolders(this.#api, address[1]!, path);
  }

  async existing(keys: readonly RemoteKey[]): Promise<ReadonlySet<RemoteKey>> {
    try {
      await this.#folders.find(keys);
      return new Set(keys.filter((key) => this.#folders.idOf(key) !== undefined));
    } catch (error) {
      throw this.#failure('it could not be listed', error);
    }
  }

  async *list(prefix: string): AsyncGenerator<ListedObject> {
    try {
      yield* this.#folders.walk(prefix);
    } catch (error) {
      throw this.#failure('it could not be listed', error);
    }
  }

  async download(key: RemoteKey, file: string, watch: TransferWatch = {}): Promise<void> {
    const standing = standingBytes(file);
    try {
      const fileId = await this.#idOf(key);
      if (fileId === undefined) throw missingInRemote(this.name, key);
      const { data, status } = await this.#api.files.get(
        { fileId, alt: 'media', supportsAllDrives: true, acknowledgeAbuse: this.#acknowledgeAbuse },
        {
          responseType: 'stream',
          ...(standing > 0 ? { headers: { range: `bytes=${standing}-` } } : {}),
          ...(watch.signal ? { signal: watch.signal } : {}),
        },
      );
      await receive(data as Readable, file, standing > 0 && status === 206, watch);
    } catch (error) {
      if (statusOf(error) === 404) {
        this.#folders.forget(key);
        throw missingInRemote(this.name, key);
      }
      // All of it had come.
      if (statusOf(error) === 416) return;
      throw this.#failure(`${key} could not be downloaded`, error);
    }
  }

  async upload(file: string, key: RemoteKey, watch: TransferWatch = {}): Promise<void> {
    try {
      const parent = await this.#folders.makeFor(key);
      const { size } = statSync(file);
      const { data } = await this.#api.files.create(
        {
          requestBody: { name: key.slice(key.lastIndexOf('/') + 1), parents: [parent] },
          media: {
            mimeType: 'application/octet-stream',
            body: size === 0 ? createReadStream(file) : sending(file, watch),
          },
          fields: 'id,md5Checksum',
          supportsAllDrives: true,
        },
        { ...this.#root, ...(watch.signal ? { signal: watch.signal } : {}) },
      );
      const expected = md5OfKey(key)?.toString('hex');
      if (expected !== undefined && data.md5Checksum && data.md5Checksum !== expected) {
        await this.#api.files.delete({ fileId: data.id!, supportsAllDrives: true });
        throw new Error('other bytes arrived than were sent');
      }
      this.#folders.remember(key, data.id!);
    } catch (error) {
      throw this.#failure(`${key} could not be uploaded`, error);
    }
  }

  async remove(keys: readonly RemoteKey[]): Promise<void> {
    await this.#folders.find(keys).catch((error: unknown) => {
      throw this.#failure('it could not be listed', error);
    });
    await sideBySide(keys, this.parallel, async (key) => {
      const fileId = this.#folders.idOf(key);
      if (fileId === undefined) return;
      try {
        if (this.#trash) {
          await this.#api.files.update({ fileId, requestBody: { trashed: true }, supportsAllDrives: true });
        } else await this.#api.files.delete({ fileId, supportsAllDrives: true });
        this.#folders.forget(key);
      } catch (error) {
        if (statusOf(error) !== 404) throw this.#failure(`${key} could not be deleted`, error);
      }
    });
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {}

  async #idOf(key: RemoteKey): Promise<string | undefined> {
    const known = this.#folders.idOf(key);
    if (known !== undefined) return known;
    await this.#folders.find([key]);
    return this.#folders.idOf(key);
  }

  #failure(what: string, error: unknown) {
    const { response } = error as { readonly response?: { readonly data?: unknown } };
    const text = typeof response?.data === 'object' ? JSON.stringify(response.data) : '';
    // A limit on requests is told as a refusal.
    if (/rateLimitExceeded|userRateLimitExceeded/.test(text)) {
      const late = Object.assign(new Error('too many requests'), { status: 429 });
      return remoteFailure(this.name, what, late);
    }
    return remoteFailure(this.name, what, error);
  }
}
