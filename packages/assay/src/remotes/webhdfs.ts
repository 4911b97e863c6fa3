import { statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { badSetting, missingInRemote, remoteFailure, statusOf } from './errors.ts';
import { HttpAnswerError, type HttpAsk, HttpClient, readBody } from './http-client.ts';
import { presentByFolder } from './present-keys.ts';
import type { ListedObject, Remote, RemoteKey, RemoteSettings, RemoteSurroundings, TransferWatch } from './remote.ts';
import { numberIn, prefixOf } from './settings.ts';
import { sideBySide } from './side-by-side.ts';
import { receive, sending, standingBytes, temporaryName } from './transferred-file.ts';
import { walkFolders } from './walk-folders.ts';
import { namenodeAddress, type WebHdfsPlace, webHdfsPlace } from './webhdfs-settings.ts';

/** @throws AssayError `ASSAY_REMOTE_SETTING` */
export function openWebHdfs(name: string, settings: RemoteSettings, surroundings: RemoteSurroundings): WebHdfsRemote {
  const hdfs = settings.url?.startsWith('hdfs:') === true;
  if (!URL.canParse(settings.url ?? '')) throw badSetting(name, 'url', 'is no address');
  const address = new URL(settings.url!);
  const base = hdfs ? namenodeAddress(address, surroundings.environment) : address.host;
  const place = webHdfsPlace(name, settings, base, hdfs, surroundings);
  const client = new HttpClient({
    sockets: 16,
    sslVerify: settings.ssl_verify,
    environment: surroundings.environment,
  });
  const replication = numberIn(name, settings, 'replication', 1);
  return new WebHdfsRemote(
    name,
    settings.url!,
    prefixOf(decodeURIComponent(address.pathname)),
    place,
    client,
    replication,
  );
}

/** A folder of HDFS, by the REST interface of its namenode. */
class WebHdfsRemote implements Remote {
  readonly name: string;
  readonly url: string;
  readonly parallel = 16;
  readonly #prefix: string;
  readonly #place: WebHdfsPlace;
  readonly #client: HttpClient;
  readonly #replication: number | undefined;

  constructor(
    name: string,
    url: string,
    prefix: string,
    place: WebHdfsPlace,
    client: HttpClient,
    replication: number | undefined,
  ) {
    this.name = name;
    this.url = url;
    this.#prefix = prefix;
    this.#place = place;
    this.#client = client;
    this.#replication = replication;
  }

  async existing(keys: readonly RemoteKey[], { signal }: TransferWatch = {}): Promise<ReadonlySet<RemoteKey>> {
    const has = async (key: RemoteKey) => {
      const status = await this.#json('GET', key, { op: 'GETFILESTATUS' }, `${key} could not be looked for`, signal);
      return status !== undefined;
    };
    const namesIn = async (folder: string) =>
      new Set((await this.#entries(folder, signal)).map((entry) => entry.pathSuffix));
    return presentByFolder(keys, this.parallel, has, namesIn);
  }

  list(prefix: string, { signal }: TransferWatch = {}): AsyncGenerator<ListedObject> {
    return walkFolders(prefix, this.parallel, async (folder) =>
      (await this.#entries(folder, signal)).map(({ pathSuffix, type, length }) => ({
        name: pathSuffix,
        kind: type === 'DIRECTORY' ? 'folder' : type === 'FILE' ? 'file' : 'other',
        size: length,
      })),
    );
  }

  async download(key: RemoteKey, file: string, watch: TransferWatch = {}): Promise<void> {
    const standing = standingBytes(file);
    try {
      const query = { op: 'OPEN', ...(standing > 0 ? { offset: String(standing) } : {}) };
      const answer = await this.#follow({ method: 'GET', url: this.#address(key, query), signal: watch.signal });
      await receive(answer, file, standing > 0, watch);
    } catch (error) {
      if (statusOf(error) === 404) throw missingInRemote(this.name, key);
      // All of it had come: an offset at the end is out of range.
      if (standing > 0 && error instanceof HttpAnswerError && /offset|range/i.test(error.body)) return;
      throw this.#failure(`${key} could not be downloaded`, error);
    }
  }

  /** Written beside its place, then renamed: HDFS shows a file while it is written. */
  async upload(file: string, key: RemoteKey, watch: TransferWatch = {}): Promise<void> {
    const temporary = temporaryName(key);
    try {
      const { size } = statSync(file);
      const replication = this.#replication === undefined ? {} : { replication: String(this.#replication) };
      const ask = { method: 'PUT', url: this.#address(temporary, { op: 'CREATE', overwrite: 'true', ...replication }) };
      const first = await this.#client.send({ ...ask, headers: this.#place.headers, signal: watch.signal });
      const said = await readBody(first);
      const to = first.headers.location;
      if (first.statusCode !== 307 || to === undefined) throw new HttpAnswerError(first, said.toString('utf8'));
      await this.#client.ask({
        method: 'PUT',
        url: this.#place.dataAddress(to),
        headers: { ...this.#place.headers, 'content-length': String(size), 'content-type': 'application/octet-stream' },
        body: sending(file, watch),
        signal: watch.signal,
      });
      if (!(await this.#rename(temporary, key))) {
        // Another one was there, with the same content by its name.
        await this.#delete(key);
        if (!(await this.#rename(temporary, key))) throw new Error('it could not be renamed');
      }
    } catch (error) {
      await this.#delete(temporary).catch(() => {});
      throw this.#failure(`${key} could not be uploaded`, error);
    }
  }

  async remove(keys: readonly RemoteKey[]): Promise<void> {
    await sideBySide(keys, this.parallel, (key) => this.#delete(key));
  }

  async settle(): Promise<void> {}

  async close(): Promise<void> {
    this.#client.close();
  }

  async #rename(from: RemoteKey, to: RemoteKey): Promise<boolean> {
    const query = { op: 'RENAME', destination: `/${this.#prefix}${to}` };
    const answer = await this.#json('PUT', from, query, `${to} could not be uploaded`);
    return (answer as { readonly boolean?: boolean } | undefined)?.boolean === true;
  }

  async #delete(key: RemoteKey): Promise<void> {
    await this.#json('DELETE', key, { op: 'DELETE' }, `${key} could not be deleted`);
  }

  async #entries(folder: string, signal: AbortSignal | undefined): Promise<readonly FileStatus[]> {
    const answer = await this.#json('GET', folder, { op: 'LISTSTATUS' }, 'it could not be listed', signal);
    return (
      (answer as { readonly FileStatuses?: { readonly FileStatus: FileStatus[] } } | undefined)?.FileStatuses
        ?.FileStatus ?? []
    );
  }

  /** Undefined when there is no such file. */
  async #json(
    method: string,
    key: RemoteKey,
    query: Readonly<Record<string, string>>,
    what: string,
    signal?: AbortSignal,
  ): Promise<unknown> {
    try {
      const { headers } = this.#place;
      const { body } = await this.#client.ask({ method, url: this.#address(key, query), headers, signal });
      return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as unknown);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw this.#failure(what, error);
    }
  }

  /** The namenode says which datanode has it. */
  async #follow(ask: HttpAsk): Promise<IncomingMessage> {
    const headers = this.#place.headers;
    const first = await this.#client.send({ ...ask, headers });
    if (first.statusCode !== 307 || first.headers.location === undefined) {
      if (first.statusCode === 200) return first;
      throw new HttpAnswerError(first, (await readBody(first)).toString('utf8', 0, 4096));
    }
    first.resume();
    return this.#client.open({ ...ask, url: this.#place.dataAddress(first.headers.location), headers });
  }

  #address(key: RemoteKey, query: Readonly<Record<string, string>>): URL {
    const path = `${this.#prefix}${key}`.split('/').map(encodeURIComponent).join('/');
    const words = new URLSearchParams({ ...query, ...this.#place.query });
    return new URL(`${this.#place.base}/${path}?${words}`);
  }

  #failure(what: string, error: unknown) {
    if (!(error instanceof HttpAnswerError)) return remoteFailure(this.name, what, error);
    const exception = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(error.body)?.[1] ?? error.message;
    const shown = Object.assign(new Error(exception), { status: error.status });
    return remoteFailure(this.name, what, shown, { status: error.status });
  }
}

interface FileStatus {
  readonly pathSuffix: string;
  readonly type: 'FILE' | 'DIRECTORY' | 'SYMLINK';
  readonly length: number;
}
