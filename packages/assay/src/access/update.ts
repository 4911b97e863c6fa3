import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutTarget, findStages, outState, type Workplace } from '../data/index.ts';
import { type DataFile, readDataFile, type TrackedStage } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { bringData, withLock } from './import.ts';
import { withFound, writeImport } from './import-file.ts';
import { openImported } from './imported.ts';

export interface UpdateOptions {
  readonly rev?: string;
  readonly recursive?: boolean;
  readonly noDownload?: boolean;
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
  if (dep.repo === undefined || !out) return [];
  const repo = options.rev === undefined ? dep.repo : { ...dep.repo, rev: options.rev };
  const named: DataFile = { ...data, deps: [{ ...dep, repo }] };
  const source = await openImported(stage, repo, repository.root, workplace, repo.rev ?? '');
  try {
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
