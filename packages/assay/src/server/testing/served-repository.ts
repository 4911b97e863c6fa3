/** A DVC repository without a ledger, with the studio's server in front of it, on a free port: for tests. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addPaths, openWorkplace } from '../../data/index.ts';
import { openRepository } from '../../dvc/index.ts';
import { listen } from '../../serving/index.ts';
import { createStudioApp, QuietFeed, RepositoryReader } from '../index.ts';

export class ServedRepository {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-repository-')));
  readonly faults: unknown[] = [];
  readonly #feed = new QuietFeed();
  #stop: (() => Promise<void>) | undefined;

  constructor() {
    this.write({ '.dvc/config': '', '.dvc/.gitignore': '/cache\n/tmp\n' });
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'You');
    this.git('config', 'user.email', 'you@example.com');
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true });
      writeFileSync(join(this.root, name), content);
    }
  }

  git(...words: string[]): string {
    return execFileSync('git', words, { cwd: this.root, encoding: 'utf8' }).trim();
  }

  async add(...paths: string[]): Promise<void> {
    await addPaths(this.workplace, paths, {});
  }

  /** @returns the commit */
  commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** A commit on top of HEAD under a name, where DVC keeps experiments; the workspace stays as it is. @returns the commit */
  experiment(name: string, files: Readonly<Record<string, string>>): string {
    const head = this.git('rev-parse', 'HEAD');
    const index = { env: { ...process.env, GIT_INDEX_FILE: join(this.root, '.git', 'experiment-index') } };
    const git = (words: readonly string[], input = '') =>
      execFileSync('git', words, { cwd: this.root, encoding: 'utf8', input, ...index }).trim();
    git(['read-tree', head]);
    for (const [path, text] of Object.entries(files)) {
      git(['update-index', '--cacheinfo', `100644,${git(['hash-object', '-w', '--stdin'], text)},${path}`]);
    }
    const commit = git(['commit-tree', git(['write-tree']), '-p', head, '-m', `experiment ${name}`]);
    git(['update-ref', `refs/exps/${head.slice(0, 2)}/${head.slice(2)}/${name}`, commit]);
    return commit;
  }

  get workplace() {
    return openWorkplace({
      repository: openRepository(this.root, {}),
      directory: this.root,
      environment: {},
      clock: () => new Date(),
      signal: new AbortController().signal,
    });
  }

  /** @returns the server's address */
  async serve(): Promise<string> {
    const app = createStudioApp(
      {
        name: 'repository',
        ledger: undefined,
        repository: new RepositoryReader(this.workplace),
        changes: this.#feed,
        onFault: (error) => this.faults.push(error),
      },
      { host: '127.0.0.1', files: undefined },
    );
    const listening = await listen(app, { host: '127.0.0.1', port: 0 });
    this.#stop = () => listening.drain(1);
    return listening.url;
  }

  async remove(): Promise<void> {
    this.#feed.close();
    await this.#stop?.();
    rmSync(this.root, { recursive: true, force: true });
  }
}
