import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const checkout = resolve(import.meta.dirname, '../..');

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `assay run --json` prints, as far as it is asked about here. */
export interface RunResult {
  readonly run: string;
  readonly state: string;
  readonly record: string | null;
  readonly stages: readonly {
    readonly stage: string;
    readonly state: string;
    readonly because: string | null;
    readonly message: string | null;
    readonly record: string | null;
  }[];
  readonly models: readonly {
    readonly name: string;
    readonly version: string;
    readonly record: string;
    readonly created: boolean;
  }[];
}

export interface VerifyResult {
  readonly ok: boolean;
  readonly records: number;
  readonly checkpoint: { readonly origin: string; readonly size: number; readonly root: string } | null;
  readonly failures: readonly { readonly check: string; readonly record?: string; readonly message: string }[];
}

/** One person's home and one project, in a folder of their own; commands run in processes, as from a shell. */
export class Workplace {
  readonly folder: string;
  readonly root: string;
  readonly home: string;
  /** The script that starts Assay. */
  launcher = join(checkout, 'packages/assay/bin/assay.js');

  private constructor(folder: string) {
    this.folder = folder;
    this.root = join(folder, 'project');
    this.home = join(folder, 'home');
  }

  static empty(): Workplace {
    const place = new Workplace(realpathSync(mkdtempSync(join(tmpdir(), 'assay-acceptance-'))));
    mkdirSync(place.root);
    return place;
  }

  /** In a folder that is there already. */
  static at(folder: string): Workplace {
    return new Workplace(realpathSync(folder));
  }

  /** Home, project and ledger as another place has them. */
  static copyOf(folder: string): Workplace {
    const place = new Workplace(realpathSync(mkdtempSync(join(tmpdir(), 'assay-acceptance-'))));
    cpSync(folder, place.folder, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    return place;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(...names: readonly string[]): string {
    return join(this.root, ...names);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true });
      writeFileSync(this.path(path), text);
    }
  }

  /** Changes a file's text. @throws when the words are not in it. */
  edit(path: string, from: string | RegExp, to: string): void {
    const before = this.read(path);
    const after = before.replace(from, to);
    if (before === after) throw new Error(`${path} has no ${from}`);
    writeFileSync(this.path(path), after);
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: this.folder,
      ASSAY_HOME: this.home,
      // One compile cache for all, as on a person's machine.
      XDG_CACHE_HOME: join(tmpdir(), 'assay-test-cache'),
      LANG: 'C.UTF-8',
    };
  }

  /** Starts a command and does not wait for it. */
  start(argv: readonly string[], options: { readonly cwd?: string } = {}): ChildProcess {
    return spawn(process.execPath, [this.launcher, ...argv], {
      cwd: options.cwd ?? this.root,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs a command to its end, whatever its exit code. */
  assay(...argv: readonly string[]): Promise<Ended> {
    return ended(this.start(argv));
  }

  /** Runs a command with `--json`. @throws when it fails, or when there is more than JSON on standard output. */
  async json<T>(...argv: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.assay(...argv, '--json');
    if (code !== 0) throw new Error(`assay ${argv.join(' ')} ended with ${code}\n${stdout}${stderr}`);
    const value: T = JSON.parse(stdout);
    return value;
  }

  /** The error of a command that must fail, from its JSON, which must agree with what it says to people. */
  async refusal(...argv: readonly string[]): Promise<{ code: string; message: string; exitCode: number | null }> {
    const { code: exitCode, stdout, stderr } = await this.assay(...argv, '--json');
    let error: { code: string; message: string };
    try {
      ({ error } = JSON.parse(stdout));
    } catch {
      throw new Error(`assay ${argv.join(' ')} ended with ${exitCode} and said\n${stdout}${stderr}`);
    }
    if (!error || !stderr.includes(`error ${error.code}: `))
      throw new Error(`assay ${argv.join(' ')} ended with ${exitCode} and said\n${stdout}${stderr}`);
    return { ...error, exitCode };
  }

  run(...options: readonly string[]): Promise<RunResult> {
    return this.json('run', 'pipeline.yaml', ...options);
  }

  /** `assay verify`, whether the ledger is well or not. */
  async verify(): Promise<VerifyResult> {
    const { stdout, stderr } = await this.assay('verify', '--json');
    try {
      const result: VerifyResult = JSON.parse(stdout);
      return result;
    } catch {
      throw new Error(`assay verify said\n${stdout}${stderr}`);
    }
  }
}

export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Why each stage that was executed ran, by its name, in the pipeline's order. */
export function executed(run: RunResult): Readonly<Record<string, string>> {
  return Object.fromEntries(
    run.stages.filter(({ state }) => state !== 'cached').map(({ stage, because }) => [stage, because ?? '']),
  );
}

/** Why each stage was not executed. */
export function reused(run: RunResult): Readonly<Record<string, string>> {
  return Object.fromEntries(
    run.stages.filter(({ state }) => state === 'cached').map(({ stage, because }) => [stage, because ?? '']),
  );
}
