import type { LineageContext } from '../lineage/index.ts';
import type { ModelRegistry, ModelVersion } from '../models/index.ts';
import type { FileObjectStore, ObjectStore } from '../objects/index.ts';
import type { LiveRuns } from '../runs/index.ts';
import type { SearchIndex } from '../track/index.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { RepositoryReader } from './repository-reader.ts';
import type { Explanation } from './schemas/index.ts';

/**
 * Explains a prediction of a version, for the predicted label unless another one is named.
 * @throws AssayError when the model's files are gone or damaged.
 */
export type Explainer = (
  version: ModelVersion,
  request: { readonly text: string; readonly label?: string },
) => Promise<Explanation>;

/** What the routes over the ledger read from; each resource takes its slice. */
export interface ApiDependencies {
  readonly project: { readonly origin: string; readonly vkey: string };
  /** The newest note that witnesses have cosigned. */
  readonly cosigned: () => string | undefined;
  /** Records, and the files that they vouch for. */
  readonly lineage: LineageContext;
  /** Files, by which a model is looked into. */
  readonly objects: ObjectStore & Pick<FileObjectStore, 'pathOf'>;
  /** A folder on the disk of the objects, for files that come in. */
  readonly temporary: string;
  /** Without one, searches look through the ledger. */
  readonly search?: SearchIndex;
  readonly live: LiveRuns;
  readonly models: ModelRegistry;
  readonly explain: Explainer;
}

/** What the studio shows: a project's ledger, a DVC repository, or both. */
export interface StudioDependencies {
  readonly name: string;
  readonly ledger: ApiDependencies | undefined;
  readonly repository: RepositoryReader | undefined;
  /** Tells those that listen when the studio ends; without a ledger there is nothing else to tell. */
  readonly changes: Pick<ChangeFeed, 'listen'>;
  /** Told of faults that the page is not told about. */
  readonly onFault: (error: unknown) => void;
}
