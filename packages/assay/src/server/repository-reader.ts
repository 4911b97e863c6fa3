import { commitOf, compareData, type DataComparison, type IndexedRevision, type Workplace } from '../data/index.ts';
import { isTrackingFile, readIndex, revisionTree, workspaceTree } from '../dvc/index.ts';
import { Kept } from './kept.ts';

/** How long it is believed whether a repository tracks anything. */
const tracksMs = 5000;

/** A DVC repository for the studio: only read. What commits say is kept; the workspace is looked at anew. */
export class RepositoryReader {
  readonly workplace: Workplace;
  readonly #commits = new Kept<IndexedRevision>(8);
  readonly #comparisons = new Kept<DataComparison>(4);
  #tracks: { readonly at: number; readonly answer: boolean } | undefined;

  constructor(workplace: Workplace) {
    this.workplace = workplace;
  }

  /** @param name `workspace`, or a revision or an experiment of git. @throws AssayError `ASSAY_DVC_NO_REVISION` and those of `readIndex` */
  async at(name: string): Promise<IndexedRevision> {
    const { repository } = this.workplace;
    if (name === 'workspace') return { rev: undefined, index: await readIndex(repository, workspaceTree(repository)) };
    const commit = await commitOf(repository, name);
    return this.#commits.get(commit, async () => {
      const tree = revisionTree(repository, commit);
      try {
        return { rev: commit, index: await readIndex(repository, tree) };
      } finally {
        await tree.close();
      }
    });
  }

  /**
   * What differs between two revisions.
   * @param look stands for a look at the workspace: under the same word it is not looked at again
   */
  compare(from: IndexedRevision, to: IndexedRevision, look: string): Promise<DataComparison> {
    const name = ({ rev }: IndexedRevision) => rev ?? `workspace ${look}`;
    return this.#comparisons.get(`${name(from)} ${name(to)}`, () => compareData(this.workplace, from, to));
  }

  /** Whether the workspace has a `.dvc` file or a `dvc.yaml`. */
  async tracks(): Promise<boolean> {
    if (this.#tracks === undefined || performance.now() - this.#tracks.at > tracksMs) {
      const files = await workspaceTree(this.workplace.repository).files();
      this.#tracks = { at: performance.now(), answer: files.some(isTrackingFile) };
    }
    return this.#tracks.answer;
  }
}
