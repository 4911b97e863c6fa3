import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isErrno } from '../errno.ts';

/** The folders that a run's stages find their tools in, and leave their temporary files in. */
export class RunTools {
  readonly #run: string;
  readonly #home: string;
  readonly #launcher: string;
  #temporary: string | undefined;

  /** `home` is the person's folder of Assay, `launcher` the script that starts it. */
  constructor(run: string, home: string, launcher: string) {
    this.#run = run;
    this.#home = home;
    this.#launcher = launcher;
  }

  /** `assay` and the Node that runs this, in a folder for the PATH; and a folder for temporary files, new for each run. */
  folders(): { readonly folder: string; readonly temporary: string } {
    this.#temporary ??= RunTools.#makeTemporary(this.#run);
    return { folder: toolFolder(this.#home, this.#launcher), temporary: this.#temporary };
  }

  /** Removes a run's temporary files; also those that a killed run left. */
  static remove(run: string): void {
    rmSync(RunTools.#temporaryOf(run), { recursive: true, force: true });
  }

  /** Where anyone may write: it must not be there yet, and nobody else may look into it. */
  static #makeTemporary(run: string): string {
    const folder = RunTools.#temporaryOf(run);
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }

  static #temporaryOf(run: string): string {
    return join(tmpdir(), `assay-${run}`);
  }
}

/** The same folder for the same Node and Assay, so that a stage's PATH does not change from run to run. */
function toolFolder(home: string, launcher: string): string {
  const name = createHash('sha256').update(`${process.execPath}\n${launcher}`).digest('hex').slice(0, 12);
  const folder = join(home, 'tools', name);
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.${randomBytes(6).toString('hex')}.tmp`;
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(temporary);
  symlinkSync(process.execPath, join(temporary, 'node'));
  const script = join(temporary, 'assay');
  writeFileSync(script, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(launcher)} "$@"\n`);
  chmodSync(script, 0o755);
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
  return folder;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
