import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createFile } from '../durable-file.ts';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { Draft } from '../records/index.ts';
import { createActor, rosterDraft } from './actor.ts';
import { formatConfig, readConfig, trustKey } from './config.ts';
import { createSigningKey, publicVkey, readSigningKey } from './keys.ts';
import { findProject, gitWorktree, type Project, stateOf } from './root.ts';

export interface Initialized {
  readonly project: Project;
  /** False when the folder was a project already. */
  readonly fresh: boolean;
  /** What was made or changed, relative to the project. */
  readonly made: readonly string[];
  /** To be sealed by the caller; sealing it again changes nothing. */
  readonly roster: Draft;
}

export interface InitOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly now: Date;
  readonly name?: string;
  /** Only `.assay/`, which keeps itself out of git: no file that git or DVC would see. */
  readonly stateOnly?: boolean;
  /** The public key of a ledger that is begun, when its private one is not to be in the home: a PEM file, or a verifier key. */
  readonly ledgerKey?: string;
  /** DVC is not to use git, even where there is one. */
  readonly noScm?: boolean;
  /** Makes `.dvc/` anew: its settings and the cache in it are gone. */
  readonly force?: boolean;
}

/**
 * Makes a folder a project: `.dvc/` as DVC makes it, `.assay/` with a ledger's key, `assay.yaml`. What is there stays;
 * a second call completes what a killed one left out, and else only answers.
 * @throws AssayError `ASSAY_WORKSPACE_NO_FOLDER`, `ASSAY_WORKSPACE_READ_ONLY`, and what `readConfig` throws of an `assay.yaml` that is there.
 */
export function initProject(directory: string, options: InitOptions): Initialized {
  const root = resolve(directory);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new AssayError('ASSAY_WORKSPACE_NO_FOLDER', `${root} is not a folder`, { hint: 'Make it first: mkdir.' });
  }
  try {
    return make(realpathSync(root), options);
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EROFS', 'EPERM')) throw error;
    throw new AssayError('ASSAY_WORKSPACE_READ_ONLY', `cannot write ${error.path ?? root}: ${error.code}`, {
      hint: 'Ask for write access to the project folder and to $ASSAY_HOME, or set ASSAY_HOME to a folder of yours.',
      cause: error,
    });
  }
}

function make(root: string, options: InitOptions): Initialized {
  const made: string[] = [];
  const note = (path: string) => made.push(relative(root, path) || '.');
  const configFile = join(root, 'assay.yaml');
  const name = existsSync(configFile) ? readConfig(configFile).project : (options.name ?? basename(root) ?? 'project');
  const actor = createActor(options.environment, options.now);

  if (options.stateOnly !== true) {
    if (options.force === true) rmSync(join(root, '.dvc'), { recursive: true, force: true });
    for (const [path, content] of dvcFiles(root, options.noScm === true)) if (createFile(path, content)) note(path);
  }

  const state = stateOf(root);
  const fresh = !existsSync(state);
  if (fresh) {
    makeState(state, newLedgerKey(`assay.local/${slug(name)}-${randomBytes(4).toString('hex')}`, options));
    note(state);
  }
  if (options.stateOnly === true) return { project: findProject(root), fresh, made, roster: rosterDraft(actor) };
  if (createFile(configFile, formatConfig({ project: name, trusted: [] }))) note(configFile);
  const project = findProject(root);
  if (trustKey(configFile, project.vkey) && !made.includes('assay.yaml')) note(configFile);
  return { project, fresh, made, roster: rosterDraft(actor) };
}

/**
 * The verifier's key of a new ledger: one that is named, the one of ASSAY_KEY_FILE, or one that is made in the home.
 * @throws AssayError `ASSAY_SIGNER_KEY` when a command is to sign, and nothing says by which key
 */
function newLedgerKey(origin: string, { environment, ledgerKey }: InitOptions): string {
  if (ledgerKey !== undefined) return publicVkey(ledgerKey, origin);
  if (environment.ASSAY_SIGNER) {
    throw new AssayError(
      'ASSAY_SIGNER_KEY',
      'ASSAY_SIGNER is to sign for the new ledger, and its public key is not said',
      {
        hint: 'Name it: `assay init --ledger-key FILE`, a PEM file with the public key.',
      },
    );
  }
  if (environment.ASSAY_KEY_FILE) return readSigningKey(environment.ASSAY_KEY_FILE, origin).vkey;
  return createSigningKey(environment, origin).vkey;
}

/** Filled under another name and renamed: a folder called `.assay` is always whole. */
function makeState(state: string, vkey: string): void {
  const temporary = join(dirname(state), `.assay-${randomBytes(6).toString('hex')}.tmp`);
  try {
    mkdirSync(temporary, { recursive: true });
    writeFileSync(join(temporary, '.gitignore'), '*\n');
    writeFileSync(join(temporary, 'vkey'), `${vkey}\n`);
    for (const folder of ['objects', 'runs', 'locks', 'tmp']) mkdirSync(join(temporary, folder));
    renameSync(temporary, state);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another init was quicker: its folder stands.
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

/** What `dvc init` leaves, or `dvc init --no-scm` where git is not used; our own folder is kept out of DVC's walks. */
function dvcFiles(root: string, noScm: boolean): readonly (readonly [path: string, content: string])[] {
  const config = noScm || gitWorktree(root) === undefined ? '[core]\n    no_scm = True\n' : '';
  return [
    [join(root, '.dvc', 'config'), config],
    ...(noScm ? [] : [[join(root, '.dvc', '.gitignore'), '/config.local\n/tmp\n/cache\n'] as const]),
    [join(root, '.dvcignore'), '# What DVC and Assay pass over, in the syntax of .gitignore.\n/.assay/\n'],
  ];
}

/** Fit for an origin, which has neither spaces nor `+`. */
function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 40) || 'project';
}
