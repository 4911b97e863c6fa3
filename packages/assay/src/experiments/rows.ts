import type { Workplace } from '../data/index.ts';
import { type Json, toJson } from '../pipelines/index.ts';
import { type CollectOptions, collectExperiments } from './collect.ts';
import type { ExecutorState, ExperimentState } from './state.ts';
import { readValue } from './table.ts';
import { namesIn, type ValueName } from './table-names.ts';

/** A column of values: `metrics` first, then `params`. */
type ExperimentColumn = ValueName;

interface ExperimentRow {
  readonly kind: 'workspace' | 'baseline' | 'experiment';
  /** A commit id, or `workspace`. Of one that runs or waits, the commit that holds what it begins from. */
  readonly rev: string;
  /** Of an experiment its name, of a commit its branch or tag. */
  readonly name: string | null;
  /** The commit that an experiment was derived from. */
  readonly baseline: string | null;
  /** RFC 3339, UTC. */
  readonly created: string | null;
  /** `done` for commits, and for experiments that did not come through the queue. */
  readonly state: ExecutorState['state'] | 'done';
  /** Why it could not be read, or did not come to its end. */
  readonly error: string | null;
  /** One for each column, in their order; undefined values are null. */
  readonly values: readonly Json[];
}

export interface ExperimentRows {
  readonly columns: readonly ExperimentColumn[];
  readonly rows: readonly ExperimentRow[];
}

/**
 * Experiments as rows under columns: the workspace, then each commit, followed by its experiments.
 * @throws as `collectExperiments`
 */
export async function experimentRows(workplace: Workplace, options: CollectOptions = {}): Promise<ExperimentRows> {
  const states = await collectExperiments(workplace, options);
  const names = namesIn(states);
  const columns = [...names.metrics, ...names.params];
  const row = (
    state: ExperimentState,
    kind: ExperimentRow['kind'],
    more: Pick<ExperimentRow, 'baseline' | 'state'>,
  ): ExperimentRow => ({
    kind,
    rev: state.rev,
    name: state.name ?? null,
    created: state.created?.toISOString() ?? null,
    error: state.error?.msg ?? null,
    values: columns.map((column) => toJson(readValue(state, column) ?? null)),
    ...more,
  });
  const rows = states.flatMap((state) => [
    row(state, state.rev === 'workspace' ? 'workspace' : 'baseline', { baseline: null, state: 'done' }),
    ...state.experiments.flatMap(({ revs, executor }) =>
      revs.slice(0, 1).map((tip) => row(tip, 'experiment', { baseline: state.rev, state: executor?.state ?? 'done' })),
    ),
  ]);
  return { columns, rows };
}
