import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  editDataFile,
  GitObjects,
  LockFile,
  lockedStageFields,
  pythonJson,
  readDataFile,
} from '../../packages/assay/src/dvc/index.ts';
import { interopTool } from '../interop/tools.ts';

export interface Versions {
  /** Read here. */
  read: number;
  /** Of these, the same bytes when written without a change. */
  same: number;
  /** Of locks: the same bytes when each stage is written anew. */
  anew: number;
  /** Refused by both. */
  refused: number;
  /** Read here, refused by DVC: formats of its first versions, keys of somebody's own. */
  readHereOnly: number;
  readonly problems: string[];
}

type Kind = '.dvc' | 'dvc.lock';

/** Reads every version there ever was of the files that DVC writes, each once. */
export async function readEveryVersion(folder: string): Promise<ReadonlyMap<Kind, Versions>> {
  const found = new Map<Kind, Versions>(
    (['.dvc', 'dvc.lock'] as const).map((kind) => [
      kind,
      { read: 0, same: 0, anew: 0, refused: 0, readHereOnly: 0, problems: [] },
    ]),
  );
  const objects = new GitObjects(folder);
  const oracle = new Oracle();
  try {
    for await (const { id, path } of blobs(folder)) {
      const versions = found.get(basename(path) === 'dvc.lock' ? 'dvc.lock' : '.dvc')!;
      const text = (await objects.blob(id))?.toString('utf8');
      if (text === undefined) continue;
      const dvcReads = oracle.reads(id, path, text);
      const place = `${path} ${id.slice(0, 8)}`;
      try {
        const { same, anew } = path.endsWith('dvc.lock') ? rewriteLock(text, path) : rewriteDataFile(text, path);
        if (!(await dvcReads)) versions.readHereOnly++;
        versions.read++;
        if (same) versions.same++;
        else versions.problems.push(`${place}: other bytes after a write without a change`);
        if (anew) versions.anew++;
      } catch (error) {
        if (await dvcReads) versions.problems.push(`${place}: ${error instanceof Error ? error.message : error}`);
        else versions.refused++;
      }
    }
  } finally {
    oracle.end();
    await objects.close();
  }
  return found;
}

function rewriteDataFile(text: string, path: string) {
  return { same: editDataFile(text, readDataFile(text, path), path) === text, anew: false };
}

function rewriteLock(text: string, path: string) {
  const lock = LockFile.parse(text, path);
  const stages = lock.names().map((name) => [name, lock.get(name)!] as const);
  for (const [name, stage] of stages) lock.set(name, stage);
  const same = lock.toString() === text;
  for (const [name, stage] of stages) {
    lock.set(name, { ...stage, cmd: 'another' });
    lock.set(name, stage);
  }
  const again = LockFile.parse(lock.toString(), path);
  for (const [name, stage] of stages) {
    const [now, before] = [again.get(name)!, stage].map((one) => pythonJson(lockedStageFields(one)));
    if (now !== before) throw new Error(`${name} is another stage after it was written`);
  }
  return { same, anew: lock.toString() === text };
}

/** DVC's own parser and schemas, in a process that answers in the order of the questions. */
class Oracle {
  readonly #process = spawn(interopTool('dvc/bin/python'), [join(import.meta.dirname, 'oracle.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #open: ((ok: boolean) => void)[] = [];

  constructor() {
    createInterface(this.#process.stdout).on('line', (line) => this.#open.shift()?.(JSON.parse(line).ok));
  }

  async reads(id: string, path: string, text: string): Promise<boolean> {
    const answer = new Promise<boolean>((done) => this.#open.push(done));
    if (!this.#process.stdin.write(`${JSON.stringify({ id, path, text })}\n`)) await once(this.#process.stdin, 'drain');
    return answer;
  }

  end(): void {
    this.#process.stdin.end();
  }
}

async function* blobs(folder: string): AsyncGenerator<{ readonly id: string; readonly path: string }> {
  // A snapshot may lack its largest files.
  const words = ['rev-list', '--objects', '--all', '--missing=allow-any', '--filter=object:type=blob'];
  const git = spawn('git', ['-C', folder, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(git.stdout)) {
    const [id, path] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
    if (/(?:^|\/)(?:[^/]+\.dvc|dvc\.lock)$/.test(path)) yield { id, path };
  }
}

/** Full ids of all commits, newest first. */
export function commitsOf(folder: string): readonly string[] {
  const words = ['-C', folder, 'rev-list', '--all', '--date-order'];
  return execFileSync('git', words, { encoding: 'utf8', maxBuffer: 2 ** 28 })
    .split('\n')
    .filter(Boolean);
}
