import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { badSetting, missingInRemote, remoteFailure } from './errors.ts';
import type { Remote, RemoteFile, RemoteKey, RemoteSettings, TransferWatch } from './remote.ts';

const sockets = 48;
/** Larger files go in parts. */
const partSize = 16 * 2 ** 20;

/** A bucket of S3, or of anything that speaks its protocol (MinIO, Ceph, Aliyun OSS). */
export class S3Remote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel = sockets;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #encryption: Readonly<Record<string, string>>;

  constructor(name: string, settings: RemoteSettings) {
    const address = /^(?:s3|oss):\/\/([^/]+)\/?(.*)$/.exec(settings.url ?? '');
    if (!address) throw badSetting(name, 'url', 'is no s3://BUCKET/PREFIX');
    this.name = name;
    this.url = settings.url!;
    this.#bucket = address[1]!;
    this.#prefix = address[2] === '' ? '' : `${address[2]!.replace(/\/$/, '')}/`;
    this.#client = new S3Client(clientConfig(settings));
    this.#encryption = {
      ...(settings.sse && { ServerSideEncryption: settings.sse }),
      ...(settings.sse_kms_key_id && { SSEKMSKeyId: settings.sse_kms_key_id }),
      ...(settings.acl && { ACL: settings.acl }),
    };
  }

  async existing(keys: readonly RemoteKey[], { signal }: TransferWatch = {}): Promise<ReadonlySet<RemoteKey>> {
    const found = new Set<RemoteKey>();
    const queue = [...keys];
    const worker = async () => {
      for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
        if (await this.#head(key, signal)) found.add(key);
      }
    };
    await Promise.all(Array.from({ length: Math.min(sockets, keys.length) }, worker));
    return found;
  }

  async *list(prefix: string, { signal }: TransferWatch = {}) {
    let token: string | undefined;
    do {
      const answer = await this.#client
        .send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix + prefix,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
          abortBy(signal),
        )
        .catch((error: unknown) => {
          throw remoteFailure(this.name, 'it could not be listed', error);
        });
      for (const { Key, Size, ETag } of answer.Contents ?? []) {
        if (!Key?.startsWith(this.#prefix)) continue;
        yield { key: Key.slice(this.#prefix.length), size: Size, ...(ETag === undefined ? {} : { etag: bare(ETag) }) };
      }
      token = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async describe(key: RemoteKey, { signal }: TransferWatch = {}): Promise<RemoteFile | undefined> {
    const head = await this.#head(key, signal);
    return head && { size: head.ContentLength, checksum: { kind: 'etag', value: bare(head.ETag ?? '') } };
  }

  async download(key: RemoteKey, file: string, { signal }: TransferWatch = {}): Promise<void> {
    const standing = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    try {
      const { Body, ContentRange } = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: this.#prefix + key,
          ...(standing > 0 ? { Range: `bytes=${standing}-` } : {}),
        }),
        abortBy(signal),
      );
      if (!(Body instanceof Readable)) throw new Error('the answer has no body');
      const goesOn = standing > 0 && ContentRange !== undefined;
      await pipeline(Body, createWriteStream(file, { flags: goesOn ? 'a' : 'w' }));
    } catch (error) {
      if (statusOf(error) === 404) throw missingInRemote(this.name, key);
      // All of it had come.
      if (statusOf(error) === 416) return;
      throw remoteFailure(this.name, `${key} could not be downloaded`, error);
    }
  }

  async upload(file: string, key: RemoteKey, { signal }: TransferWatch = {}): Promise<void> {
    const target = { Bucket: this.#bucket, Key: this.#prefix + key, ...this.#encryption };
    try {
      const { size } = statSync(file);
      if (size <= partSize) {
        const { readFile } = await import('node:fs/promises');
        const body = await readFile(file);
        await this.#client.send(new PutObjectCommand({ ...target, Body: body, ContentLength: size }), abortBy(signal));
        return;
      }
      const { Upload } = await import('@aws-sdk/lib-storage');
      const upload = new Upload({
        client: this.#client,
        params: { ...target, Body: createReadStream(file, { highWaterMark: 2 ** 20 }) },
        partSize: Math.max(partSize, Math.ceil(size / 9_000)),
        queueSize: 4,
      });
      const abort = () => void upload.abort();
      signal?.addEventListener('abort', abort, { once: true });
      await upload.done().finally(() => signal?.removeEventListener('abort', abort));
    } catch (error) {
      throw remoteFailure(this.name, `${key} could not be uploaded`, error);
    }
  }

  async remove(keys: readonly RemoteKey[]): Promise<void> {
    for (let at = 0; at < keys.length; at += 1000) {
      const Objects = keys.slice(at, at + 1000).map((key) => ({ Key: this.#prefix + key }));
      const answer = await this.#client
        .send(new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }))
        .catch((error: unknown) => {
          throw remoteFailure(this.name, 'objects could not be deleted', error);
        });
      const [refused] = answer.Errors ?? [];
      if (refused) throw remoteFailure(this.name, `${refused.Key} could not be deleted`, refused.Message);
    }
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #head(key: RemoteKey, signal: AbortSignal | undefined): Promise<HeadObjectCommandOutput | undefined> {
    try {
      return await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }),
        abortBy(signal),
      );
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw remoteFailure(this.name, `${key} could not be looked for`, error);
    }
  }
}

function clientConfig(settings: RemoteSettings): S3ClientConfig {
  const oss = settings.url?.startsWith('oss://') === true;
  const endpoint = settings.endpointurl ?? (oss ? withScheme(settings.oss_endpoint) : undefined);
  const key = settings.access_key_id ?? settings.oss_key_id;
  const secret = settings.secret_access_key ?? settings.oss_key_secret;
  const region = settings.region ?? /oss-([a-z0-9-]+)\.aliyuncs\.com/.exec(endpoint ?? '')?.[1];
  const verify = settings.ssl_verify?.toLowerCase() !== 'false';
  return {
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: !oss }),
    // A server of one's own need not have regions.
    ...(region !== undefined
      ? { region }
      : endpoint !== undefined
        ? { region: process.env.AWS_REGION ?? 'us-east-1' }
        : {}),
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    ...(key !== undefined && secret !== undefined
      ? {
          credentials: {
            accessKeyId: key,
            secretAccessKey: secret,
            ...(settings.session_token === undefined ? {} : { sessionToken: settings.session_token }),
          },
        }
      : {}),
    ...(settings.allow_anonymous_login?.toLowerCase() === 'true'
      ? { signer: { sign: async (request: never) => request }, credentials: { accessKeyId: '', secretAccessKey: '' } }
      : {}),
    requestHandler: {
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: sockets }),
      httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: sockets, rejectUnauthorized: verify }),
      connectionTimeout: 10_000,
    },
    // Not every server knows the newer checksums; each download is checked by its MD5.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 5,
  };
}

function withScheme(endpoint: string | undefined): string | undefined {
  return endpoint === undefined || endpoint.includes('://') ? endpoint : `https://${endpoint}`;
}

function abortBy(signal: AbortSignal | undefined) {
  return signal ? { abortSignal: signal } : {};
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  return (error.$metadata as { readonly httpStatusCode?: number }).httpStatusCode;
}

/** ETags come in quotes. */
function bare(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}
