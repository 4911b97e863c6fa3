import {
  activeBranch,
  type ComparedTree,
  ComparedTrees,
  commitOf,
  locationOf,
  type NamedRevisionChoice,
  namedRevisions,
  sameValue,
  shownPath,
  type Workplace,
} from '../data/index.ts';
import { byCodePoint, gitTopOf, type Repository, runGit, type Value } from '../dvc/index.ts';
import { readMetrics } from './read-metrics.ts';
import { readParams } from './read-params.ts';
import type { ComparisonTable } from './table.ts';
import { type CellFormat, formatCell } from './table-cells.ts';
import { type ComparisonDiff, diffFiles, dottedValues, type FileResult, isFields, listsAsText } from './values.ts';

/** Files by path, as the person sees paths from where they are. */
export type FileResults = ReadonlyMap<string, FileResult>;

export interface RevisionDiffOptions {
  /** `HEAD` unless given. */
  readonly old?: string | undefined;
  /** The workspace unless given. */
  readonly new?: string | undefined;
  /** Files, from where the person is. */
  readonly targets?: readonly string[];
  /** What has not changed, too. */
  readonly all?: boolean;
  /** Of parameters, only those of stages. */
  readonly depsOnly?: boolean;
}

/**
 * Parameters or metrics that differ between two revisions; nothing before the first commit.
 * @throws AssayError `ASSAY_DVC_NO_REVISION`, `ASSAY_DVC_NO_GIT`, and those of reading a `dvc.yaml`
 */
export async function diffRevisions(
  workplace: Workplace,
  subject: 'params' | 'metrics',
  options: RevisionDiffOptions,
): Promise<ComparisonDiff> {
  const { repository } = workplace;
  const trees = new ComparedTrees(workplace);
  try {
    const [old = 'HEAD', now = 'workspace'] = [options.old, options.new];
    if (!(await hasCommits(repository))) return new Map();
    const revs = await Promise.all(
      [old, now].map((name) => (name === 'workspace' ? undefined : commitOf(repository, name))),
    );
    const targets = options.targets?.map((target) => locationOf(workplace, target));
    const read = async (rev: string | undefined): Promise<FileResults> => {
      const tree = await trees.open(rev);
      const choice = { ...(targets ? { targets } : {}), depsOnly: options.depsOnly === true };
      return subject === 'params' ? readParams(tree, choice) : readMetrics(tree, choice);
    };
    // One revision under two names has no old side and no new one in DVC.
    if (revs[0] === revs[1] && old !== now) return new Map();
    const diff = diffFiles(await read(revs[0]), await read(revs[1]), options.all);
    return new Map([...diff].map(([path, changes]) => [shownPath(workplace, path), changes]));
  } finally {
    await trees.close();
  }
}

/** Metrics by revision; the workspace is left out when it is as its branch. */
export async function showMetrics(
  workplace: Workplace,
  choice: NamedRevisionChoice & { readonly targets?: readonly string[] },
  onError: (revision: string, error: Error) => void,
): Promise<ReadonlyMap<string, FileResults>> {
  const { repository } = workplace;
  const targets = choice.targets?.map((target) => locationOf(workplace, target));
  const trees = new ComparedTrees(workplace);
  const shown = new Map<string, FileResults>();
  try {
    for (const { name, rev } of await namedRevisions(repository, choice)) {
      let tree: ComparedTree;
      try {
        tree = await trees.open(rev);
      } catch (error) {
        if (name === '' || !(error instanceof Error)) throw error;
        onError(name, error);
        continue;
      }
      const files = await readMetrics(tree, targets ? { targets } : {});
      shown.set(name, new Map([...files].map(([path, found]) => [shownPath(workplace, path), found])));
    }
  } finally {
    await trees.close();
  }
  const branch = shown.has('workspace') ? await activeBranch(repository) : undefined;
  const committed = branch === undefined ? undefined : shown.get(branch);
  if (committed && sameValue(plainResults(shown.get('workspace')!), plainResults(committed))) shown.delete('workspace');
  return shown;
}

/** Results as a value that can be printed as JSON, in DVC's form. */
export function plainResults(files: FileResults) {
  return Object.fromEntries(
    [...files].map(([path, { data, error }]) => [path, data === undefined ? { error: { ...error! } } : { data }]),
  );
}

/** A difference as a value that can be printed as JSON, in DVC's form. */
export function plainDiff(diff: ComparisonDiff) {
  return Object.fromEntries(
    [...diff].map(([path, changes]) => [
      path,
      Object.fromEntries([...changes].map(([name, change]) => [name, { ...change }])),
    ]),
  );
}

export interface DiffTableOptions extends CellFormat {
  readonly title: 'Param' | 'Metric';
  readonly old?: string | undefined;
  readonly new?: string | undefined;
  readonly noPath?: boolean;
  readonly showChange?: boolean;
  /** What stands where two values have no difference. */
  readonly noDifference?: string;
}

/** `Path Metric HEAD workspace Change`, values by name within each file. */
export function diffTable(diff: ComparisonDiff, options: DiffTableOptions): ComparisonTable {
  const keep = [!options.noPath, true, true, true, options.showChange !== false];
  const cut = (cells: readonly string[]) => cells.filter((_, i) => keep[i]);
  const rows = [...diff].flatMap(([path, changes]) =>
    [...changes]
      .sort(([a], [b]) => byCodePoint(a, b))
      .map(([name, change]) =>
        cut([
          path,
          name,
          formatCell(change.old, options),
          formatCell(change.new, options),
          change.diff === undefined ? (options.noDifference ?? '-') : formatCell(change.diff, options),
        ]),
      ),
  );
  return { head: cut(['Path', options.title, options.old ?? 'HEAD', options.new ?? 'workspace', 'Change']), rows };
}

/** `[Revision] Path` and a column for each metric, by name. */
export function metricsTable(
  shown: ReadonlyMap<string, FileResults>,
  options: CellFormat & { readonly revisions: boolean },
): ComparisonTable {
  const lines = [...shown].flatMap(([revision, files]) =>
    [...files].map(([path, { data = {} }]) => ({ revision, path, values: namedValues(data) })),
  );
  const names = [...new Set(lines.flatMap(({ values }) => [...values.keys()]))].sort(byCodePoint);
  return {
    head: [...(options.revisions ? ['Revision'] : []), 'Path', ...names],
    rows: lines.map(({ revision, path, values }) => [
      ...(options.revisions ? [revision] : []),
      path,
      ...names.map((name) => formatCell(values.get(name), options)),
    ]),
  };
}

function namedValues(data: Value) {
  const values = listsAsText(data);
  return isFields(values) ? dottedValues(values) : new Map([['', values]]);
}

async function hasCommits(repository: Repository): Promise<boolean> {
  return (await runGit(gitTopOf(repository), ['rev-parse', '--verify', '--quiet', 'HEAD'])) !== undefined;
}
