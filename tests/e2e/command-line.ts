import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(import.meta.dirname, '..', '..');
const program = join(root, 'packages/assay/bin/assay.js');

/** Runs `assay` in a project, as the person whose home is named, and answers with what it printed. @throws when it ends with another exit code than 0. */
export async function assay(project: string, args: readonly string[], home?: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, '-C', project, ...args], {
    env: environmentOf(project, home),
  });
  return stdout;
}

/** Starts `assay` without waiting for its end. */
export function startAssay(project: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [program, '-C', project, ...args], {
    env: environmentOf(project),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Keys and marks of the project lie in it, not with those of the person who tests. */
function environmentOf(project: string, home = '.home'): NodeJS.ProcessEnv {
  return { ...process.env, ASSAY_HOME: join(project, home), NO_COLOR: '1' };
}
