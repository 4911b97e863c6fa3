import type { Workplace } from '../data/index.ts';
import { type BaselineChoice, baselinesOf, namesOf } from './baselines.ts';
import { type ExperimentRef, listExperiments, listRemoteExperiments } from './refs.ts';

export interface BaselineExperiments {
  readonly baseline: string;
  /** Its branch or tag. */
  readonly name: string | undefined;
  readonly experiments: readonly ExperimentRef[];
}

/** Experiments by the commit they were derived from, here or on a git remote. */
export async function experimentsByBaseline(
  { repository }: Workplace,
  choice: BaselineChoice & { readonly remote?: string | undefined },
): Promise<readonly BaselineExperiments[]> {
  const { remote } = choice;
  const all =
    remote === undefined ? await listExperiments(repository) : await listRemoteExperiments(repository, remote);
  const baselines = choice.allCommits
    ? [...new Set(all.map(({ baseline }) => baseline))]
    : await baselinesOf(repository, choice);
  const names = await namesOf(repository, baselines);
  return baselines.flatMap((baseline) => {
    const experiments = all.filter((one) => one.baseline === baseline);
    return experiments.length > 0 ? [{ baseline, name: names.get(baseline), experiments }] : [];
  });
}
