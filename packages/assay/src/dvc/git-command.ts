import { spawn } from 'node:child_process';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';

/** Standard output of git, or undefined when it says no. */
export function runGit(top: string, args: readonly string[], input?: string | Uint8Array): Promise<Buffer | undefined> {
  return new Promise((done, failed) => {
    const child = spawn('git', ['-c', 'core.quotePath=false', ...args], {
      cwd: top,
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => {});
    child.on('error', (error) => failed(isErrno(error, 'ENOENT') ? noGitProgram() : error));
    child.on('close', (code) => done(code === 0 ? Buffer.concat(chunks) : undefined));
    child.stdin.end(input);
  });
}

export interface GitCall {
  readonly input?: string | Uint8Array;
  /** Beside what git gets anyway. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Standard output of git, without the last line's end.
 * @throws AssayError `ASSAY_GIT_FAILED` with what git says
 */
export function requireGit(
  top: string,
  args: readonly string[],
  { input, environment }: GitCall = {},
): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn('git', ['-c', 'core.quotePath=false', ...args], {
      cwd: top,
      env: { ...gitEnvironment(), ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => {});
    child.on('error', (error) => failed(isErrno(error, 'ENOENT') ? noGitProgram() : error));
    child.on('close', (code) => {
      if (code === 0) return done(Buffer.concat(out).toString('utf8').trimEnd());
      const said = Buffer.concat(err).toString('utf8').trim().split('\n').slice(-3).join('; ');
      failed(
        new AssayError('ASSAY_GIT_FAILED', `git ${args.find((word) => !word.startsWith('-'))} failed: ${said}`, {
          hint: 'Mend what git says, and try again.',
        }),
      );
    });
    child.stdin.end(input);
  });
}

/** A hook's GIT_DIR and its like would point elsewhere; nothing may ask a question. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|PREFIX|COMMON_DIR)$/.test(name),
  );
  return { ...Object.fromEntries(own), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
}

function noGitProgram(): AssayError {
  return new AssayError('ASSAY_DVC_NO_GIT', 'the program git was not found', { hint: 'Install git.' });
}
