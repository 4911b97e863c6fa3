import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  collectPartialImports,
  fetchedObject,
  rememberFetched,
  type TransferOptions,
  type Workplace,
} from '../data/index.ts';
import type { TrackedDep, TrackedStage } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { withoutSecrets } from '../remotes/index.ts';
import { describeUrl, settingsOf } from './import-url.ts';
import { type ImportedFrom, openImported } from './imported.ts';
import { takeIntoCache } from './take.ts';
import { copyAll, openUrl } from './url-source.ts';

/**
 * Brings what imports name that were not downloaded into the cache, as it was when they were last updated; those that nobody asked
 * for yet, or whose data is another now, are passed over.
 * @returns how many files came
 */
export async function fetchPartialImports(
  workplace: Workplace,
  words: readonly string[],
  options: TransferOptions,
): Promise<number> {
  let files = 0;
  for (const stage of await collectPartialImports(workplace, words, options)) {
    if (fetchedObject(workplace, stage) !== undefined) continue;
    const [dep] = stage.deps;
    const md5 = dep?.repo
      ? await fromRepository(workplace, stage, dep, dep.repo, options)
      : await fromUrl(workplace, stage, options);
    if (md5 === undefined) continue;
    rememberFetched(workplace, stage, md5);
    files += md5.endsWith('.dir') ? workplace.cache.directory(md5).length : 1;
  }
  return files;
}

async function fromRepository(
  workplace: Workplace,
  stage: TrackedStage,
  dep: TrackedDep,
  repo: ImportedFrom,
  { jobs }: TransferOptions,
): Promise<string | undefined> {
  if (repo.revLock === undefined) return undefined;
  const source = await openImported(stage, repo, workplace.repository.root, workplace);
  try {
    const choice = jobs === undefined ? {} : { jobs };
    return (await takeIntoCache(source, dep.path, withoutSecrets(repo.url), workplace.cache, choice)).md5;
  } finally {
    await source.close();
  }
}

async function fromUrl(
  workplace: Workplace,
  stage: TrackedStage,
  { jobs }: TransferOptions,
): Promise<string | undefined> {
  const [dep] = stage.deps;
  if (dep?.checksum === undefined || dep.db) return undefined;
  const { repository, cache, signal } = workplace;
  const wdir = join(repository.root, stage.wdir);
  const source = await openUrl(dep.path, wdir, repository.config, workplace, settingsOf(dep));
  const staging = join(repository.temporary, `import.${process.pid}.assay`);
  const pass = (why: string) => {
    workplace.onNote?.(`${stage.address}: ${why}; see \`assay update\`.`);
    return undefined;
  };
  try {
    const content = await source.content();
    const now = await describeUrl(workplace, source, content, dep);
    if (now.checksum?.value !== dep.checksum.value) return pass(`${withoutSecrets(dep.path)} is not as it was`);
    if (source.path !== undefined) return (await cache.add(source.path, { signal })).md5;
    await copyAll(source, content, staging, workplace, jobs);
    return (await cache.add(staging, { signal })).md5;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'ASSAY_ACCESS_NO_URL') return pass(error.message);
    throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
    await source.close();
  }
}
