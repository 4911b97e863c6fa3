import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutTarget, findStages, outState, type Workplace } from '../data/index.ts';
import { type DataFile, readDataFile, type TrackedStage } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { bringData, withLock } from './import.ts';
import { withFound, writeImport } from './import-file.ts';
import { describeUrl, downloadUrl, settingsOf } from './import-url.ts';
import { openImported } from './imported.ts';
import { urlToRemote } from './to-remote.ts';
import { openUrl } from './url-source.ts';

export interface UpdateOptions {
  readonly rev?: string;
  readonly recursive?: boolean;
  readonly noDownload?: boolean;
  /** Brings data from addresses into a remote, not into the workspace. */
  readonly toRemote?: boolean;
  readonly remote?: string;
  readonly jobs?: number;
}

export interface Updated {
  readonly stage: TrackedStage;
  /** Files that changed, absolute; none when the data is of the newest state already. */
  readonly changed: readonly string[];
}

/**
 * Brings imported data to the newest state of where it is from, or to a revision.
 * @throws AssayError `ASSAY_ACCESS_NOT_IMPORTED`, and those of importing
 */
export async function updateImports(
  workplace: Workplace,
  words: readonly string[],
  options: UpdateOptions = {},
): Promise<readonly Updated[]> {
  const stages = await findStages(workplace, words, { recursive: options.recursive === true });
  const imports = stages.filter((stage) => stage.name === undefined && stage.cmd.length === 0 && stage.deps.length > 0);
  const other = stages.find((stage) => !imports.includes(stage));
  if (other && options.recursive !== true) {
    throw new AssayError(
      'ASSAY_ACCESS_NOT_IMPORTED',
      `${other.address} was not imported: there is nothing to update it from`,
      {
        hint: 'Name the .dvc file of an import.',
      },
    );
  }
  const updated: Updated[] = [];
  for (const stage of imports) updated.push({ stage, changed: await updateStage(workplace, stage, options) });
  return updated;
}

async function updateStage(
  workplace: Workplace,
  stage: TrackedStage,
  options: UpdateOptions,
): Promise<readonly string[]> {
  const { repository } = workplace;
  const data = readDataFile(readFileSync(join(repository.root, stage.file), 'utf8'), stage.file);
  const dep = data.deps[0]!;
  const [out] = stage.outs;
  if (!out) return [];
  if (dep.repo === undefined) return updateUrl(workplace, stage, data, options);
  const repo = options.rev === undefined ? dep.repo : { ...dep.repo, rev: options.rev };
  const named: DataFile = { ...data, deps: [{ ...dep, repo }] };
  const source = await openImported(stage, repo, repository.root, workplace, repo.rev ?? '');
  try {
    if (options.toRemote === true) {
      throw new AssayError(
        'ASSAY_ACCESS_NOT_IMPORTED',
        `${stage.address} is from a repository, whose data has a remote already`,
        {
          hint: 'Leave out --to-remote.',
        },
      );
    }
    const next = withLock(named, source);
    const target = { file: stage.file, location: out.location };
    const isCurrent = next.deps[0]!.repo!.revLock === dep.repo.revLock && repo.rev === dep.repo.rev;
    if (isCurrent && (options.noDownload === true || (await outState(workplace, out)) === undefined)) return [];
    if (options.noDownload === true) {
      await checkoutTarget(workplace, { stage, out: { ...out, checksum: undefined } });
      // As DVC does: the checksum is of what stood there before the hash of the data was taken out.
      return await writeImport(workplace, target, withFound(next, undefined), { checksumOf: next, edit: true });
    }
    const found = await bringData(workplace, source, dep.path, repo.url, out.location, { ...options, force: false });
    const written = withFound(next, found);
    return await writeImport(workplace, target, written, { checksumOf: written, edit: true });
  } finally {
    await source.close();
  }
}

async function updateUrl(
  workplace: Workplace,
  stage: TrackedStage,
  data: DataFile,
  options: UpdateOptions,
): Promise<readonly string[]> {
  const { repository } = workplace;
  const [dep, out] = [data.deps[0]!, stage.outs[0]!];
  if (options.rev !== undefined) {
    throw new AssayError(
      'ASSAY_ACCESS_NOT_IMPORTED',
      `${stage.address} is not from a repository: it has no revisions`,
      {
        hint: 'Leave out --rev.',
      },
    );
  }
  const target = { file: stage.file, location: out.location };
  const settings = settingsOf(dep);
  const source = await openUrl(dep.path, join(repository.root, stage.wdir), repository.config, workplace, settings);
  try {
    const content = await source.content();
    const now = await describeUrl(workplace, source, content, dep);
    const isCurrent = now.checksum?.value === dep.checksum?.value;
    const state = options.noDownload === true ? undefined : await outState(workplace, out);
    if (isCurrent && options.toRemote !== true && state === undefined) return [];
    const next: DataFile = { ...data, deps: [now] };
    if (options.noDownload === true) {
      await checkoutTarget(workplace, { stage, out: { ...out, checksum: undefined } });
      return await writeImport(workplace, target, withFound(next, undefined), { checksumOf: next, edit: true });
    }
    const found =
      options.toRemote === true
        ? await urlToRemote(workplace, source, content, options)
        : await downloadUrl(workplace, source, content, out.location, options);
    const written = withFound(next, found);
    return await writeImport(workplace, target, written, { checksumOf: written, edit: true });
  } finally {
    await source.close();
  }
}
