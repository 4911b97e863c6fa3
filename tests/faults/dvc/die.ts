/**
 * Loaded into a command by `--import`: ends the process with SIGKILL at its Nth change of the file system (ASSAY_FAULT_AT), or
 * counts them (into the file ASSAY_FAULT_COUNT). Only what lies under ASSAY_FAULT_UNDER counts. Every other death happens in the
 * middle: half of the bytes are written.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const under = `${process.env.ASSAY_FAULT_UNDER ?? '/nowhere'}/`;
const last = Number(process.env.ASSAY_FAULT_AT ?? Number.POSITIVE_INFINITY);
const countFile = process.env.ASSAY_FAULT_COUNT;
const original = { ...fs };
let count = 0;

type Call = (...args: unknown[]) => unknown;

function patch(object: object, name: string, halfOf?: (args: unknown[], call: Call) => void): void {
  const call: unknown = Reflect.get(object, name);
  if (typeof call !== 'function') throw new Error(`there is no ${name}`);
  const patched = function (this: unknown, ...args: unknown[]): unknown {
    if (isCounted(args) && ++count >= last) {
      if (count % 2 === 1) halfOf?.(args, (...half) => Reflect.apply(call, this, half));
      process.kill(process.pid, 'SIGKILL');
      // Until the signal is there.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
    }
    return Reflect.apply(call, this, args);
  };
  Reflect.set(object, name, Object.assign(patched, call));
}

function isCounted([first, second]: readonly unknown[]): boolean {
  return [first, second].some((one) => (typeof one === 'string' ? resolve(one).startsWith(under) : isOpenUnder(one)));
}

function isOpenUnder(descriptor: unknown): boolean {
  if (typeof descriptor !== 'number') return false;
  try {
    return original.readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(under);
  } catch {
    return false;
  }
}

const half = (content: unknown) =>
  typeof content === 'string' || content instanceof Uint8Array ? content.slice(0, content.length / 2) : content;
const halfWritten = ([where, content]: unknown[], call: Call) => void call(where, half(content));
const halfCopied = ([, to]: unknown[]) => original.writeFileSync(String(to), 'half');

for (const name of ['rename', 'link', 'symlink', 'mkdir', 'rm', 'unlink', 'rmdir', 'chmod'] as const) {
  patch(fs, `${name}Sync`);
  patch(fs.promises, name);
}
patch(fs, 'writeSync', halfWritten);
patch(fs, 'writeFileSync', halfWritten);
patch(fs, 'appendFileSync', halfWritten);
patch(fs, 'copyFileSync', halfCopied);
patch(fs.promises, 'copyFile', halfCopied);
patch(fs.promises, 'writeFile');
patch(fs, 'write');
syncBuiltinESMExports();

if (countFile !== undefined && isMainThread) {
  process.on('exit', () => original.writeFileSync(countFile, String(count)));
}
