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
