import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { byCodePoint, type Checksum, type Config } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { openRemote, type Remote, type RemoteFile, withoutSecrets } from '../remotes/index.ts';
import type { Visit } from './visit.ts';

/** A file behind an address. */
interface UrlFile {
  /** Relative to the address; empty when that is the file itself. */
  readonly path: string;
  readonly size: number | undefined;
  /** What it is known by there. */
  readonly checksum: Checksum | undefined;
}

export interface UrlContent {
  readonly kind: 'file' | 'folder';
  /** Sorted by path. */
  readonly files: readonly UrlFile[];
}

/** A file or a folder, as a listing shows it. */
interface UrlEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number | undefined;
}

/** Plain data behind an address: on this machine, or where a remote could be. */
export interface UrlSource {
  /** The folder or file on this machine, if it is here. */
  readonly path: string | undefined;
  /** @throws AssayError `ASSAY_ACCESS_NO_URL` when nothing is there */
  content(): Promise<UrlContent>;
  /**
   * What is in it: on this machine also empty folders and links, these not followed; elsewhere the files. Of a file, that alone.
   * @throws AssayError `ASSAY_ACCESS_NO_URL`
   */
  list(): Promise<Pick<UrlContent, 'kind'> & { readonly entries: readonly UrlEntry[] }>;
  /** Copies one of the files to a place where nothing is. */
  copy(file: UrlFile, to: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param url a path, an address with a scheme, or `remote://NAME/path` of a remote in the settings
 * @param settings options of the remote that it would be
 * @throws AssayError `ASSAY_DVC_NO_REMOTE`, `ASSAY_REMOTE_SCHEME`
 */
export async function openUrl(
  url: string,
  base: string,
  config: Config | undefined,
  visit: Visit,
  settings: Readonly<Record<string, string>> = {},
): Promise<UrlSource> {
  const { address, options } = remoteAddress(url, config, settings);
  if (/^file:\/\//i.test(address)) return onThisMachine(fileURLToPath(address), url);
  if (isAbsolute(address) || !/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(address)) {
    return onThisMachine(resolve(base, address), url);
  }
  const [plain = ''] = address.split(/(?<=[^/])\/+$/);
  const isHttp = /^https?:/i.test(plain);
  const slash = plain.lastIndexOf('/');
  const [parent, key] =
    isHttp || slash < plain.indexOf('://') + 3 ? [plain, ''] : [plain.slice(0, slash), plain.slice(slash + 1)];
  const remote = await openRemote(withoutSecrets(url), { ...options, url: parent });
  return behind(remote, key, url, visit);
}

/**
 * An address, `remote://NAME/path` put together from the remote that it names, with that remote's options.
 * @throws AssayError `ASSAY_DVC_NO_REMOTE`
 */
export function remoteAddress(
  url: string,
  config: Config | undefined,
  settings: Readonly<Record<string, string>> = {},
): { readonly address: string; readonly options: Readonly<Record<string, string>> } {
  const named = /^remote:\/\/([^/]+)\/?(.*)$/.exec(url);
  if (!named) return { address: url, options: settings };
  const remote = config?.remote(named[1]!);
  if (!remote?.url) {
    throw new AssayError('ASSAY_DVC_NO_REMOTE', `there is no remote ${named[1]}`, {
      hint: 'See `assay remote list`.',
    });
  }
  return { address: `${remote.url.replace(/\/$/, '')}/${named[2]}`, options: { ...remote, ...settings } };
}

function onThisMachine(path: string, url: string): UrlSource {
  return {
    path,
    async content() {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats) throw nothingAt(url);
      if (stats.isFile()) return { kind: 'file', files: [{ path: '', size: stats.size, checksum: undefined }] };
      const { walkFiles } = await import('../objects/index.ts');
      const files = [...walkFiles(path, undefined)].map((file) => ({
        path: file.path,
        size: file.stats.size,
        checksum: undefined,
      }));
      return { kind: 'folder', files: files.sort((a, b) => byCodePoint(a.path, b.path)) };
    },
    async list() {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats) throw nothingAt(url);
      const self = { path: '', isFolder: stats.isDirectory(), size: stats.size };
      if (!self.isFolder) return { kind: 'file', entries: [self] };
      return { kind: 'folder', entries: [self, ...entriesUnder(path)] };
    },
    copy: (file, to) => copyFile(file.path === '' ? path : join(path, file.path), to),
    async close() {},
  };
}

function entriesUnder(folder: string): readonly UrlEntry[] {
  const found: UrlEntry[] = [];
  const open = [''];
  for (let prefix = open.pop(); prefix !== undefined; prefix = open.pop()) {
    for (const one of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      const path = prefix === '' ? one.name : `${prefix}/${one.name}`;
      const size = statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0;
      found.push({ path, isFolder: one.isDirectory(), size });
      if (one.isDirectory()) open.push(path);
    }
  }
  return found.sort((a, b) => byCodePoint(a.path, b.path));
}

function behind(remote: Remote, key: string, url: string, visit: Visit): UrlSource {
  const prefix = key === '' ? '' : `${key}/`;
  return {
    path: undefined,
    async list() {
      const { kind, files } = await this.content();
      return { kind, entries: files.map(({ path, size }) => ({ path, isFolder: false, size })) };
    },
    async content() {
      if (remote.describe === undefined) {
        throw new AssayError(
          'ASSAY_ACCESS_URL_KIND',
          `${withoutSecrets(url)}: what a file there is known by cannot be asked for yet`,
          {
            hint: 'Known are paths, s3://, oss://, azure://, gs://, http:// and https://; download it, and `assay add` it.',
          },
        );
      }
      const one = await remote.describe(key, visit);
      if (one) return { kind: 'file', files: [{ path: '', ...one }] };
      const files: UrlFile[] = [];
      const isListed = !/^https?:/i.test(url);
      for await (const found of isListed ? remote.list(prefix, visit) : []) {
        const path = found.key.slice(prefix.length);
        // Some stores keep an empty object for a folder itself.
        if (path === '' || path.endsWith('/')) continue;
        checkKey(path, url);
        files.push({ path, size: found.size, checksum: etagOf(found.etag) });
      }
      if (files.length === 0) throw nothingAt(url);
      return { kind: 'folder', files: files.sort((a, b) => byCodePoint(a.path, b.path)) };
    },
    async copy(file, to) {
      const from = file.path === '' ? key : `${prefix}${file.path}`;
      for (let attempt = 1; ; attempt++) {
        try {
          return await remote.download(from, to, visit);
        } catch (error) {
          const gone = error instanceof AssayError && error.code === 'ASSAY_REMOTE_MISSING';
          if (gone || attempt === 3 || visit.signal.aborted) throw error;
          // What has come stands in the file; the next request asks for the rest.
          await delay(200 * attempt, undefined, { signal: visit.signal });
        }
      }
    },
    close: () => remote.close(),
  };
}

/** Copies all of it below a folder that is there, side by side as the other side allows. */
export async function copyAll(
  source: UrlSource,
  content: UrlContent,
  to: string,
  visit: Visit,
  jobs = 8,
): Promise<void> {
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < content.files.length) {
      const file = content.files[next++]!;
      visit.signal.throwIfAborted();
      const place = file.path === '' ? to : join(to, file.path);
      mkdirSync(dirname(place), { recursive: true });
      await source.copy(file, place);
      visit.onProgress?.('downloading', ++done, content.files.length);
    }
  };
  if (content.kind === 'folder') mkdirSync(to, { recursive: true });
  await Promise.all(Array.from({ length: Math.max(1, Math.min(jobs, content.files.length)) }, worker));
}

function etagOf(etag: string | undefined): RemoteFile['checksum'] | undefined {
  return etag === undefined ? undefined : { kind: 'etag', value: etag };
}

function checkKey(path: string, url: string): void {
  if (!path.split('/').some((part) => part === '' || part === '.' || part === '..') && !/[\0\\]/.test(path)) return;
  throw new AssayError(
    'ASSAY_PATH_ESCAPES',
    `${withoutSecrets(url)} has the name ${JSON.stringify(path)}, which is refused`,
    {
      hint: 'Such a name cannot be a path here.',
    },
  );
}

function nothingAt(url: string): AssayError {
  return new AssayError('ASSAY_ACCESS_NO_URL', `there is nothing at ${withoutSecrets(url)}`, {
    hint: 'Check the address.',
  });
}
