import { mkdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { replaceFile } from '../durable-file.ts';

export interface RunFacts {
  /** Git's top in which it runs, and in it the folder that has `.dvc`. */
  readonly top: string;
  readonly root: string;
  readonly baseline: string;
  readonly name: string;
  readonly location: 'workspace' | 'tempdir' | 'dvc-task';
}

/** DVC's codes of how far a run is. */
const runStatus = { running: 2, failed: 4, finished: 6 } as const;

/** What DVC, and whoever shows experiments, reads of a run while it runs and afterwards. */
export interface RunFiles {
  /** Where what it prints goes. */
  readonly log: string;
  end(result: {
    readonly exitCode: number;
    readonly hash?: string | undefined;
    readonly ref?: string | undefined;
  }): void;
  remove(): void;
}

export function writeRunFiles(runs: string, key: string, facts: RunFacts): RunFiles {
  const folder = join(runs, key);
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${key}.out`);
  const write = (name: string, value: unknown) =>
    replaceFile(join(folder, name), `${JSON.stringify(value)}\n`, { sync: false });
  const info = (status: number, hash: string | null, ref: string | null) =>
    write(`${key}.run`, {
      git_url: `file://${facts.top}`,
      baseline_rev: facts.baseline,
      location: facts.location,
      root_dir: facts.top,
      dvc_dir: relative(facts.top, join(facts.root, '.dvc')).split(sep).join('/'),
      name: facts.name,
      wdir: '.',
      result_hash: hash,
      result_ref: ref,
      result_force: false,
      status,
    });
  const process_ = (returncode: number | null) =>
    write(`${key}.json`, { pid: process.pid, stdin: null, stdout: log, stderr: null, returncode });
  info(runStatus.running, null, null);
  process_(null);
  return {
    log,
    end({ exitCode, hash, ref }) {
      info(exitCode === 0 ? runStatus.finished : runStatus.failed, hash ?? null, ref ?? null);
      process_(exitCode);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
