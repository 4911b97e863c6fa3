import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isErrno } from '../errno.ts';

/** Where the code of a checkout stands. */
export interface GitState {
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly dirty: boolean;
  /** What is not committed, untracked files too, as a patch that `git apply` takes on `commit`. Empty when clean. */
  readonly patch: Uint8Array;
  /** Changed files that the patch leaves out: too large, or by their name a secret. Relative to the top of the checkout. */
  readonly omitted: readonly { readonly path: string; readonly why: 'large' | 'secret' }[];
}

/** Larger files are data, not code, and named only. */
const largestInPatch = 1024 * 1024;
const largestTogether = 16 * largestInPatch;
/** Files that hold credentials by custom; what is in a patch may travel. */
const secretName =
  /^(?:\.env(?:\..+)?|.*\.(?:pem|key|p12|pfx|jks)|id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.npmrc|credentials(?:\.json)?)$/i;

/**
 * Reads the state of the checkout around a folder through the git binary, without touching its index or its objects.
 * Undefined where there is no git: no repository, no binary, or one that git refuses to read.
 * `exclude`: folders or files under `directory` (relative to it) that are a pipeline's outputs, never its code.
 */
export async function readGitState(directory: string, exclude: readonly string[] = []): Promise<GitState | undefined> {
  const status = await git(directory, ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all']);
  if (status === undefined) return undefined;
  const parsed = parseStatus(status.toString('utf8'));
  if (parsed.changed.length === 0) {
    return { commit: parsed.commit, branch: parsed.branch, dirty: false, patch: new Uint8Array(), omitted: [] };
  }
  const located = await git(directory, ['rev-parse', '--show-toplevel', '--git-path', 'objects']);
  const [top = '', objects = ''] = located?.toString('utf8').trimEnd().split('\n') ?? [];
  if (located === undefined) return undefined;
  const excluded = exclude.map((path) => resolve(directory, path));
  const included: string[] = [];
  let together = 0;
  const omitted: { path: string; why: 'large' | 'secret' }[] = [];
  for (const path of parsed.changed) {
    const full = resolve(top, path);
    if (excluded.some((one) => full === one || full.startsWith(`${one}/`))) continue;
    const stat = statSync(full, { throwIfNoEntry: false });
    // A repository within this one, or a folder in a file's place: its own files are listed where they are this checkout's.
    if (stat?.isDirectory()) continue;
    const size = stat?.size ?? 0;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (secretName.test(name)) omitted.push({ path, why: 'secret' });
    else if (size > largestInPatch || together + size > largestTogether) omitted.push({ path, why: 'large' });
    else {
      included.push(path);
      together += size;
    }
  }
  const patch = await makePatch(top, resolve(directory, objects), parsed.commit, included);
  return {
    commit: parsed.commit,
    branch: parsed.branch,
    dirty: included.length + omitted.length > 0,
    patch: patch ?? new Uint8Array(),
    omitted,
  };
}

/** Entries of `git status --porcelain=v2 -z`, git-status(1). */
function parseStatus(text: string) {
  let commit: string | undefined;
  let branch: string | undefined;
  const changed: string[] = [];
  const fields = text.split('\0');
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!;
    if (field.startsWith('# branch.oid ')) commit = field.slice(13) === '(initial)' ? undefined : field.slice(13);
    else if (field.startsWith('# branch.head '))
      branch = field.slice(14) === '(detached)' ? undefined : field.slice(14);
    else if (field.startsWith('1 ')) changed.push(field.split(' ').slice(8).join(' '));
    else if (field.startsWith('u ')) changed.push(field.split(' ').slice(10).join(' '));
    else if (field.startsWith('? ')) changed.push(field.slice(2));
    else if (field.startsWith('2 ')) {
      changed.push(field.split(' ').slice(9).join(' '));
      const source = fields[++i];
      if (source) changed.push(source);
    }
  }
  return { commit, branch, changed };
}

/** An index and an object folder of their own take the changes: the repository itself is only read. */
async function makePatch(
  top: string,
  objects: string,
  commit: string | undefined,
  paths: readonly string[],
): Promise<Uint8Array | undefined> {
  if (paths.length === 0) return undefined;
  const scratch = mkdtempSync(join(tmpdir(), 'assay-git-'));
  const environment = {
    GIT_INDEX_FILE: join(scratch, 'index'),
    GIT_OBJECT_DIRECTORY: scratch,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  };
  const run = (args: readonly string[], input = '') => git(top, args, { environment, input: Buffer.from(input) });
  try {
    const base = commit ?? (await run(['hash-object', '-w', '-t', 'tree', '--stdin']))?.toString('utf8').trim();
    if (base === undefined || (await run(['read-tree', base])) === undefined) return undefined;
    const list = paths.map((path) => `${path}\0`).join('');
    if ((await run(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], list)) === undefined) {
      return undefined;
    }
    return await run(['diff', '--cached', '--binary', '--no-color', '--no-ext-diff', '--no-textconv', base]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Standard output, or undefined when git is missing or says no. */
function git(
  directory: string,
  args: readonly string[],
  options: { readonly environment?: Readonly<Record<string, string>>; readonly input?: Uint8Array } = {},
): Promise<Buffer | undefined> {
  // A hook's GIT_DIR and its like would point elsewhere; nothing here may ask, start a daemon or write an index.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const env = {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    ...options.environment,
  };
  return new Promise((done, failed) => {
    const child = spawn('git', ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', ...args], {
      cwd: directory,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => {});
    child.on('error', (error) => (isErrno(error, 'ENOENT') ? done(undefined) : failed(error)));
    child.on('close', (code) => done(code === 0 ? Buffer.concat(chunks) : undefined));
    child.stdin.end(options.input);
  });
}
