import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import {
  type DataFile,
  dataFileChecksum,
  editDataFile,
  formatDataFile,
  readDataFile,
  readIndex,
  workspaceTree,
} from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { withContent } from './add.ts';
import { ignoreInGit, unignoreInGit } from './gitignore.ts';
import { checkUnused } from './tracked-data.ts';
import { locationOf, type Workplace } from './workplace.ts';

export interface Moved {
  /** Relative to the root. */
  readonly from: string;
  readonly to: string;
  readonly file: string;
  /** Files that git should be told of, absolute. */
  readonly changed: readonly string[];
}

/**
 * Gives tracked data another place, its `.dvc` file with it when that has its name. As the data is now, it is tracked.
 * @throws AssayError `ASSAY_DVC_NO_TARGET`, `ASSAY_DVC_STAGE_OUTPUT`, `ASSAY_PATH_IN_THE_WAY`, `ASSAY_DVC_OVERLAP`
 */
export async function moveData(workplace: Workplace, fromWord: string, toWord: string): Promise<Moved> {
  const { repository, cache, signal } = workplace;
  const { root } = repository;
  const from = locationOf(workplace, fromWord);
  const named = locationOf(workplace, toWord);
  const isFolder = statSync(join(root, named), { throwIfNoEntry: false })?.isDirectory() === true;
  const to = isFolder ? posix.join(named, posix.basename(from)) : named;
  const index = await readIndex(repository, workspaceTree(repository));
  const owner = index.byLocation.get(from);
  if (!owner) {
    throw new AssayError('ASSAY_DVC_NO_TARGET', `${fromWord} is no tracked data`, {
      hint: 'Name a file or folder that has a .dvc file; what lies inside of one is moved as any file.',
    });
  }
  const { stage, out } = owner;
  if (stage.name !== undefined || stage.cmd.length > 0) {
    throw new AssayError('ASSAY_DVC_STAGE_OUTPUT', `${from} is an output of the stage ${stage.address}`, {
      hint: 'Change its path in the stage, and run that.',
    });
  }
  const hasItsName = stage.file === `${from}.dvc`;
  const file = hasItsName ? `${to}.dvc` : stage.file;
  for (const place of [to, ...(hasItsName ? [file] : [])]) checkFree(join(root, place), place);
  const inTheWay = index.outs.find((one) => one.out !== out && overlaps(one.out.location, to));
  if (inTheWay || to.startsWith(`${from}/`)) {
    throw new AssayError('ASSAY_DVC_OVERLAP', `${to} overlaps ${inTheWay?.out.location ?? from}, which is tracked`, {
      hint: 'Name another place.',
    });
  }
  checkUnused(workplace, { write: [{ location: from }, { location: to }] });
  const text = readFileSync(join(root, stage.file), 'utf8');
  const data = readDataFile(text, stage.file);
  const found = existsSync(join(root, from)) ? await cache.add(join(root, from), { signal }) : undefined;
  if (found) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    renameSync(join(root, from), join(root, to));
    await cache.remember(join(root, to), found);
  } else workplace.onNote?.(`${from} is not there; only its .dvc file is moved.`);
  const next = movedFile(data, stage.file, file, out.path, to);
  const outs = next.outs.map((one, i) => (data.outs[i]!.path === out.path && found ? withContent(one, found) : one));
  const filled: DataFile = { ...next, outs };
  const written = data.deps.length > 0 ? { ...filled, md5: dataFileChecksum(filled) } : filled;
  replaceFile(join(root, file), hasItsName ? formatDataFile(written) : editDataFile(text, written, file), {
    sync: false,
  });
  if (hasItsName) rmSync(join(root, stage.file));
  const ignored = [unignoreInGit(repository, join(root, from)), await ignoreInGit(repository, join(root, to))];
  const files = [join(root, file), ...(hasItsName ? [join(root, stage.file)] : []), ...ignored];
  return { from, to, file, changed: files.filter((one) => one !== undefined) };
}

/** Paths in the file are relative to the folder it will be in. */
function movedFile(data: DataFile, oldFile: string, newFile: string, path: string, to: string): DataFile {
  const isNew = oldFile !== newFile;
  const oldBase = posix.join(posix.dirname(oldFile), data.wdir);
  const base = isNew ? posix.dirname(newFile) : oldBase;
  const relocated = (one: string) =>
    one.includes('://') || posix.isAbsolute(one) ? one : posix.relative(base, posix.join(oldBase, one));
  return {
    ...data,
    wdir: isNew ? '.' : data.wdir,
    deps: data.deps.map((dep) => (dep.repo ? dep : { ...dep, path: relocated(dep.path) })),
    outs: data.outs.map((one) => (one.path === path ? { ...one, path: posix.relative(base, to) } : one)),
  };
}

function checkFree(path: string, shown: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  throw new AssayError('ASSAY_PATH_IN_THE_WAY', `${shown} is there already`, { hint: 'Name another place.' });
}

function overlaps(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}
