import { posix } from 'node:path';
import { ComparedTrees, ParamsCache, type StageStatus, statusOf, valueAt } from '../../data/index.ts';
import type { TrackedStage, Value } from '../../dvc/index.ts';
import { dottedValues, isFields, readMetrics } from '../../metrics/index.ts';
import { orderStages, toJson } from '../../pipelines/index.ts';
import type { LiveRuns, Run } from '../../runs/index.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import type { PipelineStageView, PipelineStates, PipelineView, StageReason } from '../schemas/index.ts';

/** How many of the newest runs are searched for when a stage last ran. */
const newestRuns = 50;

type Ordered = ReturnType<typeof orderStages>[number];

/** Stages of every `dvc.yaml`, and the tracked data that they need. */
export async function showPipeline(
  repository: RepositoryReader,
  live: Pick<LiveRuns, 'list'> | undefined,
): Promise<PipelineView> {
  const { index } = await repository.at('workspace');
  const ordered = orderStages(index.stages);
  const shown = shownOf(ordered);
  const params = new ParamsCache(repository.workplace);
  const metrics = await metricsOf(repository);
  const last = lastRuns(live ? await live.list({ limit: newestRuns }) : []);
  const stages: PipelineStageView[] = [];
  for (const one of shown) {
    stages.push({
      ...stageView(one),
      parameters: await parametersOf(one.stage, params),
      metrics: one.stage.outs.flatMap(({ metric, location }) => (metric === false ? [] : metricsAt(metrics, location))),
      lastRun: last.get(one.stage.address) ?? null,
    });
  }
  return { stages, unused: ordered.length - shown.length };
}

/** Which of them are not as they were locked. */
export async function showPipelineStates(repository: RepositoryReader): Promise<PipelineStates> {
  const { workplace } = repository;
  const { index } = await repository.at('workspace');
  const shown = shownOf(orderStages(index.stages)).map(({ stage }) => stage);
  const status = await statusOf(workplace, shown);
  return {
    at: workplace.clock().toISOString(),
    changed: Object.entries(status).map(([id, changes]) => ({ id, reasons: reasonsOf(changes) })),
  };
}

function shownOf(ordered: readonly Ordered[]): readonly Ordered[] {
  const needed = new Set(ordered.flatMap(({ needs }) => needs));
  return ordered.filter(({ stage }) => stage.name !== undefined || stage.cmd.length > 0 || needed.has(stage));
}

function stageView({ stage, needs }: Ordered): Omit<PipelineStageView, 'parameters' | 'metrics' | 'lastRun'> {
  const maker = (location: string) =>
    needs.find((need) => need.outs.some((out) => meet(out.location, location)))?.address ?? null;
  return {
    id: stage.address,
    file: stage.file,
    kind: stage.name !== undefined || stage.cmd.length > 0 ? 'stage' : stage.deps.length > 0 ? 'import' : 'data',
    group: groupOf(stage),
    description: stage.desc ?? null,
    commands: stage.cmd,
    directory: stage.wdir,
    isFrozen: stage.frozen,
    isAlwaysChanged: stage.alwaysChanged,
    isLocked: stage.name === undefined || stage.locked !== undefined,
    needs: needs.map(({ address }) => address),
    dependencies: stage.deps.map((dep) => ({
      path: dep.location,
      from: dep.repo ? null : maker(dep.location),
      hash: dep.checksum?.value ?? null,
      size: dep.size ?? null,
      files: dep.nfiles ?? null,
    })),
    outputs: stage.outs.map((out) => ({
      path: out.location,
      role: out.metric !== false ? 'metrics' : out.plot !== false ? 'plot' : 'output',
      inCache: out.cache,
      isKept: out.persist,
      hash: out.checksum?.value ?? null,
      size: out.size ?? null,
      files: out.nfiles ?? null,
    })),
  };
}

/** `train` of `train@a` and `train@b`, with its file as in the address. */
function groupOf({ name, address }: TrackedStage): string | null {
  const at = name?.indexOf('@') ?? -1;
  return name === undefined || at <= 0 ? null : address.slice(0, address.length - (name.length - at));
}

function meet(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

async function parametersOf(stage: TrackedStage, params: ParamsCache): Promise<PipelineStageView['parameters']> {
  const found: PipelineStageView['parameters'][number][] = [];
  for (const { file, keys } of stage.params) {
    const location = posix.normalize(posix.join(stage.wdir, file));
    const values = (await params.read(location).catch(() => undefined)) ?? {};
    const locked = stage.locked?.params[file] ?? {};
    for (const name of keys.length > 0 ? keys : new Set([...Object.keys(values), ...Object.keys(locked)])) {
      const value = valueAt(values, name);
      const before = Object.hasOwn(locked, name) ? locked[name] : undefined;
      found.push({ file: location, name, ...json('value', value), ...json('locked', before) });
    }
  }
  return found;
}

function json<K extends string>(name: K, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: toJson(value) }) as { [_ in K]?: unknown };
}

async function metricsOf(repository: RepositoryReader) {
  const trees = new ComparedTrees(repository.workplace);
  try {
    return await readMetrics(await trees.open(undefined));
  } finally {
    await trees.close();
  }
}

function metricsAt(files: Awaited<ReturnType<typeof metricsOf>>, location: string): PipelineStageView['metrics'] {
  const found: PipelineStageView['metrics'][number][] = [];
  for (const [file, { data }] of files) {
    if (file !== location && !file.startsWith(`${location}/`)) continue;
    if (isFields(data))
      for (const [name, value] of dottedValues(data)) found.push({ file, name, value: toJson(value) });
    else if (data !== undefined) found.push({ file, name: '', value: toJson(data) });
  }
  return found;
}

function lastRuns(runs: readonly Run[]): ReadonlyMap<string, NonNullable<PipelineStageView['lastRun']>> {
  const last = new Map<string, NonNullable<PipelineStageView['lastRun']>>();
  for (const { id, detail, stages } of runs) {
    if (posix.basename(detail.file) !== 'dvc.yaml') continue;
    for (const { stage, state, started, ended } of stages) {
      if (!last.has(stage)) last.set(stage, { run: id, state, started: started ?? null, ended: ended ?? null });
    }
  }
  return last;
}

function reasonsOf(status: StageStatus): readonly StageReason[] {
  return status.flatMap((one): readonly StageReason[] => {
    if (typeof one === 'string') {
      const what = one === 'always changed' ? 'always' : one === 'changed command' ? 'command' : 'checksum';
      return [{ what, path: null, name: null, state: null }];
    }
    const [kind, changes] =
      'changed deps' in one ? ['dependency' as const, one['changed deps']] : ['output' as const, one['changed outs']];
    return Object.entries(changes).flatMap(([path, state]): readonly StageReason[] =>
      typeof state === 'string'
        ? [{ what: kind, path, name: null, state }]
        : Object.entries(state).map(([name, how]) => ({ what: 'parameter', path, name, state: how })),
    );
  });
}
