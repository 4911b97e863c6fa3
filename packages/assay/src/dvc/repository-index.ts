import { posix } from 'node:path';
import { AssayError } from '../errors.ts';
import { readDataFile } from './data-file.ts';
import type { DepEntry, LockedStage, OutEntry } from './entries.ts';
import { type FileTree, isTrackingFile } from './file-tree.ts';
import { dependencyLocation, outputLocation, workingFolder } from './locations.ts';
import { LockFile } from './lock-file.ts';
import { type ResolvedPipeline, type ResolvedStage, resolvePipeline } from './pipeline-file.ts';
import type { Repository } from './repository.ts';
import type { TrackedOut, TrackedStage } from './stage.ts';
import { decodeText, splitLines } from './text.ts';

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
  const data = readDataFile(decodeText(bytes, file), file);
  const { root } = repository;
  const wdir = workingFolder(posix.dirname(file), data.wdir, file);
  return {
    stages: [
      {
        address: file,
        file,
        name: undefined,
        cmd: commandsOf(data.cmd),
        cmdAsWritten: data.cmd,
        wdir,
        frozen: data.frozen,
        alwaysChanged: data.alwaysChanged,
        desc: data.desc,
        meta: data.meta,
        deps: data.deps.map((dep) => ({
          ...dep,
          location: dep.repo ? dep.path : dependencyLocation(root, wdir, dep.path),
        })),
        outs: data.outs.map((out) => ({ ...out, location: outputLocation(root, wdir, out.path, file) })),
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
  const lockBytes = await tree.read(lockPath);
  const lock = LockFile.parse(lockBytes && decodeText(lockBytes, lockPath), lockPath);
  const stages = [...pipeline.stages.values()].map((stage) =>
    trackedStage(repository.root, file, stage, lock.get(stage.name)),
  );
  return { stages, pipeline };
}

function trackedStage(root: string, file: string, stage: ResolvedStage, locked: LockedStage | undefined): TrackedStage {
  const wdir = workingFolder(posix.dirname(file), stage.wdir ?? '.', file);
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
    cmd: commandsOf(stage.cmd),
    cmdAsWritten: stage.cmd,
    wdir,
    frozen: stage.frozen,
    alwaysChanged: stage.alwaysChanged,
    desc: stage.desc,
    meta: stage.meta,
    deps: stage.deps.map((dep) => ({ ...fill(dep, locked?.deps), location: dependencyLocation(root, wdir, dep.path) })),
    outs: stage.outs.map((out) => ({
      ...fill(out, locked?.outs),
      location: outputLocation(root, wdir, out.path, file),
    })),
    params: stage.params,
    locked,
    md5: undefined,
  };
}

/** One text is a command a line, each for a shell of its own, as DVC runs it; entries of a list stay whole. */
function commandsOf(cmd: string | readonly string[] | undefined): readonly string[] {
  if (cmd === undefined || cmd === '') return [];
  return typeof cmd === 'string' ? splitLines(cmd) : cmd;
}

function ignored(repository: Repository, file: string): boolean {
  return repository.ignore.ignores(file, false);
}
