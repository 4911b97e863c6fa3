import { constants } from 'node:fs';
import { join, posix } from 'node:path';
import {
  dataFileChecksum,
  parseParams,
  pythonJson,
  type TrackedDep,
  type TrackedOut,
  type TrackedStage,
  type Value,
} from '../dvc/index.ts';
import { isLegacy, scanEntry } from './tracked-data.ts';
import { shownPath, type Workplace } from './workplace.ts';

export type EntryState = 'modified' | 'new' | 'deleted' | 'not in cache';
type Changes = Readonly<Record<string, string | Readonly<Record<string, EntryState>>>>;
/** What is not as it should be with a stage, in the words and the order of DVC. */
export type StageStatus = readonly (
  | { readonly 'changed deps': Changes }
  | { readonly 'changed outs': Changes }
  | 'always changed'
  | 'changed command'
  | 'changed checksum'
)[];

/** Asks whether a dependency in another repository, or behind an address, is still as it was; undefined when it is. */
export type LookElsewhere = (
  stage: TrackedStage,
  dep: TrackedDep,
) => Promise<{ readonly name: string; readonly state: string } | undefined>;

/** The changes of stages by their address as the person sees it; stages without any are left out. */
export async function statusOf(
  workplace: Workplace,
  stages: readonly TrackedStage[],
  elsewhere?: LookElsewhere,
): Promise<Readonly<Record<string, StageStatus>>> {
  const result: Record<string, StageStatus> = {};
  const params = new ParamsCache(workplace);
  for (const stage of stages) {
    const status = await stageStatus(workplace, stage, params, elsewhere);
    if (status.length > 0) result[shownAddress(workplace, stage)] = status;
  }
  return result;
}

/** DVC's address of a stage, relative to where the person is. */
export function shownAddress(workplace: Workplace, stage: TrackedStage): string {
  const file = shownPath(workplace, stage.file);
  if (stage.name === undefined) return file;
  return file === 'dvc.yaml' ? stage.name : `${file}:${stage.name}`;
}

export async function stageStatus(
  workplace: Workplace,
  stage: TrackedStage,
  params: ParamsCache,
  elsewhere?: LookElsewhere,
): Promise<StageStatus> {
  const status: StageStatus[number][] = [];
  const deps: Record<string, string | Readonly<Record<string, EntryState>>> = {};
  for (const dep of elsewhere ? stage.deps : []) {
    if (stage.frozen && !dep.repo) continue;
    const found = await elsewhere?.(stage, dep);
    if (found) deps[found.name] = found.state;
  }
  if (!stage.frozen) {
    for (const dep of stage.deps) {
      const state = await depState(workplace, dep);
      if (state) deps[shownPath(workplace, dep.location)] = state;
    }
    Object.assign(deps, await paramStates(workplace, stage, params));
  }
  if (Object.keys(deps).length > 0) status.push({ 'changed deps': deps });
  const outs: Record<string, string> = {};
  for (const out of stage.outs) {
    const state = await outState(workplace, out);
    if (state) outs[shownPath(workplace, out.location)] = state;
  }
  if (Object.keys(outs).length > 0) status.push({ 'changed outs': outs });
  if (isCallback(stage) || stage.alwaysChanged) status.push('always changed');
  if (stage.name !== undefined && stage.locked && !sameCommand(stage.locked.cmd, stage.cmdAsWritten ?? '')) {
    status.push('changed command');
  }
  if (hasStaleChecksum(stage)) status.push('changed checksum');
  return status;
}

/** A `.dvc` file with dependencies whose own checksum is not of what stands in it. */
function hasStaleChecksum(stage: TrackedStage): boolean {
  if (stage.name !== undefined || stage.deps.length === 0) return false;
  const { md5, cmdAsWritten: cmd, frozen, alwaysChanged, deps, outs } = stage;
  const wdir = posix.relative(posix.dirname(stage.file), stage.wdir) || '.';
  const written = typeof cmd === 'string' ? { cmd } : {};
  return md5 !== dataFileChecksum({ wdir, frozen, alwaysChanged, deps, outs, ...written });
}

/** Whether the files of a stage are other than its tracking file says, wherever the cache is. */
export async function isChanged(workplace: Workplace, stage: TrackedStage, params: ParamsCache): Promise<boolean> {
  if (stage.name !== undefined && stage.locked && !sameCommand(stage.locked.cmd, stage.cmdAsWritten ?? '')) return true;
  if (Object.keys(await paramStates(workplace, stage, params)).length > 0) return true;
  for (const dep of stage.deps) if ((await depState(workplace, dep)) !== undefined) return true;
  for (const out of stage.outs) {
    if ((await outState(workplace, { ...out, cache: false })) !== undefined) return true;
  }
  return false;
}

