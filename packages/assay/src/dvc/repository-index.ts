import { posix } from 'node:path';
import { AssayError } from '../errors.ts';
import { readDataFile } from './data-file.ts';
import type { DepEntry, LockedStage, OutEntry } from './entries.ts';
import { type FileTree, isTrackingFile } from './file-tree.ts';
import { LockFile } from './lock-file.ts';
import { type ResolvedPipeline, type ResolvedStage, resolvePipeline } from './pipeline-file.ts';
import type { Repository } from './repository.ts';
import type { TrackedOut, TrackedStage } from './stage.ts';

/** Everything that is tracked, in the workspace or in a commit. */
export interface RepositoryIndex {
  readonly stages: readonly TrackedStage[];
  readonly pipelines: readonly ResolvedPipeline[];
  readonly outs: readonly { readonly stage: TrackedStage; readonly out: TrackedOut }[];
  /** Outputs by where they are, relative to the root. */
  readonly byLocation: ReadonlyMap<string, { readonly stage: TrackedStage; readonly out: TrackedOut }>;
}

/**
 * Reads all `.dvc` files and `dvc.yaml` of a tree.
 * @throws AssayError of the first file that cannot be read
 */
export async function readIndex(repository: Repository, tree: FileTree): Promise<RepositoryIndex> {
  const stages: TrackedStage[] = [];
  const pipelines: ResolvedPipeline[] = [];
  for (const file of (await tree.files()).filter(isTrackingFile)) {
    // Of a commit, files are read that DVC would pass over in the workspace.
    if (tree.rev !== undefined && ignored(repository, file)) continue;
    const found = await readTrackingFile(repository, tree, file);
    stages.push(...found.stages);
    if (found.pipeline) pipelines.push(found.pipeline);
  }
  return indexOf(stages, pipelines);
}

/** The index of some stages alone. */
export function indexOf(stages: readonly TrackedStage[], pipelines: readonly ResolvedPipeline[] = []): RepositoryIndex {
  const outs = stages.flatMap((stage) => stage.outs.map((out) => ({ stage, out })));
  return { stages, pipelines, outs, byLocation: new Map(outs.map((one) => [one.out.location, one])) };
}

/** The stages of one `.dvc` file or `dvc.yaml`. */
export async function readTrackingFile(
  repository: Repository,
  tree: FileTree,
  file: string,
): Promise<{ readonly stages: readonly TrackedStage[]; readonly pipeline?: ResolvedPipeline }> {
  if (posix.basename(file) === 'dvc.yaml') return readPipelineFile(repository, tree, file);
  const bytes = await tree.read(file);
  if (!bytes) {
    throw new AssayError('ASSAY_DVC_NO_FILE', `${file} is not there`, {
      hint: 'See `assay stage list` and `git status`.',
    });
  }
  const data = readDataFile(bytes.toString('utf8'), file);
  const wdir = within(posix.dirname(file), data.wdir, file);
  return {
    stages: [
      {
        address: file,
        file,
        name: undefined,
        cmd: data.cmd === undefined ? [] : [data.cmd],
        cmdAsWritten: data.cmd,
        wdir,
        frozen: data.frozen,
        alwaysChanged: data.alwaysChanged,
        desc: data.desc,
        meta: data.meta,
        deps: data.deps.map((dep) => ({
          ...dep,
          location: dep.repo ? dep.path : locateDep(repository, wdir, dep.path, file),
        })),
        outs: data.outs.map((out) => ({ ...out, location: locate(wdir, out.path, file) })),
        params: [],
        locked: undefined,
        md5: data.md5,
      },
    ],
  };
}

async function readPipelineFile(repository: Repository, tree: FileTree, file: string) {
  const { config } = repository;
  const pipeline = await resolvePipeline(tree, file, {
    bool: config.get('parsing', 'bool') === 'boolean_optional' ? 'boolean_optional' : 'store_true',
    list: config.get('parsing', 'list') === 'append' ? 'append' : 'nargs',
  });
  const lockPath = posix.join(posix.dirname(file), 'dvc.lock');
  const lock = LockFile.parse((await tree.read(lockPath))?.toString('utf8'), lockPath);
  const stages = [...pipeline.stages.values()].map((stage) => trackedStage(file, stage, lock.get(stage.name)));
  return { stages, pipeline };
}

function trackedStage(file: string, stage: ResolvedStage, locked: LockedStage | undefined): TrackedStage {
  const wdir = within(posix.dirname(file), stage.wdir ?? '.', file);
  const fill = <T extends DepEntry | OutEntry>(entry: T, list: readonly (DepEntry | OutEntry)[] | undefined): T => {
    const known = list?.find((one) => one.path === entry.path);
    if (!known) return entry;
    const { checksum, size, nfiles, isexec, files, versionId } = known;
    return {
      ...entry,
      checksum,
      ...(size === undefined ? {} : { size }),
      ...(nfiles === undefined ? {} : { nfiles }),
      ...(isexec === undefined ? {} : { isexec }),
      ...(files === undefined ? {} : { files }),
      ...(versionId === undefined ? {} : { versionId }),
    };
  };
  return {
    address: file === 'dvc.yaml' ? stage.name : `${file}:${stage.name}`,
    file,
    name: stage.name,
    cmd: typeof stage.cmd === 'string' ? [stage.cmd] : stage.cmd,
    cmdAsWritten: stage.cmd,
    wdir,
    frozen: stage.frozen,
    alwaysChanged: stage.alwaysChanged,
    desc: stage.desc,
    meta: stage.meta,
    deps: stage.deps.map((dep) => ({ ...fill(dep, locked?.deps), location: locate(wdir, dep.path, file) })),
    outs: stage.outs.map((out) => ({ ...fill(out, locked?.outs), location: locate(wdir, out.path, file) })),
    params: stage.params,
    locked,
    md5: undefined,
  };
}

/** Where an entry is: relative to the root when it lies in it, else absolute, or a URL as it is. */
function locate(wdir: string, path: string, file: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(path)) return path;
  if (posix.isAbsolute(path)) return posix.normalize(path);
  const location = posix.join(wdir, path).replace(/\/+$/, '');
  if (location === '..' || location.startsWith('../') || location === '') {
    throw new AssayError('ASSAY_DVC_PATH_OUTSIDE', `${file}: ${path} lies outside of the repository`, {
      hint: 'Name data outside by its absolute path, or bring it into the repository.',
    });
  }
  return location;
}

/** Data to import may lie outside, and be named relative to the file. */
function locateDep({ root }: Repository, wdir: string, path: string, file: string): string {
  const isOutside = /^\.\.(?:\/|$)/.test(posix.join(wdir, path)) && !path.includes('://');
  return isOutside ? posix.join(root, wdir, path) : locate(wdir, path, file);
}

function within(folder: string, wdir: string, file: string): string {
  const path = posix.join(folder, wdir).replace(/\/+$/, '') || '.';
  if (path !== '..' && !path.startsWith('../') && !posix.isAbsolute(wdir)) return path;
  throw new AssayError('ASSAY_DVC_PATH_OUTSIDE', `${file}: its working folder ${wdir} lies outside of the repository`, {
    hint: 'Give a folder inside of the repository.',
  });
}

function ignored(repository: Repository, file: string): boolean {
  return repository.ignore.ignores(file, false);
}
