import { basename, join } from 'node:path';
import type { TrackedStage, Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { Argv, Json, Stage, StageGraph } from './graph.ts';

/**
 * Stages of a DVC repository, each with those whose outputs it needs, in an order in which every stage comes after them.
 * @throws AssayError `ASSAY_DVC_CYCLE`, `ASSAY_DVC_OVERLAP`
 */
export function orderStages(
  stages: readonly TrackedStage[],
): readonly { readonly stage: TrackedStage; readonly needs: readonly TrackedStage[] }[] {
  const makers = makersOf(stages);
  const needs = new Map(stages.map((stage) => [stage, producers(stage, makers)]));
  const ordered: TrackedStage[] = [];
  const state = new Map<TrackedStage, 'open' | 'done'>();
  // An own stack: a chain of stages may be longer than the call stack.
  for (const root of stages) {
    const path: { readonly stage: TrackedStage; next: number }[] = [{ stage: root, next: 0 }];
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      if (top.next === 0) {
        if (state.get(top.stage) === 'done') {
          path.pop();
          continue;
        }
        state.set(top.stage, 'open');
      }
      const need = needs.get(top.stage)![top.next++];
      if (need === undefined) {
        state.set(top.stage, 'done');
        ordered.push(top.stage);
        path.pop();
      } else if (state.get(need) === 'open') {
        const from = path.findIndex((one) => one.stage === need);
        throw cycle(path.slice(from).map((one) => one.stage.address));
      } else if (state.get(need) !== 'done') path.push({ stage: need, next: 0 });
    }
  }
  return ordered.map((stage) => ({ stage, needs: needs.get(stage)! }));
}

/**
 * The stages among `all` that targets need, however far back, the targets themselves among them.
 * @param asRun frozen stages need none, as when stages are reproduced
 */
export function upstreamOf(
  all: readonly TrackedStage[],
  targets: readonly TrackedStage[],
  asRun = false,
): readonly TrackedStage[] {
  const makers = makersOf(all);
  const found = new Set<TrackedStage>();
  const open = [...targets];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (found.has(stage)) continue;
    found.add(stage);
    if (!(asRun && stage.frozen)) open.push(...producers(stage, makers));
  }
  return all.filter((stage) => found.has(stage));
}

/**
 * The targets, and every stage that needs one of them, however far.
 * @param asRun as in `upstreamOf`
 */
export function downstreamOf(
  all: readonly TrackedStage[],
  targets: readonly TrackedStage[],
  asRun = false,
): readonly TrackedStage[] {
  const makers = makersOf(all);
  const users = new Map<TrackedStage, TrackedStage[]>();
  for (const stage of all) {
    if (asRun && stage.frozen) continue;
    for (const need of producers(stage, makers)) users.set(need, [...(users.get(need) ?? []), stage]);
  }
  const found = new Set<TrackedStage>();
  const open = [...targets];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (found.has(stage)) continue;
    found.add(stage);
    open.push(...(users.get(stage) ?? []));
  }
  return all.filter((stage) => found.has(stage));
}

/** How a person's shell runs a command, as DVC calls it: without the start-up files that could change what it does. */
function shellCommand(command: string, shell: string | undefined): Argv {
  const program = shell || '/bin/sh';
  const name = basename(program);
  if (name === 'bash') return [program, '--noprofile', '--norc', '-c', command];
  if (name === 'zsh') return [program, '--no-rcs', '-c', command];
  if (name === 'fish') return [program, '--no-config', '-c', command];
  return [program, '-c', command];
}

/**
 * The graph of some stages, for the one scheduler. Paths are relative to the repository's root.
 * @param variables of every stage, beside DVC's own, before which they go
 */
export function toStageGraph(
  root: string,
  stages: readonly TrackedStage[],
  environment: NodeJS.ProcessEnv,
  variables: Readonly<Record<string, string>> = {},
): StageGraph {
  const ordered = orderStages(stages.filter((stage) => stage.cmd.length > 0));
  return {
    name: basename(root),
    version: '1:0:0',
    description: undefined,
    file: join(root, 'dvc.yaml'),
    directory: root,
    document: {
      stages: ordered.map(({ stage }) => ({
        address: stage.address,
        file: stage.file,
        wdir: stage.wdir,
        cmd: [...stage.cmd],
        deps: stage.deps.map(({ path }) => path),
        outs: stage.outs.map(({ path }) => path),
        params: Object.fromEntries(stage.params.map(({ file, keys }) => [file, [...keys]])),
        frozen: stage.frozen,
      })),
    },
    parameters: {},
    stages: ordered.map(({ stage, needs }) => toStage(root, stage, needs, environment, variables)),
  };
}

