import type { Complaint } from './commands.ts';
import type { Json } from './graph.ts';
import type { Parameters } from './parameters.ts';
import type { Problems } from './problems.ts';
import type { BlockDocument, Commands, EntityDocument, PipelineDocument, ProcessSettings } from './schema.ts';
import type { Path, Source } from './source.ts';

export interface ReadOptions {
  /** Parameters given from outside, by dotted name. A text is read as the kind of value that the file has. */
  readonly overrides?: Readonly<Record<string, Json>>;
  /** Environments that are not here, by the name of their entity: where their blocks run instead. */
  readonly environments?: Readonly<Record<string, 'process' | ProcessSettings>>;
  /** Models whose code is kept elsewhere, by the name of their entity: what their blocks run instead. */
  readonly models?: Readonly<Record<string, { readonly run: Commands; readonly code?: readonly string[] }>>;
  /** Access roles other than `public` that the caller answers for, since they cannot be enforced yet. */
  readonly acceptRoles?: readonly string[];
  /** Symbolic links may lead to anywhere in this folder; the folder of the file if not given. */
  readonly root?: string;
  /** Whether data from outside, code and lock files must be there. `checked` if not given. */
  readonly files?: 'checked' | 'unchecked';
}

/** A block on its way into the graph. */
export interface Block {
  readonly id: string;
  readonly group: string;
  readonly document: BlockDocument;
  readonly path: Path;
  readonly active: boolean;
  /** Access roles asked for on the way from the pipeline to the block. */
  readonly roles: readonly string[];
}

export interface Entity {
  readonly document: EntityDocument;
  readonly path: Path;
}

/** What is known of a document while it becomes a graph. */
export interface Draft {
  readonly source: Source;
  readonly document: PipelineDocument;
  readonly directory: string;
  readonly root: string;
  readonly options: ReadOptions;
  readonly parameters: Parameters;
  readonly problems: Problems;
  readonly blocks: ReadonlyMap<string, Block>;
  readonly entities: ReadonlyMap<string, Entity>;
}

export function tell(
  draft: Pick<Draft, 'problems' | 'source'>,
  complaint: Complaint,
  path: Path,
  of?: 'value' | 'key',
): void {
  draft.problems.add({ ...complaint, place: draft.source.locate(path, of) });
}
