import { hash } from 'node:crypto';
import type { Argv, Json, Stage } from '../pipelines/index.ts';
import { canonicalBytes } from '../records/proof/index.ts';

/**
 * All that decides what a stage makes, and nothing else: no resources, no run's id, no executor. Two stage runs with equal
 * parts are one piece of work. Kept in the stage-run record, so that a later run can say what changed.
 */
export interface KeyParts {
  readonly commands: { readonly pre: readonly Argv[]; readonly run: readonly Argv[]; readonly post: readonly Argv[] };
  /** Working folder, relative to the pipeline's. */
  readonly directory: string;
  /** SHA-256 of each code file by path; a command of Assay stands as `assay NAME`. */
  readonly code: Readonly<Record<string, string>>;
  readonly environment: {
    readonly variables: Readonly<Record<string, string>>;
    /** Variables taken from the caller: their values keyed-hashed, null where unset. */
    readonly passed: Readonly<Record<string, string | null>>;
    /** What is installed in the person's own toolchain, by its folder. */
    readonly toolchain: Readonly<Record<string, string>>;
    /** SHA-256 of each lock file. */
    readonly lockfiles: Readonly<Record<string, string>>;
  };
  readonly inputs: Readonly<Record<string, { readonly path?: string; readonly sha256: string }>>;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly outputs: Readonly<Record<string, { readonly path?: string; readonly role: string }>>;
}

/** Hex SHA-256 of the parts as canonical JSON (RFC 8785). */
export function cacheKey(parts: KeyParts): string {
  return hash('sha256', canonicalBytes(parts), 'hex');
}

/**
 * Commands with the ports' paths replaced by the ports' names, so that moving a file is no change of the work. What follows the
 * first dot of a file's name stays: programs take the format from it. A port whose path the commands do not name may be known
 * to the code: its path stays, and counts.
 */
export function normalisePorts(stage: Stage): {
  readonly commands: KeyParts['commands'];
  /** The path of a port, unless a command names it; by `inputs.PORT` and `outputs.PORT`. */
  pathOf(kind: 'inputs' | 'outputs', port: string): string | undefined;
} {
  const names = new Map<string, string>();
  for (const { port, path } of stage.inputs) names.set(path, `inputs.${port}`);
  for (const { port, path } of stage.outputs) names.set(path, `outputs.${port}`);
  const used = new Set<string>();
  const word = (text: string): string => {
    const start = text.startsWith('-') ? text.indexOf('=') + 1 : 0;
    const path = text.slice(start);
    // `build/x` itself, or a file in it; an output may not lie in another, so at most one begins it.
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const name = names.get(path.slice(0, end));
      if (name === undefined) continue;
      used.add(name);
      return `${text.slice(0, start)}\${${name}}${suffixOf(path.slice(0, end))}${path.slice(end)}`;
    }
    return text;
  };
  const all = (argvs: readonly Argv[]) => argvs.map((argv) => argv.map(word));
  const commands = { pre: all(stage.hooks.pre), run: all(stage.commands), post: all(stage.hooks.post) };
  return {
    commands,
    pathOf(kind, port) {
      if (used.has(`${kind}.${port}`)) return undefined;
      return stage[kind].find((one) => one.port === port)?.path;
    },
  };
}

/** `.csv.gz` of `raw/data.csv.gz`; nothing of `.hidden`. */
function suffixOf(path: string): string {
  return /[^/.][^/.]*(\.[^/]*)$/.exec(path)?.[1] ?? '';
}
