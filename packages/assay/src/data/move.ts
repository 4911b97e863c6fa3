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
  const isFolder = statSync(join(root, named), { throwIfNoEntry: false })?.isDirectory() === true;
  // A process that was ended in the middle has moved the data, and perhaps written the file.
  const isMoved = async () => {
    if (existsSync(join(root, from)) || !existsSync(join(root, named))) return false;
    const { checksum } = index.byLocation.get(named)?.out ?? out;
    return (await cache.scan(join(root, named), { signal }))?.md5 === checksum?.value;
  };
  const to = isFolder && !(await isMoved()) ? posix.join(named, posix.basename(from)) : named;
  const hasItsName = stage.file === `${from}.dvc`;
  const file = hasItsName ? `${to}.dvc` : stage.file;
  checkUnused(workplace, { write: [{ location: from }, { location: to }] });
  const text = readFileSync(join(root, stage.file), 'utf8');
  const data = readDataFile(text, stage.file);
  const place = existsSync(join(root, from)) ? from : existsSync(join(root, to)) ? to : undefined;
  if (place !== to) checkFree(join(root, to), to);
  const found =
    place === undefined
      ? undefined
      : place === from
        ? await cache.add(join(root, from), { signal })
        : await cache.scan(join(root, to), { signal });
  const next = movedFile(data, stage.file, file, out.path, to);
  const outs = next.outs.map((one, i) => (data.outs[i]!.path === out.path && found ? withContent(one, found) : one));
  const filled: DataFile = { ...next, outs };
  const written = data.deps.length > 0 ? { ...filled, md5: dataFileChecksum(filled) } : filled;
  const content = hasItsName ? formatDataFile(written) : editDataFile(text, written, file);
  const isBegun = hasItsName && existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8') === content;
  if (hasItsName && !isBegun) checkFree(join(root, file), file);
  if (place === to && !isBegun && found?.md5 !== out.checksum?.value) checkFree(join(root, to), to);
  const inTheWay = index.outs.find((one) => one.out !== out && overlaps(one.out.location, to));
  if ((inTheWay && !isBegun) || to.startsWith(`${from}/`)) {
    throw new AssayError('ASSAY_DVC_OVERLAP', `${to} overlaps ${inTheWay?.out.location ?? from}, which is tracked`, {
      hint: 'Name another place.',
    });
  }
  if (place === undefined) workplace.onNote?.(`${from} is not there; only its .dvc file is moved.`);
  // In an order in which the data always has a file that tells of it, and the same command can go on.
  mkdirSync(dirname(join(root, to)), { recursive: true });
  const ignored = [await ignoreInGit(repository, join(root, to))];
  if (hasItsName) replaceFile(join(root, file), content, { sync: false });
  if (place === from) renameSync(join(root, from), join(root, to));
  if (found) await cache.remember(join(root, to), found);
  if (!hasItsName) replaceFile(join(root, file), content, { sync: false });
  ignored.push(unignoreInGit(repository, join(root, from)));
  if (hasItsName) rmSync(join(root, stage.file));
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
