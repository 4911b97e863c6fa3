import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { pythonRepr, type Value } from '../dvc/index.ts';
import { askAgain } from './again.ts';
import { badSetting, missingInRemote, remoteFailure, statusOf, withoutSecrets } from './errors.ts';
import { HttpAnswerError, type HttpAsk, HttpClient, readBody } from './http-client.ts';
import type { Remote, RemoteFile, RemoteKey, RemoteSettings, RemoteSurroundings, TransferWatch } from './remote.ts';
import { ask, isSet, millisecondsIn } from './settings.ts';
import { sideBySide } from './side-by-side.ts';
import { receive, sending, standingBytes } from './transferred-file.ts';

/** @throws AssayError `ASSAY_REMOTE_SETTING` */
export async function openHttp(
  name: string,
  settings: RemoteSettings,
  { environment, askSecret }: RemoteSurroundings,
): Promise<HttpRemote> {
  const url = (settings.url ?? '').replace(/\/+$/, '');
  if (!URL.canParse(url)) throw badSetting(name, 'url', 'is no address');
  const address = new URL(url);
  let { password } = settings;
  if (password === undefined && isSet(name, settings, 'ask_password')) {
    password = await ask(name, 'password', `Password for ${settings.user ?? 'custom'} at ${address.host}: `, askSecret);
  }
  const sockets = 16;
  const client = new HttpClient({
    sockets,
    sslVerify: settings.ssl_verify,
    connectMs: millisecondsIn(name, settings, 'connect_timeout'),
    readMs: millisecondsIn(name, settings, 'read_timeout'),
    environment,
  });
  const headers = authHeaders(name, { ...settings, ...(password === undefined ? {} : { password }) }, address);
  address.username = '';
  address.password = '';
  return new HttpRemote(name, address.href.replace(/\/+$/, ''), client, {
    method: (settings.method ?? 'POST').toUpperCase(),
    headers,
    parallel: sockets,
  });
}

/** A remote behind HTTP(S): read with GET, written with POST or what `method` says. It cannot be listed. */
class HttpRemote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel: number;
  readonly #base: string;
  readonly #client: HttpClient;
  readonly #method: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    name: string,
    url: string,
    client: HttpClient,
    options: { readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly parallel: number },
  ) {
    this.name = name;
    this.url = withoutSecrets(url);
    this.parallel = options.parallel;
    this.#base = url;
    this.#client = client;
    this.#method = options.method;
    this.#headers = options.headers;
  }

  async existing(keys: readonly RemoteKey[], watch: TransferWatch = {}): Promise<ReadonlySet<RemoteKey>> {
    const found = new Set<RemoteKey>();
    await sideBySide(keys, this.parallel, async (key) => {
      if (await askAgain(() => this.#head(key, watch), watch)) found.add(key);
    });
    return found;
  }

  // biome-ignore lint/correctness/useYield: HTTP has no listing, which is said in the same way as any other failure
  async *list(): AsyncGenerator<never> {
    throw remoteFailure(this.name, 'it cannot be listed', 'HTTP has no listing');
  }

  async describe(key: RemoteKey, watch: TransferWatch = {}): Promise<RemoteFile | undefined> {
    const head = await this.#head(key, watch);
    if (!head) return undefined;
    const size = contentLength(head.answer);
    const address = this.#address(key).href;
    return { size, checksum: { kind: 'checksum', value: answerChecksum(address, head.url.href, size, head.answer) } };
  }

  async download(key: RemoteKey, file: string, watch: TransferWatch = {}): Promise<void> {
    const standing = standingBytes(file);
    const range: Readonly<Record<string, string>> = standing > 0 ? { range: `bytes=${standing}-` } : {};
    try {
      const { answer } = await this.#open('GET', key, { 'accept-encoding': 'identity', ...range }, watch);
      await receive(decoded(answer), file, answer.statusCode === 206 && standing > 0, watch);
    } catch (error) {
      if (statusOf(error) === 404) throw missingInRemote(this.name, key);
      // All of it had come.
      if (statusOf(error) === 416) return;
      throw remoteFailure(this.name, `${key || this.url} could not be downloaded`, error);
    }
  }

  async upload(file: string, key: RemoteKey, watch: TransferWatch = {}): Promise<void> {
    const { size } = statSync(file);
    try {
      await this.#client.ask({
        method: this.#method,
        url: this.#address(key),
        headers: { ...this.#headers, 'content-length': String(size), 'content-type': 'application/octet-stream' },
        body: sending(file, watch),
        signal: watch.signal,
      });
    } catch (error) {
      throw remoteFailure(this.name, `${key} could not be uploaded`, error);
    }
  }

  async remove(): Promise<void> {
    throw remoteFailure(this.name, 'nothing can be deleted', 'DVC deletes nothing over HTTP either');
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {
    this.#client.close();
  }

  async #head(key: RemoteKey, watch: TransferWatch): Promise<Answered | undefined> {
    try {
      const head = await this.#open('HEAD', key, { 'accept-encoding': 'identity' }, watch);
      head.answer.resume();
      return head;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw remoteFailure(this.name, `${key || this.url} could not be looked for`, error);
    }
  }

  /** Follows where the server sends it. Another server is not told who asks. */
  async #open(
    method: 'GET' | 'HEAD',
    key: RemoteKey,
    headers: Readonly<Record<string, string>>,
    { signal }: TransferWatch,
  ): Promise<Answered> {
    const first = this.#address(key);
    let url = first;
    for (let hops = 0; ; hops++) {
      const own = url.origin === first.origin ? this.#headers : {};
      const ask: HttpAsk = { method, url, headers: { ...headers, ...own }, signal };
      const answer = await this.#client.send(ask);
      const { statusCode = 0 } = answer;
      if (statusCode >= 200 && statusCode < 300) return { answer, url };
      const to = answer.headers.location;
      const moved = [301, 302, 303, 307, 308].includes(statusCode) && to !== undefined && hops < maxHops;
      const body = await readBody(answer);
      if (!moved || !URL.canParse(to, url.href)) throw new HttpAnswerError(answer, body.toString('utf8', 0, 4096));
      url = new URL(to, url);
    }
  }

  /** Without a key, the address of the remote itself. */
  #address(key: RemoteKey): URL {
    return new URL(key === '' ? this.#base : `${this.#base}/${key.split('/').map(encodeURIComponent).join('/')}`);
  }
}

