import { posix } from 'node:path';
import type { ComparedTree } from '../data/index.ts';
import type { Value } from '../dvc/index.ts';
import { readValues } from './read-params.ts';
import { type FileResult, isFields, isTruthy } from './values.ts';

export interface MetricsChoice {
  /** Only these files or folders, relative to the root. */
  readonly targets?: readonly string[];
}

/** The metrics of a workspace or commit by file: those of stages, and of the top of `dvc.yaml`. */
export async function readMetrics(
  tree: ComparedTree,
  choice: MetricsChoice = {},
): Promise<ReadonlyMap<string, FileResult>> {
  const files = choice.targets?.length ? choice.targets : metricFiles(tree);
  const result = new Map<string, FileResult>();
  for (const file of new Set(files)) {
    for (const path of (await tree.filesBelow(file)) ?? [file]) {
      const found = await readValues(tree, path);
      if (found.data === undefined) result.set(path, found);
      else {
        const values = metricValues(found.data);
        result.set(path, { data: values !== undefined && isTruthy(values) ? values : {} });
      }
    }
  }
  return result;
}

function metricFiles({ index }: ComparedTree): readonly string[] {
  const outs = index.outs.filter(({ out }) => out.metric).map(({ out }) => out.location);
  const top = index.pipelines.flatMap(({ file, metrics }) =>
    metrics.map((metric) => posix.normalize(posix.join(posix.dirname(file), metric))),
  );
  return [...outs, ...top];
}

/** Numbers and texts, and maps of them; lists and nothings are no metrics. */
function metricValues(value: Value): Value | undefined {
  if (value === null || Array.isArray(value)) return undefined;
  if (!isFields(value)) return value;
  const kept = Object.entries(value).flatMap(([key, one]): [string, Value][] => {
    const metric = metricValues(one);
    return metric === undefined || (isFields(metric) && !isTruthy(metric)) ? [] : [[key, metric]];
  });
  return Object.fromEntries(kept);
}
