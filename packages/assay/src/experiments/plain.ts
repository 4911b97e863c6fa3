import type { Value } from '../dvc/index.ts';
import { plainResults } from '../metrics/index.ts';
import type { ContentState, ExecutorState, ExperimentData, ExperimentState } from './state.ts';

/** States as DVC's `exp show --json` has them. */
export function plainStates(states: readonly ExperimentState[]): Value {
  return states.map(plainState);
}

function plainState({ rev, name, created, data, error, experiments }: ExperimentState): Value {
  return {
    rev,
    name: name ?? null,
    data: data ? plainData(rev, created, data) : null,
    error: error ? { msg: error.msg, type: error.type } : null,
    experiments:
      experiments.length === 0
        ? null
        : experiments.map((range) => ({
            revs: range.revs.map(plainState),
            executor: plainExecutor(range.executor),
            name: range.name ?? null,
          })),
  };
}

/** What a commit holds, as DVC keeps and prints it. */
export function plainData(
  rev: string,
  created: Date | undefined,
  data: ExperimentData,
): { readonly [key: string]: Value } {
  return {
    rev,
    timestamp: created ? localTime(created) : null,
    params: plainResults(data.params),
    metrics: plainResults(data.metrics),
    deps: fromEntries(data.deps, content),
    outs: fromEntries(data.outs, (out) => ({ ...content(out), use_cache: out.cached, is_data_source: out.isSource })),
    meta: {},
  };
}

function content({ hash, size, nfiles }: ContentState): { readonly [key: string]: Value } {
  return {
    hash: hash ?? null,
    size: size === undefined ? null : BigInt(size),
    nfiles: nfiles === undefined ? null : BigInt(nfiles),
  };
}

function plainExecutor(executor: ExecutorState | undefined): Value {
  if (!executor) return null;
  const { state, name, local } = executor;
  const number = (value: number | undefined) => (value === undefined ? null : BigInt(value));
  return {
    state,
    name: name ?? null,
    local: local
      ? {
          root: local.root ?? null,
          log: local.log ?? null,
          pid: number(local.pid),
          returncode: number(local.exitCode),
          task_id: local.task ?? null,
        }
      : null,
  };
}

function fromEntries<T>(map: ReadonlyMap<string, T>, change: (value: T) => Value): { readonly [key: string]: Value } {
  return Object.fromEntries([...map].map(([key, value]) => [key, change(value)]));
}

/** As Python's `datetime.isoformat` writes the local time. */
export function localTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