const maxHops = 10;

interface Answered {
  readonly answer: IncomingMessage;
  /** The last of those that it was sent to. */
  readonly url: URL;
}

/** A server may compress what it was asked not to. */
function decoded(answer: IncomingMessage): Readable {
  const encoding = answer.headers['content-encoding'];
  if (encoding === 'gzip' || encoding === 'deflate') return answer.compose(createUnzip()) as Readable;
  return encoding === 'br' ? (answer.compose(createBrotliDecompress()) as Readable) : answer;
}

function contentLength({ headers }: IncomingMessage): number | undefined {
  const { 'content-encoding': encoding, 'content-length': length } = headers;
  return length === undefined || (encoding !== undefined && encoding !== 'identity') ? undefined : Number(length);
}

/**
 * What DVC knows a file behind HTTP by: its ETag, or MD5, as the server sends it; without them fsspec's token of all that a HEAD
 * request tells, a hash of it as Python prints it, as a number (fsspec's `AbstractFileSystem.checksum` and `tokenize`).
 */
function answerChecksum(address: string, last: string, size: number | undefined, { headers }: IncomingMessage): string {
  const own = headers.etag || headers['content-md5'];
  if (typeof own === 'string' && own !== '') return own;
  const facts: Record<string, Value> = { name: address, size: size === undefined ? null : BigInt(size) };
  const type = headers['content-type'];
  if (type !== undefined) facts.mimetype = type.split(';')[0]!;
  if (headers['accept-ranges'] === 'none') facts.partial = false;
  facts.url = last;
  for (const name of ['Digest', 'Last-Modified']) {
    const value = headers[name.toLowerCase()];
    if (typeof value === 'string' && value !== '') facts[name] = value;
  }
  facts.type = 'file';
  return String(BigInt(`0x${hash('md5', `(${pythonRepr(facts)},)`, 'hex')}`));
}

function authHeaders(name: string, settings: RemoteSettings, address: URL): Readonly<Record<string, string>> {
  const { auth, user, password, custom_auth_header: header } = settings;
  const basic = (one: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${one}:${secret}`).toString('base64')}`,
  });
  if (auth === undefined) {
    if (address.username === '') return {};
    return basic(decodeURIComponent(address.username), decodeURIComponent(address.password));
  }
  switch (auth.toLowerCase()) {
    case 'basic':
      if (user === undefined || password === undefined) {
        throw badSetting(name, 'auth', 'is basic: user and password are needed');
      }
      return basic(user, password);
    case 'custom':
      if (header === undefined || password === undefined) {
        throw badSetting(name, 'auth', 'is custom: custom_auth_header and password are needed');
      }
      return { [header.toLowerCase()]: password };
  }
  throw badSetting(name, 'auth', `is ${auth}; basic and custom are known`);
}
