import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Side = 'assay' | 'dvc';

export interface Run {
  readonly seconds: number;
  /** Peak resident memory of the largest process, MiB; undefined where there is no GNU time. */
  readonly peak: number | undefined;
  readonly out: string;
}

/** Of this clone, or what `ASSAY_BENCH_ASSAY` names, such as that of a built package. */
const launcher = process.env.ASSAY_BENCH_ASSAY ?? join(import.meta.dirname, '../../packages/assay/bin/assay.js');
const dvcProgram = process.env.ASSAY_BENCH_DVC ?? '';
const time = ['/usr/bin/time', '/usr/local/bin/time'].find((path) => existsSync(path));
const answers = mkdtempSync(join(tmpdir(), 'assay-bench-time-'));
process.on('exit', () => rmSync(answers, { recursive: true, force: true }));

export function commandOf(side: Side): readonly string[] {
  return side === 'dvc' ? [dvcProgram] : [process.execPath, launcher];
}

/** Runs a program to its end. @throws when it fails, with what it said */
export function measure(argv: readonly string[], cwd: string, environment: NodeJS.ProcessEnv): Run {
  const answer = join(answers, 'peak');
  const [program = '', ...words] = time === undefined ? argv : [time, '--format=%M', `--output=${answer}`, ...argv];
  const started = performance.now();
  const done = spawnSync(program, words, { cwd, env: environment, encoding: 'utf8', maxBuffer: 2 ** 30 });
  const seconds = (performance.now() - started) / 1000;
  if (done.status !== 0) {
    throw new Error(
      `${argv.join(' ')} in ${cwd} ended with ${done.status ?? done.signal}: ${done.stderr}${done.stdout}`,
    );
  }
  const peak = time === undefined ? undefined : Number(readFileSync(answer, 'utf8').trim().split('\n').at(-1)) / 1024;
  return { seconds, peak, out: done.stdout };
}

/** What both programs run with: a home of their own, nothing of this machine's person, no colours, no reports sent. */
export function environmentIn(base: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: base,
    ASSAY_HOME: join(base, 'home'),
    XDG_CONFIG_HOME: join(base, 'config'),
    XDG_CACHE_HOME: join(base, 'cache'),
    DVC_SITE_CACHE_DIR: join(base, 'site'),
    DVC_NO_ANALYTICS: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    AWS_ACCESS_KEY_ID: 'assaybench',
    AWS_SECRET_ACCESS_KEY: 'assaybenchsecret',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_COLOR: '1',
  };
}

/** Dirty pages of what went before are written, so that no program waits for another's. */
export function settle(): void {
  spawnSync('sync');
}

let mayDrop: boolean | undefined;

/** Empties the system's caches of files. False where that is not allowed. */
export function dropCaches(): boolean {
  if (mayDrop === false) return false;
  settle();
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    mayDrop = true;
  } catch {
    mayDrop = false;
  }
  return mayDrop;
}
