import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { editPipelineStage, readIndex, type TrackedStage, type Value, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { orderStages } from '../pipelines/index.ts';
import { ignoreInGit } from './gitignore.ts';
import { locationOf, type Workplace } from './workplace.ts';

export interface NewStage {
  readonly name: string;
  readonly cmd: string | readonly string[];
  readonly wdir?: string;
  readonly deps: readonly string[];
  /** `key`, `key,key`, `file:` or `file:key,key`. */
  readonly params: readonly string[];
  readonly outs: readonly string[];
  readonly outsNoCache: readonly string[];
  readonly outsPersist: readonly string[];
  readonly outsPersistNoCache: readonly string[];
  readonly metrics: readonly string[];
  readonly metricsNoCache: readonly string[];
  readonly plots: readonly string[];
  readonly plotsNoCache: readonly string[];
  readonly alwaysChanged: boolean;
  readonly desc?: string;
}

/**
 * Adds a stage to the `dvc.yaml` of the folder where the person is; comments and the other stages stay.
 * @returns files that git should be told of, absolute
 * @throws AssayError `ASSAY_DVC_STAGE_EXISTS`, `ASSAY_DVC_STAGE_NAME`, `ASSAY_DVC_CYCLE`, `ASSAY_DVC_OVERLAP`
 */
export async function addStage(
  workplace: Workplace,
  stage: NewStage,
  options: { readonly force: boolean },
): Promise<readonly string[]> {
  const { repository } = workplace;
  if (stage.name === '' || /[\\/@:]/.test(stage.name) || !/^[\p{L}\p{N}_.-]+$/u.test(stage.name)) {
    throw new AssayError('ASSAY_DVC_STAGE_NAME', `${JSON.stringify(stage.name)} cannot be the name of a stage`, {
      hint: 'Use letters, digits, `-`, `_` and `.`.',
    });
  }
  const file = posix.join(locationOf(workplace, '.'), 'dvc.yaml');
  const path = join(repository.root, file);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const next = editPipelineStage(before, file, stage.name, (standing) => {
    if (standing !== undefined && !options.force) {
      throw new AssayError('ASSAY_DVC_STAGE_EXISTS', `${file} has a stage ${stage.name} already`, {
        hint: 'Take another name, or replace it with --force.',
      });
    }
    return toFields(stage);
  });
  replaceFile(path, next, { sync: false });
  try {
    const index = await readIndex(repository, workspaceTree(repository));
    orderStages(index.stages);
    return [path, ...(await ignoreOutputs(workplace, index.stages, file, stage.name))];
  } catch (error) {
    // What cannot stand with the other stages is not added.
    if (before === '') {
      const { rmSync } = await import('node:fs');
      rmSync(path, { force: true });
    } else replaceFile(path, before, { sync: false });
    throw error;
  }
}

async function ignoreOutputs(
  { repository }: Workplace,
  stages: readonly TrackedStage[],
  file: string,
  name: string,
): Promise<readonly string[]> {
  const changed = new Set<string>();
  for (const stage of stages) {
    if (stage.file !== file || stage.name !== name) continue;
    for (const out of stage.outs) {
      if (!out.cache || out.location.includes('://') || posix.isAbsolute(out.location)) continue;
      const ignored = await ignoreInGit(repository, join(repository.root, out.location));
      if (ignored !== undefined) changed.add(ignored);
    }
  }
  return [...changed];
}

function toFields(stage: NewStage): { readonly [key: string]: Value } {
  const flagged = (paths: readonly string[], flags: { readonly [key: string]: Value }): readonly Value[] =>
    paths.map((path) => (Object.keys(flags).length === 0 ? path : { [path]: flags }));
  const byPath = (list: readonly Value[]) =>
    [...list].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
  const outs = [
    ...flagged(stage.outs, {}),
    ...flagged(stage.outsNoCache, { cache: false }),
    ...flagged(stage.outsPersist, { persist: true }),
    ...flagged(stage.outsPersistNoCache, { cache: false, persist: true }),
  ];
  const metrics = [...flagged(stage.metrics, {}), ...flagged(stage.metricsNoCache, { cache: false })];
  const plots = [...flagged(stage.plots, {}), ...flagged(stage.plotsNoCache, { cache: false })];
  const list = (key: string, values: readonly Value[]) => (values.length === 0 ? {} : { [key]: byPath(values) });
  return {
    ...(stage.desc === undefined ? {} : { desc: stage.desc }),
    cmd: stage.cmd,
    ...(stage.wdir === undefined || stage.wdir === '.' ? {} : { wdir: stage.wdir }),
    ...list('deps', stage.deps),
    ...paramFields(stage.params),
    ...list('outs', outs),
    ...list('metrics', metrics),
    ...list('plots', plots),
    ...(stage.alwaysChanged ? { always_changed: true } : {}),
  };
}

function nameOf(value: Value): string {
  return typeof value === 'string' ? value : Object.keys(value as object)[0]!;
}

/** Keys of `params.yaml` by themselves and sorted, then other files by name. */
function paramFields(words: readonly string[]): { readonly [key: string]: Value } {
  const byFile = new Map<string, string[]>();
  for (const word of words) {
    const colon = word.lastIndexOf(':');
    const file = colon < 0 ? 'params.yaml' : word.slice(0, colon);
    const keys = (colon < 0 ? word : word.slice(colon + 1)).split(',').filter((key) => key !== '');
    byFile.set(file, [...(byFile.get(file) ?? []), ...keys]);
  }
  if (byFile.size === 0) return {};
  const own = [...(byFile.get('params.yaml') ?? [])].sort();
  const others = [...byFile].filter(([file]) => file !== 'params.yaml' || own.length === 0);
  others.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    params: [...own, ...others.map(([file, keys]): Value => ({ [file]: keys.length > 0 ? [...keys].sort() : null }))],
  };
}
