import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { interopTool } from '../interop/tools.ts';

/** Runs a script beside this file in one of the environments of install.sh: JSON in, JSON out. */
export function askPython<T>(environment: 'explain' | 'captum', script: string, input: unknown): Promise<T> {
  const python = interopTool(`${environment}/bin/python`);
  return new Promise((done, fail) => {
    const process = spawn(python, ['-W', 'ignore', join(import.meta.dirname, script)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    process.stdout.on('data', (chunk) => {
      out += chunk;
    });
    process.stderr.on('data', (chunk) => {
      err += chunk;
    });
    process.on('error', fail);
    process.on('close', (code) => {
      if (code === 0) done(JSON.parse(out));
      else fail(new Error(`${script} ended with ${code}: ${err.slice(-2000)}`));
    });
    process.stdin.end(JSON.stringify(input));
  });
}
