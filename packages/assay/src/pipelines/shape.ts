import type { z } from 'zod';
import type { Json } from './graph.ts';
import { nearest, type Problem } from './problems.ts';
import { fieldNames } from './schema.ts';
import type { Path, Source } from './source.ts';
import { describeValue, valueAt } from './value.ts';

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
  const at = describePath(source.value, path);
  if (value === undefined) {
    const key = String(path.at(-1));
    const parent = describePath(source.value, path.slice(0, -1));
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
    message: `${describePath(source.value, path) || 'the pipeline'} has no field \`${key}\``,
    hint: near ? `Did you mean \`${near}\`?` : 'docs/reference/jdf.md lists every field.',
    place: source.locate([...path, key], 'key'),
  };
}

/** Fields of the part that the path leads into: the last of its words that is a part's name. */
function knownKeys(path: Path): readonly string[] {
  if (path.length === 0) return fieldNames.pipeline;
  const part = path.findLast((step) => typeof step === 'string' && Object.hasOwn(fieldNames, step));
  return Object.entries(fieldNames).find(([name]) => name === part)?.[1] ?? [];
}

/** A path for a person: parts that have a name by it, such as block \`train\`: run[0]. */
function describePath(root: Json, path: Path): string {
  for (let end = path.length; end >= 2; end--) {
    const part = partNames[String(path[end - 2])];
    const name = valueAt(root, [...path.slice(0, end), 'name']);
    if (part === undefined || typeof name !== 'string' || typeof path[end - 1] !== 'number') continue;
    const rest = joinPath(path.slice(end));
    return `${part} \`${name}\`${rest === '' ? '' : `, ${rest}`}`;
  }
  return joinPath(path);
}

const partNames: Partial<Record<string, string>> = { stages: 'stage', blocks: 'block', entities: 'entity' };

/** `stages[0].blocks[1].run` */
function joinPath(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${step}`)).join('');
}
