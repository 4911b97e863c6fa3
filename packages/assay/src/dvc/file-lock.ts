import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';

export interface FileLockOptions {
  /** Told once each time when it has to wait: who holds the lock, as far as is known. */
  readonly onWait?: (holder: string) => void;
  readonly signal?: AbortSignal;
}

/** From the second turn on, where there is Perl: it needs no process for each. */
const perl = [
  'use Fcntl ":flock"; open(my $lock, ">>&=", 9) or exit 1; $| = 1;',
  'while (my $word = <STDIN>) {',
  '  if ($word eq "take\\n") {',
  '    flock($lock, LOCK_EX | LOCK_NB) or do { print "waiting\\n"; flock($lock, LOCK_EX) or exit 1 };',
  '    print "held\\n";',
  '  } else { flock($lock, LOCK_UN); print "freed\\n" }',
  '}',
].join('\n');

/** `$1` is the file, `$2` what Perl runs: no word of them is read by the shell. Where there is no `flock`, nothing is held. */
const script = [
  'exec 9>>"$1"; command -v flock >/dev/null || { echo none; exec cat >/dev/null; }',
  'while read -r word; do case $word in',
  'take) flock -n 9 || { echo waiting; flock 9; }; echo held;;',
  'free) flock -u 9; echo freed; if command -v perl >/dev/null; then exec perl -e "$2"; fi;;',
  'esac; done',
].join('\n');

/**
 * A lock that DVC takes as well, as often as it is needed: flock(2) on a file, with the holder's PID inside. A child holds it
 * whose standard input is ours: it ends with this process, however that ends. Where there is no `flock` program (macOS), nothing
 * is held against DVC. Turns that this process asks for itself wait for each other.
 */
export class FileLock {
  readonly #file: string;
  readonly #options: FileLockOptions;
  #child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #said = '';
  #heard: (() => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: string, options: FileLockOptions = {}) {
    this.#file = file;
    this.#options = options;
  }

  /**
   * Waits until the lock is free, and has it while it works.
   * @throws AssayError `ASSAY_DVC_LOCK_FILE`; the signal's reason when aborted while it waits
   */
  during<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      await this.take();
      try {
        return await work();
      } finally {
        await this.#ask('free', /freed|none/);
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Like `during`, until `end`. */
  async take(): Promise<void> {
    const { signal, onWait } = this.#options;
    signal?.throwIfAborted();
    this.#child ??= this.#start();
    let told = false;
    await this.#ask('take', /held|none/, (said) => {
      if (told || !said.includes('waiting')) return;
      told = true;
      onWait?.(holderOf(this.#file));
    });
    try {
      writeFileSync(this.#file, `${process.pid}\n`);
    } catch (error) {
      // Who has it is only told to people.
      if (!isErrno(error, 'ENOSPC', 'EDQUOT')) throw error;
    }
  }

  /** Lets the lock go for good, after the turns that were asked for. */
  async end(): Promise<void> {
    await this.#last;
    const child = this.#child;
    this.#child = undefined;
    if (!child || hasEnded(child) || child.pid === undefined) return;
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    child.stdin.end();
    await closed;
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, '', { flag: 'a' });
    } catch (error) {
      if (!isErrno(error, 'EACCES', 'EROFS', 'EPERM', 'ENOSPC', 'EDQUOT')) throw error;
      throw new AssayError('ASSAY_DVC_LOCK_FILE', `${this.#file} cannot be written (${error.code})`, {
        hint: 'The command changes the repository: it needs write access to .dvc/tmp, and room there.',
        cause: error,
      });
    }
    // A group of its own, so that ^C in the terminal ends the work first, and the lock after it.
    const words = ['-c', script, 'sh', this.#file, perl];
    const child = spawn('sh', words, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    child.stdout.on('data', (chunk: Buffer) => {
      this.#said += chunk.toString();
      this.#heard?.();
    });
    child.stdin.on('error', () => {});
    child.on('error', () => {
      this.#said = 'none';
      this.#heard?.();
    });
    child.on('close', () => this.#heard?.());
    return child;
  }

  async #ask(word: 'take' | 'free', answer: RegExp, onSaid?: (said: string) => void): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const { signal } = this.#options;
    if (!this.#said.includes('none')) this.#said = '';
    const abort = () => endGroup(child);
    if (word === 'take') signal?.addEventListener('abort', abort, { once: true });
    try {
      await new Promise<void>((done, failed) => {
        this.#heard = () => {
          onSaid?.(this.#said);
          if (answer.test(this.#said)) done();
          else if (hasEnded(child))
            failed(signal?.aborted ? signal.reason : new Error(`${this.#file}: its holder ended`));
        };
        child.stdin.write(`${word}\n`);
        this.#heard();
      });
    } finally {
      this.#heard = undefined;
      signal?.removeEventListener('abort', abort);
    }
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcessByStdio<Writable, Readable, null>): boolean {
  return exitCode !== null || signalCode !== null;
}

/** What waits is a child of the shell. */
function endGroup({ pid }: ChildProcessByStdio<Writable, Readable, null>): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
}

function holderOf(file: string): string {
  const pid = /^\s*(\d+)/.exec(readFileSync(file, 'utf8'))?.[1];
  if (pid === undefined) return 'another process';
  let command = '';
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    // Another system, or it has just ended.
  }
  return command === '' ? `process ${pid}` : `process ${pid} (${command})`;
}
