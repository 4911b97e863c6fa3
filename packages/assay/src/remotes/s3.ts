import { hash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Cause, missingInRemote, remoteFailure, statusOf } from './errors.ts';
import { HttpAnswerError, readBody } from './http-client.ts';
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
import { S3Requests } from './s3-requests.ts';
import { type S3Place, s3Place } from './s3-settings.ts';
import { md5OfKey, receive, standingBytes, writeReceived } from './transferred-file.ts';

/** Larger files go in parts. */
const partSize = 16 * 2 ** 20;
/** Smaller ones are kept in memory until they are whole. */
const small = 2 ** 20;

/** A bucket of S3, or of anything that speaks its protocol (MinIO, Ceph, Aliyun OSS). */
export class S3Remote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel: number;
  readonly #place: S3Place;
  readonly #requests: S3Requests;

  /** @throws AssayError `ASSAY_REMOTE_SETTING` */
  constructor(name: string, settings: RemoteSettings, surroundings: RemoteSurroundings) {
    this.#place = s3Place(name, settings, surroundings);
    this.#requests = new S3Requests(this.#place);
    this.name = name;
    this.url = settings.url!;
    this.parallel = this.#place.sockets;
  }

  async existing(keys: readonly RemoteKey[], watch: TransferWatch = {}): Promise<ReadonlySet<RemoteKey>> {
    const found = await presentByListing(keys, {
      parallel: this.parallel,
      watch,
      page: 1000,
      has: async (key) => (await this.describe(key, watch)) !== undefined,
      list: (prefix) => this.list(prefix, watch),
    });
    // That a key is not there, and that the bucket is not, are one answer to a HEAD.
    if (found.size === 0 && keys.length > 0) await this.#page({ 'max-keys': '1' }, watch);
    return found;
  }

  async *list(prefix: string, watch: TransferWatch = {}): AsyncGenerator<ListedObject> {
    const { prefix: own } = this.#place;
    let token: string | undefined;
    do {
      const page = await this.#page(
        { prefix: own + prefix, ...(token === undefined ? {} : { 'continuation-token': token }) },
        watch,
      );
      const encoded = textIn(page, 'EncodingType') === 'url';
      for (const [, content = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const said = textIn(content, 'Key') ?? '';
        // Not every server encodes keys when it is asked to.
        const key = encoded ? decodeURIComponent(said.replaceAll('+', ' ')) : said;
        const size = textIn(content, 'Size');
        const etag = textIn(content, 'ETag');
        if (key.startsWith(own) && !key.endsWith('/')) {
          yield {
            key: key.slice(own.length),
            size: size === undefined ? undefined : Number(size),
            ...(etag === undefined ? {} : { etag: bare(etag) }),
          };
        }
      }
      token = textIn(page, 'IsTruncated') === 'true' ? textIn(page, 'NextContinuationToken') : undefined;
    } while (token !== undefined);
  }

  async describe(key: RemoteKey, { signal }: TransferWatch = {}): Promise<RemoteFile | undefined> {
    try {
      const headers = this.#place.reading;
      const answer = await this.#requests.open({ method: 'HEAD', key: this.#place.prefix + key, headers, signal });
      answer.resume();
      const { 'content-length': size, etag = '' } = answer.headers;
      return {
        size: size === undefined ? undefined : Number(size),
        checksum: { kind: 'etag', value: bare(etag) },
      };
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw this.#failure(`${key} could not be looked for`, error);
    }
  }

  async download(key: RemoteKey, file: string, watch: TransferWatch = {}): Promise<void> {
    const standing = standingBytes(file);
    try {
      const answer = await this.#requests.open({
        method: 'GET',
        key: this.#place.prefix + key,
        headers: { ...this.#place.reading, ...(standing > 0 ? { range: `bytes=${standing}-` } : {}) },
        signal: watch.signal,
      });
      const append = standing > 0 && answer.statusCode === 206;
      const length = Number(answer.headers['content-length'] ?? Number.POSITIVE_INFINITY);
      if (length <= small) writeReceived(await readBody(answer), file, append, watch);
      else await receive(answer, file, append, watch);
    } catch (error) {
      if (statusOf(error) === 404 && codeOf(error) !== 'NoSuchBucket') throw missingInRemote(this.name, key);
      // All of it had come.
      if (statusOf(error) === 416) return;
      throw this.#failure(`${key} could not be downloaded`, error);
    }
  }

  async upload(file: string, key: RemoteKey, watch: TransferWatch = {}): Promise<void> {
    try {
      const { size } = statSync(file);
      if (size > partSize) return await this.#uploadParts(file, size, key, watch);
      const body = await readFile(file);
      const md5 = md5OfKey(key);
      await this.#requests.ask({
        method: 'PUT',
        key: this.#place.prefix + key,
        headers: { ...this.#place.writing.headers, ...(md5 ? { 'content-md5': md5.toString('base64') } : {}) },
        body,
        signal: watch.signal,
      });
      watch.onBytes?.(size);
    } catch (error) {
      throw this.#failure(`${key} could not be uploaded`, error);
    }
  }

  async remove(keys: readonly RemoteKey[]): Promise<void> {
    for (let at = 0; at < keys.length; at += 1000) {
      const objects = keys
        .slice(at, at + 1000)
        .map((key) => `<Object><Key>${escaped(this.#place.prefix + key)}</Key></Object>`);
      const body = Buffer.from(
        `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects.join('')}</Delete>`,
      );
      const headers = { 'content-type': 'application/xml', 'content-md5': hash('md5', body, 'base64') };
      const answer = await this.#requests
        .ask({ method: 'POST', query: { delete: '' }, headers, body })
        .catch((error: unknown) => {
          throw this.#failure('objects could not be deleted', error);
        });
      const refused = /<Error>(.*?)<\/Error>/s.exec(answer.toString('utf8'))?.[1];
      if (refused === undefined) continue;
      const word = textIn(refused, 'Code');
      throw remoteFailure(this.name, `${textIn(refused, 'Key')} could not be deleted`, textIn(refused, 'Message'), {
        word,
      });
    }
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {
    this.#place.client.destroy();
    this.#place.http.close();
  }

  async #page(query: Readonly<Record<string, string>>, { signal }: TransferWatch): Promise<string> {
    try {
      const asked = { 'list-type': '2', 'encoding-type': 'url', ...query };
      return (await this.#requests.ask({ method: 'GET', query: asked, signal })).toString('utf8');
    } catch (error) {
      throw this.#failure('it could not be listed', error);
    }
  }

  async #uploadParts(file: string, size: number, key: RemoteKey, watch: TransferWatch): Promise<void> {
    const { Upload } = await import('@aws-sdk/lib-storage');
    const { client, bucket, prefix, writing } = this.#place;
    const upload = new Upload({
      client,
      params: {
        Bucket: bucket,
        Key: prefix + key,
        ...writing.parameters,
        Body: createReadStream(file, { highWaterMark: 2 ** 20 }),
      },
      // There may be ten thousand parts.
      partSize: Math.max(partSize, Math.ceil(size / 9_000)),
      queueSize: 4,
    });
    let sent = 0;
    upload.on('httpUploadProgress', ({ loaded = 0 }) => {
      watch.onBytes?.(loaded - sent);
      sent = loaded;
    });
    const abort = () => void upload.abort();
    watch.signal?.addEventListener('abort', abort, { once: true });
    await upload.done().finally(() => watch.signal?.removeEventListener('abort', abort));
  }

  #failure(what: string, error: unknown) {
    const cause: Cause = { status: statusOf(error), word: codeOf(error) };
    const message = error instanceof HttpAnswerError ? textIn(error.body, 'Message') : undefined;
    if (message === undefined) return remoteFailure(this.name, what, error, cause);
    return remoteFailure(this.name, what, Object.assign(new Error(message), { status: cause.status }), cause);
  }
}

/** ETags come in quotes. */
function bare(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}

/** S3's own word for what was wrong. */
function codeOf(error: unknown): string | undefined {
  return error instanceof HttpAnswerError ? textIn(error.body, 'Code') : undefined;
}

/** The text of the first element of that name. */
function textIn(xml: string, element: string): string | undefined {
  const start = xml.indexOf(`<${element}>`);
  if (start < 0) return undefined;
  const from = start + element.length + 2;
  const end = xml.indexOf(`</${element}>`, from);
  if (end < 0) return undefined;
  const text = xml.slice(from, end);
  return text.includes('&') ? text.replace(/&(#x?[0-9a-f]+|\w+);/gi, entity) : text;
}

function entity(whole: string, word: string): string {
  if (word.startsWith('#')) return String.fromCodePoint(Number(word.replace('#', '0').replace(/^0(?!x)/i, '')));
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return named[word] ?? whole;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
