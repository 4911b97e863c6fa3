import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { notRegular } from './errors.ts';
import { hashBytes } from './hashing.ts';
import type { ObjectIndex } from './object-index.ts';
import type { Hashes } from './object-store.ts';

/** A file of a directory; `path` is relative, with `/`. */
export interface DirectoryFile extends Hashes {
  readonly path: string;
}

/** A file or a directory by its content. */
export type Content =
  | ({ readonly type: 'file' } & Hashes)
  | ({
      readonly type: 'directory';
      /** Sorted by path, by code point. */
      readonly files: readonly DirectoryFile[];
      /** Ends in `.dir`; `sha256` is that of our manifest, `size` the sum of the files'. */
    } & Hashes);

/**
 * The manifest of a directory: canonical JSON (RFC 8785) of `{files: [{md5, path, sha256, size}], v: 1}`. Its SHA-256 names the
 * directory.
 */
export function formatManifest(files: readonly DirectoryFile[]): Uint8Array {
  const members = sorted(files).map(({ md5, path, sha256, size }) => ({ md5, path, sha256, size }));
  return Buffer.from(JSON.stringify({ files: members, v: 1 }), 'utf8');
}

/** @throws AssayError `ASSAY_DIRECTORY_MANIFEST` */
export function parseManifest(bytes: Uint8Array): readonly DirectoryFile[] {
  const value = parseJson(bytes);
  const list = typeof value === 'object' && value !== null && 'files' in value ? value.files : undefined;
  const files = Array.isArray(list) ? list.filter(isDirectoryFile) : [];
  if (!Array.isArray(list) || files.length !== list.length || !Buffer.from(formatManifest(files)).equals(bytes)) {
    throw new AssayError('ASSAY_DIRECTORY_MANIFEST', 'an object that should be the manifest of a directory is none');
  }
  checkPaths(files.map((file) => file.path));
  return files;
}

const pieceLength = 10_000;

/** A directory as DVC 3 lists it: Python's `json.dumps(list, sort_keys=True)` of `{md5, relpath}`, sorted by code point. */
export function formatDvcDirectory(
  files: readonly Pick<DirectoryFile, 'path' | 'md5'>[],
  alreadySorted = false,
): Uint8Array {
  // In pieces: of a million files the text would be there twice.
  const ordered = alreadySorted ? files : sorted(files);
  const pieces: Buffer[] = [];
  for (let start = 0; start < ordered.length || start === 0; start += pieceLength) {
    let text = start === 0 ? '[' : ', ';
    const end = Math.min(start + pieceLength, ordered.length);
    for (let i = start; i < end; i++) {
      const { md5, path } = ordered[i]!;
      text += `${i === start ? '' : ', '}{"md5": "${md5}", "relpath": ${pythonString(path)}}`;
    }
    pieces.push(Buffer.from(end === ordered.length ? `${text}]` : text, 'ascii'));
  }
  return Buffer.concat(pieces);
}

/** @throws AssayError `ASSAY_DIRECTORY_MANIFEST`, `ASSAY_PATH_ESCAPES` */
export function parseDvcDirectory(bytes: Uint8Array): readonly Pick<DirectoryFile, 'path' | 'md5'>[] {
  const value = parseJson(bytes);
  const invalid = new AssayError('ASSAY_DIRECTORY_MANIFEST', 'an object that should be a DVC directory list is none');
  if (!Array.isArray(value)) throw invalid;
  const files = value.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('md5' in entry) || !('relpath' in entry)) throw invalid;
    const { md5, relpath } = entry;
    if (typeof relpath !== 'string' || typeof md5 !== 'string' || !/^[0-9a-f]{32}$/.test(md5)) throw invalid;
    return { path: relpath, md5 };
  });
  checkPaths(files.map((file) => file.path));
  return files;
}

/** A directory's content from its files'. */
function directoryContent(files: readonly DirectoryFile[]): Extract<Content, { type: 'directory' }> {
  return {
    type: 'directory',
    files: sorted(files),
    md5: `${hashBytes(formatDvcDirectory(files)).md5}.dir`,
    sha256: hashBytes(formatManifest(files)).sha256,
    size: files.reduce((sum, file) => sum + file.size, 0),
  };
}

/**
 * What a file or directory holds, without storing it; files that did not change are not read.
 * @throws AssayError `ASSAY_PATH_MISSING`, `ASSAY_PATH_NOT_REGULAR`, `ASSAY_PATH_NOT_UTF8`, `ASSAY_FILE_CHANGING`, `ASSAY_PATH_LINKED_FOLDER`
 */
export async function hashPath(
  path: string,
  index: ObjectIndex,
  linkedFolders: LinkedFolders = 'left-out',
): Promise<Content> {
  const content = await contentOf(path, (file) => index.hashesOf(file), linkedFolders);
  await index.remember(content.type === 'file' ? [content] : content.files);
  return content;
}