/** For JSON: integers as numbers where they keep their value, as texts beyond. */
export function toJson(value: Value): Json {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toJson(one)]));
}

function toStage(
  root: string,
  stage: TrackedStage,
  needs: readonly TrackedStage[],
  environment: NodeJS.ProcessEnv,
  variables: Readonly<Record<string, string>>,
): Stage {
  const maker = (location: string) =>
    needs.find((need) => need.outs.some((out) => meet(out.location, location)))?.address;
  return {
    id: stage.address,
    group: stage.file,
    description: stage.desc,
    commands: stage.cmd.map((command) => shellCommand(command, environment.SHELL)),
    directory: stage.wdir,
    environment: {
      name: 'shell',
      kind: 'process',
      reason: undefined,
      path: [],
      variables: { DVC_ROOT: root, DVC_STAGE: stage.address, ...variables },
      pass: [],
      inherits: true,
      lockfiles: [],
    },
    inputs: stage.deps.map((dep) => {
      const from = maker(dep.location);
      return {
        port: dep.path,
        path: dep.location,
        from: from === undefined ? undefined : { stage: from, port: dep.path },
      };
    }),
    outputs: stage.outs.map((out) => ({
      port: out.path,
      path: out.location,
      role: out.metric !== false ? 'metrics' : out.plot !== false ? 'plot' : 'artifact',
    })),
    parameters: {},
    code: [],
    needs: needs.filter((need) => need.cmd.length > 0).map((need) => need.address),
    when: undefined,
    hooks: { pre: [], post: [], callback: [] },
    durationSeconds: undefined,
    status: 'active',
  };
}

/** Who makes what, by location, with the folders on the way to it. */
interface Makers {
  readonly exact: ReadonlyMap<string, TrackedStage>;
  /** Outputs that lie somewhere under a folder. */
  readonly under: ReadonlyMap<string, ReadonlySet<TrackedStage>>;
}

function makersOf(stages: readonly TrackedStage[]): Makers {
  const exact = new Map<string, TrackedStage>();
  const under = new Map<string, Set<TrackedStage>>();
  for (const stage of stages) {
    for (const { location } of stage.outs) {
      const other = exact.get(location);
      if (other) throw overlap(`${location} is an output of both ${other.address} and ${stage.address}`);
      exact.set(location, stage);
      for (const folder of foldersOf(location)) {
        const known = under.get(folder);
        if (known) known.add(stage);
        else under.set(folder, new Set([stage]));
      }
    }
  }
  for (const [location, stage] of exact) {
    const holder = foldersOf(location).find((folder) => exact.has(folder));
    if (holder === undefined) continue;
    throw overlap(`${location} of ${stage.address} lies inside of ${holder} of ${exact.get(holder)!.address}`);
  }
  for (const { file, address } of stages) {
    const holder = [file, ...foldersOf(file)].find((place) => exact.has(place));
    if (holder === undefined) continue;
    throw overlap(`${file}, with ${address}, lies in ${holder}, an output of ${exact.get(holder)!.address}`);
  }
  return { exact, under };
}

function producers(stage: TrackedStage, { exact, under }: Makers): readonly TrackedStage[] {
  const found = new Set<TrackedStage>();
  for (const { location, repo } of stage.deps) {
    // A path of another repository may be called like one of this.
    if (repo) continue;
    const maker = exact.get(location);
    if (maker) found.add(maker);
    for (const folder of foldersOf(location)) {
      const holder = exact.get(folder);
      if (holder) found.add(holder);
    }
    for (const inside of under.get(location) ?? []) found.add(inside);
  }
  return [...found];
}

/** `a/b` and `a` of `a/b/c`. */
function foldersOf(location: string): readonly string[] {
  const folders: string[] = [];
  for (let cut = location.lastIndexOf('/'); cut > 0; cut = location.lastIndexOf('/', cut - 1)) {
    folders.push(location.slice(0, cut));
  }
  return folders;
}

function meet(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

function cycle(addresses: readonly string[]): AssayError {
  return new AssayError(
    'ASSAY_DVC_CYCLE',
    `stages need each other in a circle: ${[...addresses, addresses[0]].join(' ← ')}`,
    {
      hint: 'Take one of the dependencies out of dvc.yaml.',
    },
  );
}

function overlap(message: string): AssayError {
  return new AssayError('ASSAY_DVC_OVERLAP', message, {
    hint: 'Each file is made by one stage; give one of them another path.',
  });
}
