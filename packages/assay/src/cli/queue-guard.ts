import { spawn } from 'node:child_process';
import { launcher } from './stage-code.ts';

/**
 * Makes sure that what runs here does not outlive this process, even when it is killed with no time to clear up: a shell waits for
 * its standard input to end, which the system does for us, and then calls `assay exp clean`.
 */
export function guardRuns(root: string): Disposable {
  if (launcher === undefined) return { [Symbol.dispose]() {} };
  // The words after `sh` are the command: the shell reads none of them.
  const script = 'cat >/dev/null; exec "$@" >/dev/null 2>&1';
  const command = [process.execPath, launcher, '-C', root, 'exp', 'clean', '--quiet'];
  const child = spawn('sh', ['-c', script, 'sh', ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: root,
  });
  child.on('error', () => {});
  child.unref();
  return {
    [Symbol.dispose]() {
      // The whole group, so that `cat` ends with the shell.
      if (child.pid !== undefined && child.exitCode === null) {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          return;
        }
      }
    },
  };
}
