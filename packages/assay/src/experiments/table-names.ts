import { byCodePoint } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { dottedValues, type FileResults, isFields } from '../metrics/index.ts';
import type { ExperimentState } from './state.ts';

/** A parameter or a metric: the file it is in, and its dotted name there. */
export interface ValueName {
  readonly kind: 'metrics' | 'params';
  readonly file: string;
  readonly name: string;
}

/** Every name that a value has in any of the states, in the order in which they come up. */
export interface StateNames {
  readonly metrics: readonly ValueName[];
  readonly params: readonly ValueName[];
  readonly deps: readonly string[];
}

export function namesIn(states: readonly ExperimentState[]): StateNames {
  const all = { metrics: new Map<string, Set<string>>(), params: new Map<string, Set<string>>() };
  const deps = new Set<string>();
  const walk = (state: ExperimentState) => {
    for (const kind of ['metrics', 'params'] as const) {
      for (const [file, { data = {} }] of state.data?.[kind] ?? (new Map() as FileResults)) {
        if (!isFields(data)) continue;
        const known = all[kind].get(file) ?? new Set();
        all[kind].set(file, known);
        for (const name of dottedValues(data).keys()) known.add(name);
      }
    }
    for (const dep of state.data?.deps.keys() ?? []) deps.add(dep);
    for (const { revs } of state.experiments) for (const one of revs) walk(one);
  };
  for (const state of states) walk(state);
  const list = (kind: ValueName['kind']) =>
    [...all[kind]].flatMap(([file, names]) => [...names].map((name) => ({ kind, file, name })));
  return { metrics: list('metrics'), params: list('params'), deps: [...deps].sort(byCodePoint) };
}

/**
 * The one value that a word names: `name`, or `file:name`.
 * @throws AssayError `ASSAY_EXP_COLUMN`
 */
export function findName({ metrics, params }: StateNames, word: string): ValueName {
  const all = [...metrics, ...params];
  const exact = all.filter(({ file, name }) => word === `${file}:${name}`);
  const matches = exact.length > 0 ? exact : all.filter(({ name }) => name === word.replace(/^:/, ''));
  if (matches.length === 1) return matches[0]!;
  const list = matches.map(({ file, name }) => `${file}:${name}`).join(', ');
  throw new AssayError(
    'ASSAY_EXP_COLUMN',
    matches.length > 1 ? `${word} may mean ${list}` : `there is no metric and no parameter ${word}`,
    { hint: 'Name one as FILE:NAME.' },
  );
}
