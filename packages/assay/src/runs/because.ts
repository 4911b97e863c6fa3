import type { Json } from '../pipelines/index.ts';
import type { KeyParts } from './key.ts';

/** What differs between two sets of parts, each in a few words, the likeliest cause first. `inside` names what changed in an input, by the hash that it had. */
export async function describeChanges(
  before: KeyParts,
  after: KeyParts,
  inside: (port: string, before: string) => Promise<string>,
): Promise<readonly string[]> {
  const changes: string[] = [];
  const each = <T>(
    old: Readonly<Record<string, T>>,
    now: Readonly<Record<string, T>>,
    describe: (name: string, old: T | undefined, now: T | undefined) => string,
  ) => {
    for (const name of [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()) {
      if (!same(old[name], now[name])) changes.push(describe(name, old[name], now[name]));
    }
  };

  each(before.code, after.code, (name, old, now) => {
    if (name.startsWith('assay ')) return `code of \`${name}\` changed`;
    return `code ${name} ${verb(old, now)}`;
  });
  const commands = describeCommands(before, after);
  if (commands !== undefined) changes.push(commands);
  for (const port of [...new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)])].sort()) {
    const [old, now] = [before.inputs[port], after.inputs[port]];
    if (old?.sha256 !== now?.sha256) {
      const where = old && now ? await inside(port, old.sha256) : '';
      changes.push(`input ${port} ${verb(old, now)}${where === '' ? '' : ` (${where})`}`);
    } else if (!same(old, now)) changes.push(`input ${port} is at another path`);
  }
  each(before.parameters, after.parameters, (name, old, now) => {
    if (old === undefined) return `parameter ${name} is new: ${brief(now)}`;
    return now === undefined ? `parameter ${name} is gone` : `parameter ${name} ${brief(old)} → ${brief(now)}`;
  });
  const [was, is] = [before.environment, after.environment];
  each(was.lockfiles, is.lockfiles, (name, old, now) => `lock file ${name} ${verb(old, now)}`);
  each(was.toolchain, is.toolchain, (name, old, now) => `toolchain ${name} ${verb(old, now)}`);
  each(was.variables, is.variables, (name, old, now) => `variable ${name} ${verb(old, now)}`);
  each(
    was.passed,
    is.passed,
    (name, old, now) => `variable ${name} of the caller ${verb(old ?? undefined, now ?? undefined)}`,
  );
  each(before.outputs, after.outputs, (name, old, now) => `declared output ${name} ${verb(old, now)}`);
  if (before.directory !== after.directory) changes.push(`working folder ${before.directory} → ${after.directory}`);
  return changes;
}

function verb(old: unknown, now: unknown): string {
  if (old === undefined) return 'is new';
  return now === undefined ? 'is gone' : 'changed';
}

/** Undefined when nothing differs but values of parameters, which are told by themselves. */
function describeCommands(before: KeyParts, after: KeyParts): string | undefined {
  const replaced = Object.keys(after.parameters)
    .filter((name) => before.parameters[name] !== undefined && !same(before.parameters[name], after.parameters[name]))
    .map((name) => [argument(before.parameters[name]), argument(after.parameters[name])] as const);
  const explained = (left: string, right: string) => {
    let text = left;
    for (const [old, now] of replaced) {
      if (old !== '' && text !== right) text = text.replaceAll(old, now);
    }
    return text === right;
  };
  for (const part of ['run', 'pre', 'post'] as const) {
    const what = part === 'run' ? 'command' : `${part} hook`;
    const [old, now] = [before.commands[part], after.commands[part]];
    if (old.length !== now.length) return `${what}s: ${old.length} → ${now.length}`;
    for (const [i, right] of now.entries()) {
      const left = old[i] ?? [];
      const word = right.findIndex((text, at) => text !== left[at] && !explained(left[at] ?? '', text));
      if (left.length !== right.length) return `${what} \`${brief(right.join(' '))}\` changed`;
      if (word >= 0) return `${what} \`${brief(left[word])}\` → \`${brief(right[word])}\``;
    }
  }
  return undefined;
}

/** A parameter as commands carry it. */
function argument(value: Json | undefined): string {
  return Array.isArray(value) ? value.join(',') : String(value ?? '');
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}

function brief(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
