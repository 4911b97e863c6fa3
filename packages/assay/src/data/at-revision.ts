import {
  type FileTree,
  type RepositoryIndex,
  readIndex,
  resolveRevision,
  revisionTree,
  workspaceTree,
} from '../dvc/index.ts';
import type { Workplace } from './workplace.ts';

/** A repository as it stands in the workspace, or in a commit. */
export interface AtRevision {
  /** What the person called it. */
  readonly name: string;
  readonly tree: FileTree;
  readonly index: RepositoryIndex;
}

/** @param name `workspace`, or a revision of git. @throws AssayError `ASSAY_DVC_NO_REVISION`, `ASSAY_DVC_NO_GIT` */
export async function atRevision({ repository }: Workplace, name: string): Promise<AtRevision> {
  const tree =
    name === 'workspace'
      ? workspaceTree(repository)
      : revisionTree(repository, await resolveRevision(repository, name));
  return { name, tree, index: await readIndex(repository, tree) };
}

/**
 * A file as it was, or is: from git, or, where it is tracked data, from the cache.
 * @param location relative to the root; undefined when it is in neither
 */
export async function readTracked(
  { cache }: Workplace,
  { tree, index }: AtRevision,
  location: string,
): Promise<Buffer | undefined> {
  const own = await tree.read(location);
  if (own || tree.rev === undefined) return own;
  const { readFile } = await import('node:fs/promises');
  for (let at = location; at !== '' && at !== '.'; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
    const out = index.byLocation.get(at)?.out;
    if (out?.checksum === undefined) continue;
    const legacy = out.checksum.kind === 'md5-dos2unix';
    let md5: string | undefined = out.checksum.value;
    if (md5.endsWith('.dir')) {
      if (!cache.has(md5, legacy)) return undefined;
      md5 = cache.directory(md5, legacy).find(({ path }) => `${at}/${path}` === location)?.md5;
    }
    return md5 !== undefined && cache.has(md5, legacy) ? readFile(cache.pathOf(md5, legacy)) : undefined;
  }
  return undefined;
}
