import { hash } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pythonRepr, type Value } from '../dvc/index.ts';
import { badSetting, missingInRemote, remoteFailure } from './errors.ts';
import type { Remote, RemoteFile, RemoteKey, RemoteSettings, TransferWatch } from './remote.ts';

/** A remote behind HTTP(S): read with GET, written with POST or what `method` says. It cannot be listed. */
export class HttpRemote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel = 16;
  readonly #method: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(name: string, settings: RemoteSettings) {
    this.name = name;
    this.url = (settings.url ?? '').replace(/\/$/, '');
    this.#method = (settings.method ?? 'POST').toUpperCase();
    if (!URL.canParse(this.url)) throw badSetting(name, 'url', 'is no address');
    if (settings.ssl_verify?.toLowerCase() === 'false') {
      throw badSetting(name, 'ssl_verify', 'cannot be turned off; name the authority in NODE_EXTRA_CA_CERTS');
    }
    this.#headers = authHeaders(name, settings);
  }

  async existing(keys: readonly RemoteKey[], watch: TransferWatch = {}): Promise<ReadonlySet<RemoteKey>> {
    const found = new Set<RemoteKey>();
    const queue = [...keys];
    const worker = async () => {
      for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
        const answer = await this.#ask(key, { method: 'HEAD' }, watch);
        if (answer.ok) found.add(key);
        else if (answer.status !== 404)
          throw remoteFailure(this.name, `${key}: HTTP ${answer.status}`, answer.statusText);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.parallel, keys.length) }, worker));
    return found;
  }

  // biome-ignore lint/correctness/useYield: HTTP has no listing, which is said in the same way as any other failure
  async *list(): AsyncGenerator<never> {
    throw remoteFailure(this.name, 'it cannot be listed', 'HTTP has no listing');
  }

  async describe(key: RemoteKey, watch: TransferWatch = {}): Promise<RemoteFile | undefined> {
    const answer = await this.#ask(key, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } }, watch);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw remoteFailure(this.name, `${key || this.url}: HTTP ${answer.status}`, answer.statusText);
    const size = contentLength(answer);
    return { size, checksum: { kind: 'checksum', value: answerChecksum(this.#address(key), size, answer) } };
  }

  async download(key: RemoteKey, file: string, watch: TransferWatch = {}): Promise<void> {
    const standing = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const headers: Record<string, string> = standing > 0 ? { range: `bytes=${standing}-` } : {};
    const answer = await this.#ask(key, { headers }, watch);
    if (answer.status === 404) throw missingInRemote(this.name, key);
    if (answer.status === 416) return;
    if (!answer.ok || !answer.body) throw remoteFailure(this.name, `${key}: HTTP ${answer.status}`, answer.statusText);
    try {
      const flags = answer.status === 206 && standing > 0 ? 'a' : 'w';
      await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(file, { flags }));
    } catch (error) {
      throw remoteFailure(this.name, `${key} broke off`, error);
    }
  }

  async upload(file: string, key: RemoteKey, watch: TransferWatch = {}): Promise<void> {
    const { size } = statSync(file);
    const body = Readable.toWeb(createReadStream(file, { highWaterMark: 2 ** 20 }));
    const request = { method: this.#method, headers: { 'content-length': String(size) }, body, duplex: 'half' };
    const answer = await this.#ask(key, request as never, watch);
    if (!answer.ok) throw remoteFailure(this.name, `${key}: HTTP ${answer.status}`, answer.statusText);
  }

  async remove(): Promise<void> {
    throw remoteFailure(this.name, 'nothing can be deleted', 'DVC deletes nothing over HTTP either');
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {}

  /** Without a key, the address of the remote itself. */
  #address(key: RemoteKey): string {
    return key === '' ? this.url : `${this.url}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }

  async #ask(key: RemoteKey, request: RequestInit, { signal }: TransferWatch): Promise<Response> {
    const address = this.#address(key);
    for (let attempt = 1; ; attempt++) {
      try {
        const headers = { ...this.#headers, ...(request.headers as Record<string, string> | undefined) };
        const answer = await fetch(address, { ...request, headers, ...(signal ? { signal } : {}) });
        // A body that was streamed cannot be sent a second time.
        if (answer.status < 500 || attempt === 4 || request.body) return answer;
      } catch (error) {
        if (signal?.aborted || attempt === 4 || request.body) throw remoteFailure(this.name, `${key}`, error);
      }
      await new Promise((done) => setTimeout(done, 200 * 2 ** attempt));
    }
  }
}

function authHeaders(name: string, settings: RemoteSettings): Readonly<Record<string, string>> {
  const { auth, user, password, custom_auth_header: header } = settings;
  if (auth === undefined) return {};
  if (auth === 'custom') {
    if (header === undefined || password === undefined) {
      throw badSetting(name, 'auth', 'is custom: custom_auth_header and password are needed');
    }
    return { [header.toLowerCase()]: password };
  }
  if (auth !== 'basic') throw badSetting(name, 'auth', `is ${auth}; basic and custom are known`);
  return { authorization: `Basic ${Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64')}` };
}

function contentLength({ headers }: Response): number | undefined {
  const encoding = headers.get('content-encoding');
  const length = headers.get('content-length');
  return length === null || (encoding !== null && encoding !== 'identity') ? undefined : Number(length);
}

/**
 * What DVC knows a file behind HTTP by: its ETag, or MD5, as the server sends it; without them fsspec's token of all that a HEAD request tells, a hash of it as Python prints it, as a
 * number (fsspec's `AbstractFileSystem.checksum` and `tokenize`).
 */
function answerChecksum(address: string, size: number | undefined, { headers, url }: Response): string {
  const own = headers.get('etag') || headers.get('content-md5');
  if (own) return own;
  const facts: Record<string, Value> = { name: address, size: size === undefined ? null : BigInt(size) };
  const type = headers.get('content-type');
  if (type !== null) facts.mimetype = type.split(';')[0]!;
  if (headers.get('accept-ranges') === 'none') facts.partial = false;
  facts.url = url;
  for (const name of ['Digest', 'Last-Modified']) {
    const value = headers.get(name);
    if (value) facts[name] = value;
  }
  facts.type = 'file';
  return String(BigInt(`0x${hash('md5', `(${pythonRepr(facts)},)`, 'hex')}`));
}
