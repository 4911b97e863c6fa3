import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { checkNotInGit, ignoreInGit, locationOf, type Workplace, withContent } from '../data/index.ts';
import { replaceFile } from '../durable-file.ts';
import {
  type DataFile,
  type DepEntry,
  dataFileChecksum,
  editDataFile,
  formatDataFile,
  type OutEntry,
  readIndex,
  workspaceTree,
} from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { Found } from '../objects/index.ts';

/** A `.dvc` file of imported data. */
export interface ImportFile {
  /** Relative to the root. */
  readonly file: string;
  /** Where the data is to be, relative to the root. */
  readonly location: string;
}

/**
 * The file that an import at a place is to have.
 * @throws AssayError `ASSAY_DVC_PATH_OUTSIDE`, `ASSAY_DVC_THROUGH_LINK`, `ASSAY_DVC_OVERLAP`, `ASSAY_DVC_IN_GIT`
 */
export async function importFileAt(workplace: Workplace, place: string): Promise<ImportFile> {
  const { repository } = workplace;
  const location = locationOf(workplace, place);
  const path = join(repository.root, location);
  if (existsSync(dirname(path)) && join(realpathSync(dirname(path)), basename(path)) !== path) {
    throw new AssayError('ASSAY_DVC_THROUGH_LINK', `${place} is reached through a symbolic link`, {
      hint: 'Name it by its own place.',
    });
  }
  const file = `${location}.dvc`;
  const index = await readIndex(repository, workspaceTree(repository));
  for (const { stage, out } of index.outs) {
    if (stage.file === file) continue;
    const [one, other] = [`${out.location}/`, `${location}/`];
    if (!one.startsWith(other) && !other.startsWith(one)) continue;
    throw new AssayError(
      'ASSAY_DVC_OVERLAP',
      `${location} overlaps ${out.location}, which ${stage.address} tracks already`,
      {
        hint: `Name another place, or stop tracking it first: assay remove ${stage.address}`,
      },
    );
  }
  await checkNotInGit(repository, path);
  return { file, location };
}

/** The content of a new import, before anything is known of the data. */
export function newImport(dep: DepEntry, location: string): DataFile {
  const out: OutEntry = {
    path: posix.basename(location),
    checksum: undefined,
    hashNamed: true,
    cache: true,
    persist: false,
    push: true,
    metric: false,
    plot: false,
  };
  return { wdir: '.', frozen: true, alwaysChanged: false, deps: [dep], outs: [out] };
}

/** With what was found of the data; without a finding, with nothing known of it. */
export function withFound(data: DataFile, found: Found | undefined): DataFile {
  const [out] = data.outs;
  if (!out) return data;
  const { size: _size, nfiles: _nfiles, isexec: _isexec, files: _files, versionId: _version, ...bare } = out;
  const next = found ? withContent(out, found) : { ...bare, checksum: undefined, hashNamed: true as const };
  return { ...data, outs: [next, ...data.outs.slice(1)] };
}

/**
 * Writes the file.
 * @param options.checksumOf the content whose checksum is to stand in it; none when nothing was asked for yet
 * @returns files that changed, absolute
 */
export async function writeImport(
  { repository }: Workplace,
  { file, location }: ImportFile,
  data: DataFile,
  options: { readonly checksumOf: DataFile | undefined; readonly edit: boolean },
): Promise<readonly string[]> {
  const path = join(repository.root, file);
  const { checksumOf } = options;
  const next: DataFile = checksumOf ? { ...data, md5: dataFileChecksum(checksumOf) } : data;
  const before = options.edit && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  const text = before === undefined ? formatDataFile(next) : editDataFile(before, next, file);
  const changed: string[] = [];
  if (text !== before) {
    replaceFile(path, text, { sync: false });
    changed.push(path);
  }
  const ignored = await ignoreInGit(repository, join(repository.root, location));
  return ignored === undefined ? changed : [...changed, ignored];
}
