import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gitEnvironment, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { withoutSecrets } from '../remotes/index.ts';
import { acquireLock } from '../workspace/index.ts';
import type { Visit } from './visit.ts';

export interface Clone {
  /** The folder of a bare repository. */
  readonly folder: string;
  /** A full id. */
  readonly commit: string;
}

/** For what may be thrown away: clones, and lists of directories. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CACHE_HOME?.startsWith('/')
    ? environment.XDG_CACHE_HOME
    : join(environment.HOME ?? homedir(), '.cache');
  return join(base, 'assay');
}

/**
 * A commit of a repository behind an address, by the git program. Clones are kept, bare: none of their hooks or settings ever
 * counts. What is asked for by its full id, and is there, is not asked for again.
 * @param rev a branch, a tag or a commit; the other side's HEAD without
 * @throws AssayError `ASSAY_ACCESS_ADDRESS`, `ASSAY_ACCESS_CLONE`, `ASSAY_DVC_NO_REVISION`
 */
export async function cloneAt(url: string, rev: string | undefined, visit: Visit): Promise<Clone> {
  checkAddress(url);
  const parent = join(cacheFolder(visit.environment), 'clones');
  const name = hash('sha256', url, 'hex').slice(0, 32);
  const folder = join(parent, name);
  const known = rev !== undefined && /^[0-9a-f]{40}$/.test(rev) && (await commitIn(folder, rev));
  if (known) return { folder, commit: known };
  using _lock = await acquireLock(join(parent, 'locks'), name, {
    command: 'assay',
    now: visit.clock(),
    wait: true,
    signal: visit.signal,
  });
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    await git(fresh, ['init', '--quiet', '--bare'], url, visit);
    renameSync(fresh, folder);
  }
  visit.onNote?.(`Asking ${withoutSecrets(url)} for its newest state.`);
  await git(
    folder,
    ['fetch', '--quiet', '--prune', '--force', '--no-write-fetch-head', '--', url, ...refs],
    url,
    visit,
  );
  const commit = await commitNamed(folder, rev ?? 'refs/assay/HEAD');
  if (commit !== undefined) return { folder, commit };
  throw noRevision(rev ?? 'HEAD', withoutSecrets(url));
}

/** The full id for a branch, a tag, a commit or the name of an experiment; undefined when there is none of that name. */
export async function commitNamed(folder: string, rev: string): Promise<string | undefined> {
  return (await commitIn(folder, rev)) ?? experimentIn(folder, rev);
}

export function noRevision(rev: string, place: string): AssayError {
  return new AssayError('ASSAY_DVC_NO_REVISION', `there is no revision ${JSON.stringify(rev)} in ${place}`, {
    hint: 'Name a branch, a tag, a commit or an experiment that is there.',
  });
}

const refs = [
  '+HEAD:refs/assay/HEAD',
  '+refs/heads/*:refs/heads/*',
  '+refs/tags/*:refs/tags/*',
  '+refs/exps/*:refs/exps/*',
];

async function commitIn(folder: string, rev: string): Promise<string | undefined> {
  if (!existsSync(folder) || rev.startsWith('-')) return undefined;
  const found = await runGit(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`]);
  return found?.toString('utf8').trim();
}

/** An experiment by its name. */
async function experimentIn(folder: string, name: string): Promise<string | undefined> {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  const found = await runGit(folder, ['for-each-ref', '--count=1', '--format=%(objectname)', `refs/exps/*/*/${name}`]);
  return found?.toString('utf8').trim() || undefined;
}

/** `ext::` and other transports that run programs are not for an address that stands in somebody's file. */
export function checkAddress(url: string): void {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1]?.toLowerCase();
  const known =
    scheme === undefined
      ? !/^[A-Za-z0-9+.-]*::/.test(url)
      : ['file', 'git', 'http', 'https', 'ssh', 'git+ssh'].includes(scheme);
  if (known && url !== '' && !url.startsWith('-') && !/[\0\n]/.test(url)) return;
  throw new AssayError('ASSAY_ACCESS_ADDRESS', `${JSON.stringify(withoutSecrets(url))} is no address of a repository`, {
    hint: 'Known are folders, file://, https://, http://, git://, ssh:// and user@host:path.',
  });
}

function git(folder: string, args: readonly string[], url: string, { signal }: Visit): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn('git', ['-c', 'protocol.ext.allow=never', '-c', 'core.hooksPath=/dev/null', ...args], {
      cwd: folder,
      env: { ...gitEnvironment(), GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh' },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4000);
    });
    child.on('error', failed);
    child.on('close', (code) => {
      if (code === 0) return done();
      const why = said.split('\n').find((line) => /^(?:fatal|error|ERROR|ssh|Permission)/.test(line)) ?? said.trim();
      failed(
        new AssayError('ASSAY_ACCESS_CLONE', `${withoutSecrets(url)}: git says: ${withoutSecrets(why)}`, {
          hint: 'Check the address, and that `git ls-remote` with it works.',
        }),
      );
    });
  });
}
