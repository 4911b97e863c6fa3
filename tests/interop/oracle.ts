import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Repository, Said } from './repository.ts';
import { interopTool } from './tools.ts';

/** DVC, loaded once; each command runs in a fork. */
export class Oracle {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;
  readonly #folder = mkdtempSync(join(tmpdir(), 'assay-oracle-'));

  constructor() {
    const script = join(import.meta.dirname, 'oracle.py');
    this.#process = spawn(interopTool('dvc/bin/python'), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout! });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  async run(repository: Repository, words: readonly string[], folder: string): Promise<Said> {
    const [out, err] = [join(this.#folder, 'out'), join(this.#folder, 'err')];
    const request = {
      argv: words,
      cwd: join(repository.root, folder),
      env: { ...repository.environment(), PWD: join(repository.root, folder) },
      umask: process.umask(),
      out,
      err,
    };
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    const answer = await this.#answers.next();
    if (answer.done) throw new Error('the oracle has ended');
    return { code: Number(answer.value), out: readFileSync(out, 'utf8'), err: readFileSync(err, 'utf8') };
  }

  end(): void {
    this.#process.stdin!.end();
    this.#lines.close();
    execFileSync('rm', ['-rf', this.#folder]);
  }
}
