import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, environmentIn, type Side } from './programs.ts';

/** A git repository with DVC in it, for one of the programs. */
export class Workspace {
  readonly side: Side;
  readonly base: string;
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;

  constructor(side: Side, parent: string) {
    this.side = side;
    this.base = realpathSync(mkdtempSync(join(parent, `assay-bench-${side}-`)));
    this.root = join(this.base, 'repository');
    this.environment = environmentIn(this.base);
    mkdirSync(this.root);
    for (const words of [
      ['init', '-q'],
      ['config', 'user.name', 'You'],
      ['config', 'user.email', 'you@example.com'],
    ]) {
      this.git(...words);
    }
    this.#run(commandOf('dvc'), ['init', '-q']);
    this.commit('begin');
  }

  git(...words: string[]): void {
    execFileSync('git', words, { cwd: this.root, env: this.environment, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '-q', '--allow-empty', '-m', message);
  }

  /** Runs this side's program, unmeasured. */
  own(...words: string[]): void {
    this.#run(commandOf(this.side), words);
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  write(name: string, content: string): void {
    writeFileSync(this.path(name), content);
  }

  /** Removes paths of the repository. */
  remove(...names: string[]): void {
    for (const name of names) rmSync(this.path(name), { recursive: true, force: true });
  }

  /** As if nothing had ever been tracked here: no cache, and nothing known of files. */
  forget(): void {
    this.remove('.dvc/cache', '.dvc/tmp');
    rmSync(join(this.base, 'site'), { recursive: true, force: true });
  }

  #run(command: readonly string[], words: readonly string[]): void {
    const [program = '', ...rest] = [...command, ...words];
    execFileSync(program, rest, { cwd: this.root, env: this.environment, stdio: ['ignore', 'ignore', 'inherit'] });
  }

  end(): void {
    rmSync(this.base, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What earlier benchmarks that were killed have left in a folder. */
export function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (/^assay-bench-(?:assay|dvc|files|plain)-/.test(name))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** One for each program, both removed at the end. */
export function workspacesIn(parent: string): Readonly<Record<Side, Workspace>> & Disposable {
  const [assay, dvc] = [new Workspace('assay', parent), new Workspace('dvc', parent)];
  return {
    assay,
    dvc,
    [Symbol.dispose]() {
      assay.end();
      dvc.end();
    },
  };
}
