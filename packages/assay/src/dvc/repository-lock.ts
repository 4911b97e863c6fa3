import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { Repository } from './repository.ts';

export interface RepositoryLock extends AsyncDisposable {
  release(): Promise<void>;
}

export interface RepositoryLockOptions {
  /** Told once, when another process has it; `holder` says which, as far as it is known. */
  readonly onWait?: ((holder: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes the lock that DVC takes as well: flock(2) on `.dvc/tmp/lock`, with the holder's PID inside. It waits until it is free.
 * A child holds it whose standard input is ours: the lock ends with this process, however that ends.
 *
 * Where there is no `flock` program (macOS), nothing is held against DVC.
 * @throws AssayError `ASSAY_DVC_LOCK_FILE`; the signal's reason when aborted
 */
export async function lockRepository(
  repository: Repository,
  { onWait, signal }: RepositoryLockOptions = {},
): Promise<RepositoryLock> {
  const file = join(repository.temporary, 'lock');
  try {
    mkdirSync(repository.temporary, { recursive: true });
    writeFileSync(file, '', { flag: 'a' });
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EROFS', 'EPERM', 'ENOSPC')) throw error;
    throw new AssayError('ASSAY_DVC_LOCK_FILE', `${file} cannot be written (${error.code})`, {
      hint: 'The command changes the repository: it needs write access to .dvc/tmp, and room there.',
      cause: error,
    });
  }
  // `$1` is the file: no word of it is read by the shell.
  const script = 'flock -n 9 && echo held || { echo waiting; flock 9 && echo held; }; cat';
  const child = spawn('sh', ['-c', `exec 9>>"$1"; ${script}`, 'sh', file], { stdio: ['pipe', 'pipe', 'ignore'] });
  const end = async () => {
    if (child.exitCode !== null) return;
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    child.stdin.end();
    await closed;
  };
  const abort = () => child.kill();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((done, failed) => {
      let said = '';
      child.on('error', (error) => (isErrno(error, 'ENOENT') ? done() : failed(error)));
      child.on('close', () => {
        if (signal?.aborted) failed(signal.reason);
        else done();
      });
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.startsWith('waiting')) onWait?.(holderOf(file));
        if (said.includes('held')) done();
      });
    });
  } catch (error) {
    child.kill();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  writeFileSync(file, `${process.pid}\n`);
  return { release: end, [Symbol.asyncDispose]: end };
}

function holderOf(file: string): string {
  const pid = readFileSync(file, 'utf8').trim();
  if (!/^\d+$/.test(pid)) return 'another process';
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return command === '' ? `process ${pid}` : `process ${pid} (${command.slice(0, 120)})`;
  } catch {
    return `process ${pid}`;
  }
}
