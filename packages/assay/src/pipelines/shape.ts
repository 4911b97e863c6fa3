import type { z } from 'zod';
import type { Json } from './graph.ts';
import { nearest, type Problem } from './problems.ts';
import type { Path, Source } from './source.ts';

type Issue = z.core.$ZodIssue;

/** Checks a value against a schema; each mistake is told with its place, what was expected, and what was found. */
export function checkShape<T>(
  schema: z.ZodType<T>,
  source: Source,
): { readonly value: T } | { readonly problems: readonly Problem[] } {
  const result = schema.safeParse(source.value, { reportInput: true });
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, [], source)) };
}

function problemsOf(issue: Issue, base: Path, source: Source): Problem[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branch = bestBranch(issue.errors, valueAt(source.value, path));
    if (branch) return branch.flatMap((inner) => problemsOf(inner, path, source));
  }
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, source));
  if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message ?? 'another key';
    const key = String(path.at(-1));
    return [
      {
        code: 'ASSAY_PIPELINE_SHAPE',
        message: `expected ${expected} as key, found \`${key}\``,
        place: source.locate(path, 'key'),
      },
    ];
  }
  const value = valueAt(source.value, path);
  const at = describePath(path);
  if (value === undefined) {
    const key = String(path.at(-1));
    const parent = describePath(path.slice(0, -1));
    return [
      {
        code: 'ASSAY_PIPELINE_SHAPE',
        message: `${parent || 'the pipeline'} has no \`${key}\`; expected ${expectation(issue)}`,
        place: source.locate(path.slice(0, -1)),
      },
    ];
  }
  return [
    {
      code: 'ASSAY_PIPELINE_SHAPE',
      message: `${at || 'the file'}: expected ${expectation(issue)}, found ${describeValue(value)}`,
      hint: versionHint(path, value),
      place: source.locate(path),
    },
  ];
}

function versionHint(path: Path, value: Json): string | undefined {
  if (path.at(-1) === 'version' && typeof value === 'number') return 'Put the version in quotes.';
  if (path.at(-1) === 'duration' && typeof value === 'number')
    return `Say the unit: "${value}s", "${value}m" or "${value}h".`;
  if (path.at(-2) === 'variables') return 'Put the value in quotes: variables are text.';
  return undefined;
}

/** The branch a person most likely meant: the one whose mistakes lie inside the value, and which knows its keys. */
function bestBranch(branches: readonly (readonly Issue[])[], value: Json | undefined): readonly Issue[] | undefined {
  const deep = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  if (typeof value !== 'object' || value === null || deep.length === 0) return undefined;
  const known = (issues: readonly Issue[]) =>
    issues.filter((issue) => issue.code === 'unrecognized_keys').reduce((sum, issue) => sum + issue.keys.length, 0);
  const missing = (issues: readonly Issue[]) =>
    issues.filter((issue) => issue.path.length === 1 && valueAt(value, [String(issue.path[0])]) === undefined).length;
  const [best] = deep.toSorted((a, b) => known(a) + missing(a) - (known(b) + missing(b)));
  const keys = Object.keys(value).length;
  return best && known(best) < Math.max(1, keys) ? best : undefined;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected;
    case 'too_small':
      return issue.message.startsWith('Too small') ? 'something here' : issue.message;
    default:
      return issue.message.startsWith('Invalid') ? 'another value' : issue.message;
  }
}

const typeNames: Partial<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function unknownKey(key: string, path: Path, source: Source): Problem {
  const known = knownKeys(path);
  const near = nearest(key, known);
  return {
    code: 'ASSAY_PIPELINE_UNKNOWN_KEY',
    message: `${describePath(path) || 'the pipeline'} has no field \`${key}\``,
    hint: near ? `Did you mean \`${near}\`?` : 'docs/reference/jdf.md lists every field.',
    place: source.locate([...path, key], 'key'),
  };
}

const fields = {
  pipeline: 'jdf name version description status access_role origin parameters entities stages connections',
  stage: 'name description status access_role blocks',
  block:
    'name version description status access_role entities inputs outputs run code parameters after logic hooks duration',
  entity:
    'name type version description status access_role executor path variables pass lockfiles image machine source registry run code',
  hooks: 'pre post callback',
  port: 'path entity role description',
  connection: 'from to',
  condition: 'all any not parameter metric path is value',
};

function knownKeys(path: Path): string[] {
  const words = path.filter((step) => typeof step === 'string');
  const last = words.at(-1);
  const of =
    path.length === 0
      ? 'pipeline'
      : last === 'stages'
        ? 'stage'
        : last === 'blocks'
          ? 'block'
          : last === 'entities'
            ? 'entity'
            : last === 'hooks'
              ? 'hooks'
              : last === 'connections'
                ? 'connection'
                : words.includes('logic')
                  ? 'condition'
                  : 'port';
  return fields[of].split(' ');
}

export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at)) at = at[Number(step)];
    else at = Object.hasOwn(at, step) ? (at as { readonly [key: string]: Json })[step] : undefined;
  }
  return at;
}

/** `stages[0].blocks[1].run` */
export function describePath(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${step}`)).join('');
}

export function describeValue(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object')
    return `a mapping with ${
      Object.keys(value)
        .slice(0, 4)
        .map((key) => `\`${key}\``)
        .join(', ') || 'nothing in it'
    }`;
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : `the text ${JSON.stringify(value.slice(0, 60))}`;
  return `${typeof value === 'number' ? 'the number' : 'the value'} ${String(value)}`;
}
