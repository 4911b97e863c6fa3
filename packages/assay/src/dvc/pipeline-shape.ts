import type { Value } from './value.ts';

type Fields = { readonly [key: string]: Value };
/** What is wrong with a value, and under which keys. */
type Problem = readonly [path: readonly string[], message: string] | undefined;
type Check = (value: Value) => Problem;

const text: Check = (value) => (typeof value === 'string' ? undefined : [[], 'it is no text']);
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : [[], 'it is neither true nor false']);
const anything: Check = () => undefined;
const map = (each: Check): Check => fields({}, each);

function list(each: Check): Check {
  return (value) => (Array.isArray(value) ? first(value.entries(), () => each) : [[], 'it is no list']);
}

/** Keys that are known, by what they hold; other keys are `others`. */
function fields(known: Readonly<Record<string, Check>>, others: Check = anything): Check {
  return (value) => {
    if (!isFields(value)) return [[], 'it is no map'];
    return first(Object.entries(value), (key) => (Object.hasOwn(known, key) ? known[key]! : others));
  };
}

function either(message: string, ...checks: readonly Check[]): Check {
  return (value) => (checks.some((check) => check(value) === undefined) ? undefined : [[], message]);
}

function first(entries: Iterable<readonly [string | number, Value]>, check: (key: string) => Check): Problem {
  for (const [key, value] of entries) {
    const problem = check(String(key))(value);
    if (problem) return [[String(key), ...problem[0]], problem[1]];
  }
  return undefined;
}

function isFields(value: Value): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const note = { desc: text, type: text, labels: list(text) };
const flags = { ...note, cache: flag, persist: flag, checkpoint: flag, remote: text, push: flag };
const drawn = fields({
  ...flags,
  template: text,
  x: text,
  y: text,
  x_label: text,
  y_label: text,
  title: text,
  header: flag,
});
const variables = list(either('it is neither a text nor a map', text, map(anything)));
const outs = list((value) => (typeof value === 'string' ? undefined : map(fields(flags))(value)));
const stage = fields({
  cmd: either(
    'it is neither a text nor a list of texts; a word like `true`, or a number, is to be quoted',
    text,
    list(anything),
  ),
  matrix: map(either('it is neither a list nor a text', text, list(anything))),
  wdir: text,
  deps: list(text),
  params: list(either('it is neither a text nor a map', text, map(anything))),
  vars: variables,
  frozen: flag,
  desc: text,
  always_changed: flag,
  outs,
  metrics: outs,
  plots: list((value) =>
    typeof value === 'string' ? undefined : map(either('it is no map', drawn, list(drawn)))(value),
  ),
});
const loop = fields({
  foreach: either('it is neither a list, a map nor a text', text, list(anything), map(anything)),
  do: stage,
});
const top = fields({
  params: list(text),
  metrics: list(text),
  vars: variables,
  artifacts: map(fields({ ...note, path: text })),
  stages: map((value) => (isFields(value) && ('foreach' in value || 'do' in value) ? loop : stage)(value)),
});

/** What DVC's own check of a `dvc.yaml` refuses before any template is put in: values of another kind than their key has. */
export function shapeProblem(value: Value): { readonly path: string; readonly message: string } | undefined {
  const problem = top(value);
  return problem && { path: problem[0].join('.'), message: problem[1] };
}
