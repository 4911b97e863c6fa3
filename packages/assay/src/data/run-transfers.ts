import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Remote, TransferWatch } from '../remotes/index.ts';
import { runCacheFiles } from './collect.ts';
import { inParallel } from './parallel-transfers.ts';
import type { TransferOptions } from './transfer.ts';
import type { Workplace } from './workplace.ts';

/** Remembered results of stages. @returns how many went */
export async function pushRuns(workplace: Workplace, remote: Remote, options: TransferOptions): Promise<number> {
  const files = runCacheFiles(workplace);
  const standing = await remote.existing(files, workplace);
  const open = files.filter((file) => !standing.has(file));
  const upload = (file: string, watch: TransferWatch) => remote.upload(join(workplace.cache.root, file), file, watch);
  await inParallel(
    workplace,
    remote,
    open,
    { jobs: options.jobs, label: 'pushing runs', totalBytes: undefined },
    upload,
  );
  return open.length;
}

/** @returns how many came */
export async function fetchRuns(workplace: Workplace, remote: Remote, options: TransferOptions): Promise<number> {
  const open: string[] = [];
  for await (const { key } of remote.list('runs/', workplace)) {
    const known = /^runs\/[0-9a-f]{2}\/[0-9a-f]{64}\/[0-9a-f]{64}$/.test(key);
    if (known && !existsSync(join(workplace.cache.root, key))) open.push(key);
  }
  const download = async (key: string, watch: TransferWatch) => {
    const file = join(workplace.cache.root, key);
    mkdirSync(dirname(file), { recursive: true });
    // A file beside it would be taken for a run.
    const temporary = join(workplace.repository.temporary, `run-${process.pid}-${key.slice(-64)}`);
    try {
      await remote.download(key, temporary, watch);
      renameSync(temporary, file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  };
  const plan = { jobs: options.jobs, label: 'fetching runs', totalBytes: undefined };
  await inParallel(workplace, remote, open, plan, download);
  return open.length;
}
