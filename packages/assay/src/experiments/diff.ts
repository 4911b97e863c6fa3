import { commitOf, type Workplace } from '../data/index.ts';
import { gitTopOf, runGit } from '../dvc/index.ts';
import { type ComparisonDiff, diffFiles } from '../metrics/index.ts';
import { StateReader } from './collect.ts';

export interface ExperimentDiff {
  readonly metrics: ComparisonDiff;
  readonly params: ComparisonDiff;
}

/**
 * Metrics and parameters that differ between two experiments, or revisions; undefined before the first commit.
 * @throws AssayError `ASSAY_DVC_NO_REVISION`, and that of a revision which cannot be read
 */
export async function diffExperiments(
  workplace: Workplace,
  options: {
    /** `HEAD` unless given. */
    readonly old?: string | undefined;
    /** The workspace unless given. */
    readonly new?: string | undefined;
    readonly all: boolean;
    readonly paramDeps: boolean;
  },
): Promise<ExperimentDiff | undefined> {
  const { repository } = workplace;
  if ((await runGit(gitTopOf(repository), ['rev-parse', '--verify', '--quiet', 'HEAD'])) === undefined)
    return undefined;
  const reader = new StateReader(workplace, options);
  try {
    const old = await reader.read(await commitOf(repository, options.old ?? 'HEAD'));
    const now = await reader.read(options.new === undefined ? undefined : await commitOf(repository, options.new));
    const none = { metrics: new Map(), params: new Map() };
    const [before, after] = [old.data ?? none, now.data ?? none];
    return {
      metrics: diffFiles(before.metrics, after.metrics, options.all),
      params: diffFiles(before.params, after.params, options.all),
    };
  } finally {
    await reader.close();
  }
}
