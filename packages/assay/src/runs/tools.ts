import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folders that a run's stages find their tools in; removed when the run has ended. */
export class RunTools {
  readonly #run: string;
  readonly #launcher: string;
  #ready = false;

  /** `launcher` is the script that starts Assay. */
  constructor(run: string, launcher: string) {
    this.#run = run;
    this.#launcher = launcher;
  }

  /** `assay` and the Node that runs this, in a folder for the PATH; and a folder for temporary files. */
  folders(): { readonly folder: string; readonly temporary: string } {
    const base = RunTools.#base(this.#run);
    const folder = join(base, 'bin');
    const temporary = join(base, 'tmp');
    if (!this.#ready) {
      // In a folder that anyone may write to: it must not be there yet, and nobody else may look into it.
      mkdirSync(base, { mode: 0o700 });
      mkdirSync(folder);
      mkdirSync(temporary);
      symlinkSync(process.execPath, join(folder, 'node'));
      const script = join(folder, 'assay');
      writeFileSync(script, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(this.#launcher)} "$@"\n`);
      chmodSync(script, 0o755);
      this.#ready = true;
    }
    return { folder, temporary };
  }

  /** Also what a killed run left. */
  static remove(run: string): void {
    rmSync(RunTools.#base(run), { recursive: true, force: true });
  }

  static #base(run: string): string {
    return join(tmpdir(), `assay-${run}`);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
