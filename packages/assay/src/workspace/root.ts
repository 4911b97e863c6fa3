import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { AssayError } from '../errors.ts';
import { vkeyName } from './keys.ts';

const VKEY = /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/;

/** A checkout that is an Assay project. All paths are absolute, and the checkout's without symbolic links: it has one name. */
export interface Project {
  /** The checkout's own folder: files of the pipeline are under it. */
  readonly root: string;
  /** `.assay/`; in a linked git worktree it is the main one's. */
  readonly state: string;
  /** The ledger's name, and the verifier's key of its checkpoints. */
  readonly origin: string;
  readonly vkey: string;
  /** Keys that the ledger had before, and the size of the last checkpoint that each may have signed. */
  readonly earlier: readonly { readonly vkey: string; readonly until: number }[];
  readonly paths: {
    readonly config: string;
    readonly database: string;
    readonly checkpoint: string;
    /** The newest checkpoint that witnesses have cosigned. */
    readonly cosigned: string;
    readonly objects: string;
    /** What searches of tracked records look into; made again when it is gone. */
    readonly search: string;
    readonly runs: string;
    readonly locks: string;
    readonly temporary: string;
  };
}

/**
 * The project that a folder belongs to: the nearest `.assay/`, from the folder upwards.
 * @throws AssayError `ASSAY_WORKSPACE_NOT_FOUND` when there is none, `ASSAY_WORKSPACE_NOT_INITIALIZED` in a clone that has
 * `assay.yaml` but no `.assay/` yet, `ASSAY_WORKSPACE_DAMAGED` when `.assay/` lacks its vkey.
 */
export function findProject(directory: string): Project {
  let clone: string | undefined;
  for (let folder = realOf(directory); ; folder = dirname(folder)) {
    if (isDirectory(join(folder, '.assay'))) return describe(folder, join(folder, '.assay'));
    if (existsSync(join(folder, 'assay.yaml'))) {
      const state = stateOf(folder);
      if (isDirectory(state)) return describe(folder, state);
      clone ??= folder;
    }
    if (dirname(folder) === folder) break;
  }
  if (clone !== undefined) {
    throw new AssayError('ASSAY_WORKSPACE_NOT_INITIALIZED', `${clone} has an assay.yaml but no .assay folder yet`, {
      hint: `Run \`assay init\` there once: it makes this clone's own ledger and key.`,
    });
  }
  throw new AssayError(
    'ASSAY_WORKSPACE_NOT_FOUND',
    `neither ${resolve(directory)} nor a folder above it is an Assay project`,
    {
      hint: 'Run `assay init` in the project folder, or name it: `assay -C DIR …`.',
    },
  );
}

/** Changes the key of a project's ledger, and what it remembers of the earlier ones, in one step. */
export function writeLedgerKey(
  { state }: Pick<Project, 'state'>,
  { vkey, earlier }: Pick<Project, 'vkey' | 'earlier'>,
): void {
  const lines = [vkey, ...earlier.map((key) => `${key.vkey} ${key.until}`)];
  replaceFile(join(state, 'vkey'), `${lines.join('\n')}\n`);
}

/** Where `.assay/` of a checkout in this folder is, or would be. */
export function stateOf(root: string): string {
  const worktree = gitWorktree(root);
  if (worktree?.main === undefined || worktree.main === worktree.top) return join(root, '.assay');
  return join(worktree.main, relative(worktree.top, root), '.assay');
}

export interface GitWorktree {
  /** The folder that has `.git`. */
  readonly top: string;
  /** The main checkout; undefined when the repository is bare. */
  readonly main: string | undefined;
}

/** The git checkout that a folder lies in, read from the files alone (gitrepository-layout(5)). */
export function gitWorktree(directory: string): GitWorktree | undefined {
  for (let top = resolve(directory); ; top = dirname(top)) {
    const dotGit = join(top, '.git');
    if (isDirectory(dotGit)) return { top, main: top };
    if (existsSync(dotGit)) {
      const gitDirectory = /^gitdir: (.+)$/m.exec(readFileSync(dotGit, 'utf8'))?.[1];
      if (gitDirectory === undefined) return undefined;
      const own = resolve(top, gitDirectory);
      const commonFile = join(own, 'commondir');
      // Without `commondir` it is a submodule or a separate git directory: a checkout of its own.
      if (!existsSync(commonFile)) return { top, main: top };
      const common = resolve(own, readFileSync(commonFile, 'utf8').trim());
      return { top, main: common.endsWith('/.git') ? dirname(common) : undefined };
    }
    if (dirname(top) === top) return undefined;
  }
}

function describe(root: string, state: string): Project {
  const file = join(state, 'vkey');
  // The present key, then the earlier ones, newest first, each with the size up to which it counts.
  const [vkey = '', ...lines] = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const earlier = lines.map((line) => {
    const [key = '', until = ''] = line.split(' ');
    return { vkey: key, until: /^[1-9][0-9]{0,14}$/.test(until) ? Number(until) : 0 };
  });
  if (!VKEY.test(vkey) || !earlier.every((key) => VKEY.test(key.vkey) && key.until > 0)) {
    throw new AssayError('ASSAY_WORKSPACE_DAMAGED', `${file} does not hold the ledger's verifier keys`, {
      hint: 'The present key is also listed under `trusted` in assay.yaml: put it back as the only line of that file.',
    });
  }
  return {
    root,
    state,
    origin: vkeyName(vkey),
    vkey,
    earlier,
    paths: {
      config: join(root, 'assay.yaml'),
      database: join(state, 'assay.db'),
      checkpoint: join(state, 'checkpoint'),
      cosigned: join(state, 'checkpoint.cosigned'),
      objects: join(state, 'objects'),
      search: join(state, 'search.db'),
      runs: join(state, 'runs'),
      locks: join(state, 'locks'),
      temporary: join(state, 'tmp'),
    },
  };
}

/** A folder that is not there has no other name. */
function realOf(directory: string): string {
  return existsSync(directory) ? realpathSync(directory) : resolve(directory);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