/** Content of a path, where `take` hashes, and maybe stores, one file. */
export async function contentOf(
  path: string,
  take: (file: string) => Promise<Hashes>,
  linkedFolders: LinkedFolders = 'left-out',
): Promise<Content> {
  const stats = await present(path);
  if (stats.isFile()) return { type: 'file', ...(await take(path)) };
  if (!stats.isDirectory()) throw notRegular(path);
  const files: DirectoryFile[] = [];
  for (const relative of await filesUnder(path, linkedFolders)) {
    files.push({ path: relative, ...(await take(join(path, relative))) });
  }
  return directoryContent(files);
}

/** What becomes of a link to a folder inside of one: DVC leaves it out; where that would lose something, it is refused. */
export type LinkedFolders = 'left-out' | 'refused';

/** Files under a folder, as DVC sees them: links to files are followed, empty folders left out. */
async function filesUnder(folder: string, linkedFolders: LinkedFolders, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true, encoding: 'buffer' })) {
    const name = fileName(entry.name, join(folder, prefix));
    const relative = prefix === '' ? name : `${prefix}/${name}`;
    if (entry.isDirectory()) found.push(...(await filesUnder(folder, linkedFolders, relative)));
    else if (entry.isFile()) found.push(relative);
    else if (!entry.isSymbolicLink()) throw notRegular(join(folder, relative));
    else if ((await present(join(folder, relative))).isFile()) found.push(relative);
    else if (linkedFolders === 'refused') {
      throw new AssayError('ASSAY_PATH_LINKED_FOLDER', `${join(folder, relative)} is a link to a folder`, {
        hint: 'What lies behind it would not count. Put the folder itself there, or name it as an input of its own.',
      });
    }
  }
  return found;
}

async function present(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) throw error;
    throw new AssayError('ASSAY_PATH_MISSING', `${path} is not there, or is a link that leads nowhere`, {
      cause: error,
    });
  }
}

/** @throws AssayError `ASSAY_PATH_ESCAPES` when a path would lead out of the folder it is put into. */
function checkPaths(paths: readonly string[]): void {
  const seen = new Set(paths);
  let folder = '';
  let twice = seen.size < paths.length ? firstTwice(paths) : undefined;
  for (const path of paths) {
    const escapes = escaping.test(path) || path === '';
    // Files of one folder come together: what holds of it need not be asked for each.
    const last = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (last !== folder) {
      folder = last;
      for (let at = last; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
        if (seen.has(at)) twice ??= path;
      }
    }
    if (escapes || twice === path || !path.isWellFormed()) {
      throw new AssayError(
        'ASSAY_PATH_ESCAPES',
        `a directory lists the path ${JSON.stringify(path)}, which is refused`,
        {
          hint: 'The list was not made by Assay or DVC; find out where it comes from.',
        },
      );
    }
  }
}

/**
 * An empty part, `.` or `..`, a character that would end or divide a path elsewhere, and `.git`: there stand the commands that git
 * runs.
 */
const escaping =
  // A backslash is a letter like others but on Windows; what would lead out there is refused everywhere.
  process.platform === 'win32'
    ? /^\/|\/$|\/\/|(?:^|\/)(?:\.{1,2}|\.git)(?:\/|$)|[\0\\]/i
    : /^[\\/]|\/$|\/\/|(?:^|[\\/])(?:\.{1,2}|\.git)(?:[\\/]|$)|\0/i;

function firstTwice(paths: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return paths.find((path) => seen.size === seen.add(path).size);
}

function sorted<T extends { readonly path: string }>(files: readonly T[]): T[] {
  // UTF-8 bytes sort as code points do; UTF-16 units do not.
  return [...files].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** A string as Python's json writes it: everything but printable ASCII escaped. */
function pythonString(text: string): string {
  if (plainText.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Printable ASCII but quotes and backslashes. */
const plainText = /^[ !#-[\]-~]*$/;

function isDirectoryFile(value: unknown): value is DirectoryFile {
  if (typeof value !== 'object' || value === null) return false;
  const { path, md5, sha256, size } = value as Partial<Record<keyof DirectoryFile, unknown>>;
  return (
    typeof path === 'string' &&
    typeof md5 === 'string' &&
    /^[0-9a-f]{32}$/.test(md5) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    Number.isSafeInteger(size)
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function fileName(bytes: Buffer, folder: string): string {
  const name = bytes.toString('utf8');
  if (Buffer.from(name).equals(bytes)) return name;
  throw new AssayError('ASSAY_PATH_NOT_UTF8', `${folder} has a file whose name is not UTF-8: ${JSON.stringify(name)}`, {
    hint: 'Rename the file.',
  });
}
