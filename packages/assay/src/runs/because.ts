import type { Json } from '../pipelines/index.ts';
import type { KeyParts } from './key.ts';

/** What differs between two sets of parts, each in a few words, the likeliest cause first. `inside` names what changed in an input. */
export async function describeChanges(
  before: KeyParts,
  after: KeyParts,
  inside: (port: string, before: string, after: string) => Promise<string>,
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
  if (!same(before.commands, after.commands)) changes.push(describeCommands(before.commands, after.commands));
  for (const port of [...new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)])].sort()) {
    const [old, now] = [before.inputs[port], after.inputs[port]];
    if (old?.sha256 !== now?.sha256) {
      const where = old && now ? await inside(port, old.sha256, now.sha256) : '';
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

function describeCommands(before: KeyParts['commands'], after: KeyParts['commands']): string {
  for (const part of ['run', 'pre', 'post'] as const) {
    const what = part === 'run' ? 'command' : `${part} hook`;
    const [old, now] = [before[part], after[part]];
    if (same(old, now)) continue;
    if (old.length !== now.length) return `${what}s: ${old.length} → ${now.length}`;
    const at = old.findIndex((argv, i) => !same(argv, now[i]));
    const [left = [], right = []] = [old[at], now[at]];
    const word = right.findIndex((text, i) => text !== left[i]);
    if (left.length === right.length && word >= 0) return `${what} \`${left[word]}\` → \`${right[word]}\``;
    return `${what} \`${brief(right.join(' '))}\` changed`;
  }
  return 'command changed';
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
