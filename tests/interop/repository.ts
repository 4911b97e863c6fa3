import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { interopTool } from './tools.ts';

const launcher = resolve(import.meta.dirname, '../../packages/assay/bin/assay.js');

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A git repository with DVC in it, in a folder that both programs take for all there is. */
export class Repository {
  readonly base: string;
  readonly root: string;
  /** What both programs find in their environment besides. */
  readonly variables: NodeJS.ProcessEnv = {};
  /** Which installation of DVC is asked. */
  dvcTool = 'dvc/bin/dvc';

  constructor(base = realpathSync(mkdtempSync(join(tmpdir(), 'assay-interop-'))), name = 'repository') {
    this.base = base;
    this.root = join(base, name);
    mkdirSync(this.root, { recursive: true });
  }

  init(): this {
    this.gitInit();
    execFileSync(interopTool(this.dvcTool), ['init', '--quiet'], { cwd: this.root, env: this.environment() });
    return this;
  }

  gitInit(): void {
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'You');
    this.git('config', 'user.email', 'you@example.com');
  }

  write(name: string, content: string, mode?: number): void {
    mkdirSync(dirname(join(this.root, name)), { recursive: true });
    writeFileSync(join(this.root, name), content);
    if (mode !== undefined) chmodSync(join(this.root, name), mode);
  }

  link(name: string, target: string): void {
    symlinkSync(target, join(this.root, name));
  }

  git(...words: string[]): string {
    return execFileSync('git', words, { cwd: this.root, encoding: 'utf8', env: this.environment() });
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
  }

  dvc(...words: string[]): Promise<Said> {
    return this.#run(interopTool(this.dvcTool), words);
  }

  assay(...words: string[]): Promise<Said> {
    return this.assayIn('.', ...words);
  }

  /** Typed in a folder of the repository. */
  assayIn(folder: string, ...words: string[]): Promise<Said> {
    return this.#run(process.execPath, [launcher, ...words], folder);
  }

  /** The words for Node that start a command of Assay. */
  launched(...words: string[]): readonly string[] {
    return [launcher, ...words];
  }

  /** Begins a command, which the caller ends. */
  startAssay(...words: string[]): ChildProcess {
    const options = { cwd: this.root, env: this.environment(), stdio: 'ignore' } as const;
    return spawn(process.execPath, [launcher, ...words], options);
  }

  assaySync(...words: string[]): void {
    execFileSync(process.execPath, [launcher, ...words], { cwd: this.root, env: this.environment() });
  }

  /** What both programs say to the same words. */
  async both(...words: string[]): Promise<{ readonly dvc: Said; readonly assay: Said }> {
    return { dvc: await this.dvc(...words), assay: await this.assay(...words) };
  }

  remove(): void {
    execFileSync('chmod', ['-R', 'u+w', this.base]);
    rmSync(this.base, { recursive: true, force: true });
  }

  #run(program: string, words: readonly string[], folder = '.'): Promise<Said> {
    return new Promise((done) => {
      execFile(program, words, { cwd: join(this.root, folder), env: this.environment() }, (error, out, err) => {
        done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
      });
    });
  }

  /** The settings of this machine and user are left out. */
  environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      HOME: this.base,
      ASSAY_HOME: join(this.base, 'home'),
      XDG_CACHE_HOME: join(tmpdir(), 'assay-test-cache'),
      XDG_CONFIG_HOME: join(this.base, 'config'),
      DVC_NO_ANALYTICS: '1',
      NO_COLOR: '1',
      COLUMNS: '200',
      ...this.variables,
    };
  }
}

/** A repository with each kind of stage and parameter, two commits, and changes after the second. */
export async function withHistory(): Promise<Repository> {
  const repository = new Repository().init();
  repository.write('raw/a', '1\n');
  repository.write('raw/b', 'two\n');
  repository.write('raw.txt', 'hi\n');
  repository.write('other.json', '{"k": {"v": 1.5}, "w": 3}\n');
  const params = (us: number, lr: string) =>
    [
      `lr: ${lr}`,
      'n:',
      'f: 1.0',
      's: on',
      'big: 1e-4',
      'models:',
      `  us: {thresh: ${us}}`,
      '  gb: {thresh: 15}',
      'train:',
      '  epochs: 10',
      '  layers: [1, 2.0, x]',
      '',
    ].join('\n');
  repository.write('params.yaml', params(10, '0.5'));
  repository.write('dvc.yaml', pipeline);
  repository.write('out/.gitkeep', '');
  await repository.dvc('repro', '--quiet');
  repository.commit('one');
  repository.write('params.yaml', params(12, '0.001'));
  repository.write('raw/b', 'three\n');
  await repository.dvc('repro', '--quiet');
  repository.commit('two');
  repository.write('params.yaml', params(13, '0.001'));
  rmSync(join(repository.root, 'model-gb'));
  return repository;
}

const pipeline = `vars:
- other.json
- extra: {base: out}
stages:
  prepare:
    desc: Prep it
    cmd: cat raw/a > \${extra.base}/prep.txt && cp -r raw \${extra.base}/raw
    deps:
    - raw
    params:
    - lr
    - train.layers
    - other.json:
      - k.v
    outs:
    - out/prep.txt
    - out/raw
  train:
    foreach: \${models}
    do:
      cmd: echo "model \${key}" > model-\${key} && echo '{"acc":0.\${item.thresh},"t":{"loss":1.25}}' > m-\${key}.json
      deps:
      - out/prep.txt
      params:
      - models.\${key}
      - big
      outs:
      - model-\${key}
      metrics:
      - m-\${key}.json:
          cache: false
  grid:
    matrix:
      a: [1, 2]
      b: [x, {c: 1}]
    cmd: echo \${item.a} \${key} > /dev/null
  opts: # a map in a command
    cmd: echo \${train} \${s} > opts.txt
    outs:
    - opts.txt:
        persist: true
`;