/** A command of which nothing says when it need not run. */
function isCallback(stage: TrackedStage): boolean {
  return stage.cmd.length > 0 && stage.deps.length === 0 && stage.params.length === 0 && stage.outs.length === 0;
}

function sameCommand(a: string | readonly string[], b: string | readonly string[]): boolean {
  return pythonJson(a) === pythonJson(b);
}

/** Undefined when it is as the lock has it. Of imports, and of what lies in the cloud, nothing is asked here. */
async function depState(workplace: Workplace, dep: TrackedDep): Promise<EntryState | undefined> {
  if (dep.repo || dep.db || dep.location.includes('://')) return undefined;
  const found = await scanEntry(workplace, dep);
  if (!found) return 'deleted';
  return found.md5 === dep.checksum?.value ? undefined : 'modified';
}

/** Undefined when it is as the tracking file has it. */
export async function outState(workplace: Workplace, out: TrackedOut): Promise<EntryState | undefined> {
  if (out.location.includes('://') || out.checksum?.kind === 'etag' || out.checksum?.kind === 'checksum')
    return undefined;
  if (out.checksum && out.cache && isMissing(workplace, out)) return 'not in cache';
  const found = await scanEntry(workplace, out);
  if (!found) return 'deleted';
  return found.md5 === out.checksum?.value ? undefined : 'modified';
}

function isMissing({ cache }: Workplace, out: TrackedOut): boolean {
  const { checksum } = out;
  return checksum !== undefined && cache.missing(checksum.value, isLegacy(out)).length > 0;
}

async function paramStates(
  workplace: Workplace,
  stage: TrackedStage,
  params: ParamsCache,
): Promise<Record<string, 'deleted' | 'new' | Readonly<Record<string, EntryState>>>> {
  const result: Record<string, 'deleted' | 'new' | Record<string, EntryState>> = {};
  for (const { file, keys } of stage.params) {
    const location = posix.join(stage.wdir, file);
    const values = await params.read(location);
    const shown = shownPath(workplace, location);
    const locked = stage.locked?.params[file];
    if (values === undefined) result[shown] = 'deleted';
    else if (locked === undefined) result[shown] = 'new';
    else {
      const states: Record<string, EntryState> = {};
      const names = keys.length > 0 ? keys : [...new Set([...Object.keys(values), ...Object.keys(locked)])];
      for (const name of names) {
        const now = keys.length > 0 ? valueAt(values, name) : values[name];
        if (now === undefined) states[name] = 'deleted';
        else if (!Object.hasOwn(locked, name)) states[name] = 'new';
        else if (!sameValue(now, locked[name]!)) states[name] = 'modified';
      }
      if (Object.keys(states).length > 0) result[shown] = states;
    }
  }
  return result;
}

/** As Python compares: `1 == 1.0`, and maps in any order. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  const [left, right] = [numeric(a), numeric(b)];
  if (left !== undefined && right !== undefined) return !(left < right) && !(left > right);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, i) => sameValue(one, b[i]));
  }
  const names = Object.keys(a);
  const [one, other] = [a as Record<string, Value>, b as Record<string, Value>];
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameValue(one[name]!, other[name]!))
  );
}

function numeric(value: Value): number | bigint | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}

/** The value at a dotted path; a key that has dots itself is found first. */
export function valueAt(values: Value, path: string): Value | undefined {
  if (typeof values !== 'object' || values === null) return undefined;
  if (!Array.isArray(values) && Object.hasOwn(values, path)) return (values as Record<string, Value>)[path];
  let at: Value | undefined = values;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Array.isArray(at)
      ? (at as readonly Value[])[Number(part)]
      : Object.hasOwn(at, part)
        ? (at as Record<string, Value>)[part]
        : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

/** Files of parameters, each read once. */
export class ParamsCache {
  readonly #workplace: Workplace;
  readonly #files = new Map<string, Promise<Readonly<Record<string, Value>> | undefined>>();

  constructor(workplace: Workplace) {
    this.#workplace = workplace;
  }

  /** @param location relative to the root; undefined when it is not there */
  read(location: string): Promise<Readonly<Record<string, Value>> | undefined> {
    let found = this.#files.get(location);
    found ??= this.#load(location);
    this.#files.set(location, found);
    return found;
  }

  async #load(location: string): Promise<Readonly<Record<string, Value>> | undefined> {
    const { readFile } = await import('node:fs/promises');
    // A pipe would be waited for without end.
    const flag = constants.O_RDONLY | constants.O_NONBLOCK;
    const bytes = await readFile(join(this.#workplace.repository.root, location), { flag }).catch(() => undefined);
    if (!bytes) return undefined;
    const value = await parseParams(bytes, location);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, Value>>)
      : {};
  }
}
