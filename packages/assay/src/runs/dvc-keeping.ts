import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import {
  checkoutTarget,
  findRun,
  ignoreInGit,
  isRemembered,
  lockParams,
  lockStage,
  openToGit,
  ParamsCache,
  placeOf,
  rememberPlaced,
  rememberRun,
  type StageStatus,
  stageStatus,
  type Workplace,
  withContent,
} from '../data/index.ts';
import { replaceFile } from '../durable-file.ts';
import { type LockedStage, LockFile, lockedStageFields, pythonJson, type TrackedStage } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type Stage, toJson } from '../pipelines/index.ts';
import { type Decision, type DecisionContext, toOutputResult } from './decide.ts';
import type { StageKeeping } from './keeping.ts';
import type { KeyParts } from './key.ts';
import { type Confirm, checkConfirmed } from './plan-reproduction.ts';
import type { InputUse } from './run-records.ts';
import type { StageTurns } from './stage-turns.ts';
import type { Work } from './work.ts';

export interface DvcKeepingOptions {
  readonly stages: readonly TrackedStage[];
  readonly turns: StageTurns;
  /** Executes every stage, except frozen ones. */
  readonly force: boolean;
  /** Executes what directly needs a stage that ran, or was brought back, in this run. */
  readonly forceDownstream?: boolean;
  /** Uses no remembered results of stages. */
  readonly noRunCache: boolean;
  /** Leaves results out of the cache: `dvc.lock` alone is written. */
  readonly noCommit: boolean;
  /** What is in neither the workspace nor the cache counts as unchanged. */
  readonly allowMissing: boolean;
  /** Asked before a stage is executed or brought back. */
  readonly confirm?: Confirm;
  /** Told of each stage that ran or was brought back, and what the lock now says of it. */
  readonly onLocked?: (stage: TrackedStage, locked: LockedStage) => void;
}

/** Stages known by `dvc.lock`; results in DVC's cache and run-cache, as DVC keeps them. */
export function dvcKeeping(workplace: Workplace, context: DecisionContext, options: DvcKeepingOptions): StageKeeping {
  return new DvcKeeping(workplace, context, options);
}

class DvcKeeping implements StageKeeping {
  readonly #workplace: Workplace;
  readonly #context: DecisionContext;
  readonly #options: DvcKeepingOptions;
  readonly #stages: ReadonlyMap<string, TrackedStage>;
  readonly #params: ParamsCache;
  /** By file, with the text they were written as. */
  readonly #locks = new Map<string, { readonly lock: LockFile; readonly text: string | undefined }>();
  /** Stages that this run wrote into a lock for the first time, and outputs that it hid from git. */
  readonly #added = new Set<TrackedStage>();
  readonly #hidden = new Map<string, TrackedStage>();
  /** Outputs that git did not ignore when the first of them was there. */
  #open: Promise<ReadonlySet<string>> | undefined;
  /** Stages that have new results in this run. */
  readonly #moved = new Set<string>();
  /** Results that a decision found, until they are brought back. */
  readonly #found = new Map<string, LockedStage>();
  /** Frozen stages whose results are taken as they lie there. */
  readonly #taken = new Set<string>();

  constructor(workplace: Workplace, context: DecisionContext, options: DvcKeepingOptions) {
    this.#workplace = workplace;
    this.#context = context;
    this.#options = options;
    this.#stages = new Map(options.stages.map((stage) => [stage.address, stage]));
    this.#params = new ParamsCache(workplace);
  }

  async decide(stage: Stage) {
    const tracked = this.#tracked(stage);
    const { turns } = this.#options;
    for (;;) {
      await turns.untilFree(tracked);
      const decision = await this.#decide(stage, tracked);
      if (!decision.run && !this.#found.has(stage.id) && !this.#taken.has(stage.id)) return decision;
      await checkConfirmed(stage.id, this.#options.confirm);
      if (await turns.enter(tracked)) return decision;
      this.#found.delete(stage.id);
      this.#taken.delete(stage.id);
    }
  }

  async #decide(stage: Stage, tracked: TrackedStage): Promise<Decision> {
    const { force, forceDownstream, noRunCache, allowMissing } = this.#options;
    const moved = stage.inputs.find(({ from }) => from && this.#moved.has(from.stage))?.from;
    if (tracked.frozen) return this.#decideFrozen(stage, tracked, force || (forceDownstream === true && !!moved));
    const now = await this.#now(tracked);
    const work = await this.#work(stage, now);
    const key = keyOf(now);
    if (force) return { run: true as const, because: 'ran: forced', key, work };
    if (forceDownstream && moved) {
      return { run: true as const, because: `ran: forced, since ${moved.stage} is new`, key, work };
    }
    const status = tracked.locked ? await stageStatus(this.#workplace, tracked, this.#params) : undefined;
    const reasons = status ? told(status, allowMissing) : ['no result of it yet'];
    if (reasons.length === 0) return this.#reused(stage, 'unchanged: as dvc.lock has it', { key, work });
    const found = noRunCache || !isRemembered(tracked) ? undefined : findRun(this.#workplace, now);
    if (found) {
      this.#found.set(stage.id, found);
      return this.#reused(stage, `restored: ${reasons.join('; ')}; same as a remembered run`, { key, work });
    }
    return { run: true as const, because: `ran: ${reasons.join('; ')}`, key, work };
  }

  /** A frozen stage is never executed: what lies there counts as its result. */
  async #decideFrozen(stage: Stage, tracked: TrackedStage, force: boolean) {
    const status = tracked.locked ? await stageStatus(this.#workplace, tracked, this.#params) : undefined;
    const reasons = status ? told(status, this.#options.allowMissing) : ['no result of it yet'];
    if (reasons.length === 0 && !force) return this.#reused(stage, 'frozen', {});
    this.#checkOutputs(tracked);
    this.#taken.add(stage.id);
    return this.#reused(stage, `frozen: taken as it is${reasons.map((reason) => `; ${reason}`).join('')}`, {});
  }

  async bringBack(stage: Stage): Promise<void> {
    const { turns } = this.#options;
    if (this.#taken.has(stage.id)) await turns.during(() => this.#lock(this.#tracked(stage)));
    const found = this.#found.get(stage.id);
    if (found) await turns.during(() => this.#restore(this.#tracked(stage), found));
  }

  async #restore(tracked: TrackedStage, found: LockedStage): Promise<void> {
    for (const out of tracked.outs) {
      const kept = found.outs.find((one) => one.path === out.path);
      if (!kept) continue;
      const { checksum, size, nfiles, isexec } = kept;
      const content = { checksum, ...(size !== undefined && { size }), ...(nfiles !== undefined && { nfiles }) };
      const restored = { ...out, cache: true, ...content, ...(isexec !== undefined && { isexec }) };
      // What goes to git is a file of its own.
      const links = out.cache ? {} : { links: ['copy'] as const };
      await checkoutTarget(this.#workplace, { stage: tracked, out: restored }, { force: true, ...links });
      await this.#ignore(tracked, out);
    }
    this.#write(tracked, found);
  }

  async clear(stage: Stage): Promise<void> {
    for (const out of this.#tracked(stage).outs) {
      const path = placeOf(this.#workplace, out);
      if (path === undefined) continue;
      if (!out.persist) rmSync(path, { recursive: true, force: true });
      mkdirSync(dirname(path), { recursive: true });
    }
  }

  leave(stage: Stage): Promise<void> {
    return this.#options.turns.leave(this.#tracked(stage));
  }

  collect(stage: Stage) {
    return this.#options.turns.during(() => this.#collect(stage));
  }

  async #collect(stage: Stage) {
    const tracked = this.#tracked(stage);
    const { contents, graph } = this.#context;
    this.#checkOutputs(tracked);
    for (const out of tracked.outs) if (out.cache) await this.#ignore(tracked, out);
    const locked = await this.#lock(tracked);
    const outputs = [];
    for (const out of tracked.outs) {
      const output = stage.outputs.find((one) => one.port === out.path)!;
      const path = join(graph.directory, output.path);
      const content = await contents.describe(path);
      if (!content) continue;
      const result = toOutputResult(output, content, await contents.executables(path, []));
      // DVC's name for it, by which its cache has it.
      const checksum = locked.outs.find((one) => one.path === out.path)?.checksum;
      const md5 = checksum?.kind === 'md5' ? checksum.value : result.md5;
      outputs.push({ ...result, md5, kept: 'dvc' as const });
    }
    return { outputs, files: [] };
  }

  #checkOutputs(tracked: TrackedStage): void {
    for (const out of tracked.outs) {
      const path = placeOf(this.#workplace, out);
      if (path === undefined || existsSync(path)) continue;
      const what = tracked.frozen ? 'it is frozen, and lacks' : 'it ended without';
      throw new AssayError('ASSAY_STAGE_OUTPUT_MISSING', `${what} its output ${out.path}`);
    }
  }

  /** Writes down what lies there now as the stage's result. */
  async #lock(tracked: TrackedStage): Promise<LockedStage> {
    const { noCommit } = this.#options;
    const locked = await lockStage(this.#workplace, tracked, this.#params, { noCommit });
    if (!noCommit && isRemembered(tracked) && keepsAll(tracked)) await rememberRun(this.#workplace, tracked, locked);
    // Last: a stage that it has is not looked at again.
    this.#write(tracked, locked);
    return locked;
  }

  #reused(stage: Stage, because: string, known: { readonly key?: string; readonly work?: Work }) {
    return {
      run: false as const,
      because,
      key: known.key ?? '',
      work: known.work ?? emptyWork(stage),
      earlier: undefined,
      restore: [],
    };
  }

  /** What the lock would say now, outputs aside. */
  async #now(stage: TrackedStage): Promise<LockedStage> {
    const deps = [];
    for (const dep of stage.deps) {
      const { location: _location, ...entry } = dep;
      const path = placeOf(this.#workplace, dep);
      const found = path === undefined ? undefined : await this.#workplace.cache.scan(path);
      if (found) deps.push(withContent(entry, found));
      else if (this.#options.allowMissing && dep.checksum) deps.push(entry);
      else {
        throw new AssayError('ASSAY_RUN_INPUT_MISSING', `the dependency ${dep.path} of ${stage.address} is not there`, {
          hint: 'Bring it there (assay pull, assay checkout), or correct the path in dvc.yaml.',
        });
      }
    }
    const outs = stage.outs.map(({ location: _location, ...out }) => ({ ...out, checksum: undefined }));
    return { cmd: stage.cmdAsWritten ?? '', deps, params: await lockParams(stage, this.#params), outs };
  }

  async #work(stage: Stage, now: LockedStage): Promise<Work> {
    const inputs: InputUse[] = [];
    for (const input of stage.inputs) {
      const content = await this.#context.contents.describe(join(this.#context.graph.directory, input.path));
      if (!content) continue;
      const { port, path, from } = input;
      inputs.push({ port, path, kind: content.kind, sha256: content.sha256, from: from ?? null });
    }
    const parameters = Object.fromEntries(Object.entries(now.params).map(([file, keys]) => [file, toJson(keys)]));
    const parts: KeyParts = {
      ...emptyWork(stage).parts,
      inputs: Object.fromEntries(inputs.map(({ port, sha256 }) => [port, { sha256 }])),
      parameters,
    };
    return { parts, inputs };
  }

  #write(stage: TrackedStage, locked: LockedStage): void {
    const file = join(this.#workplace.repository.root, posix.dirname(stage.file), 'dvc.lock');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    const known = this.#locks.get(file);
    // Another process may have written it while a command ran.
    const lock = known && known.text === text ? known.lock : LockFile.parse(text, file);
    const isNew = !lock.names().includes(stage.name!);
    // In the order of a run one by one, whichever ended first.
    const later = this.#after(stage).filter((one) => one.file === stage.file && this.#added.has(one));
    lock.set(
      stage.name!,
      locked,
      later.map((one) => one.name!),
    );
    if (isNew) this.#added.add(stage);
    const next = lock.toString();
    replaceFile(file, next, { sync: false });
    this.#locks.set(file, { lock, text: next });
    for (const out of this.#options.noCommit ? [] : stage.outs) {
      const kept = locked.outs.find((one) => one.path === out.path)?.checksum;
      if (out.cache && kept?.kind === 'md5') rememberPlaced(this.#workplace, out.location, kept.value);
    }
    this.#moved.add(stage.address);
    this.#options.onLocked?.(stage, locked);
  }

  async #ignore(stage: TrackedStage, out: TrackedStage['outs'][number]): Promise<void> {
    const path = placeOf(this.#workplace, out);
    if (path === undefined || !out.cache) return;
    const later = new Set(this.#after(stage));
    const before = [...this.#hidden].filter(([, one]) => later.has(one)).map(([hidden]) => hidden);
    const { repository } = this.#workplace;
    this.#open ??= openToGit(repository, this.#cachedPlaces());
    const changed = await ignoreInGit(repository, path, { before, open: await this.#open });
    if (changed !== undefined) this.#hidden.set(path, stage);
  }

  #cachedPlaces(): readonly string[] {
    const outs = this.#options.stages.flatMap((stage) => stage.outs.filter((out) => out.cache));
    return outs.flatMap((out) => placeOf(this.#workplace, out) ?? []);
  }

  #after(stage: TrackedStage): readonly TrackedStage[] {
    return this.#options.stages.slice(this.#options.stages.indexOf(stage) + 1);
  }

  #tracked(stage: Stage): TrackedStage {
    return this.#stages.get(stage.id)!;
  }
}

/** The reasons to run, in words. */
function told(status: StageStatus, allowMissing: boolean): readonly string[] {
  return status.flatMap((change) => {
    if (change === 'changed command') return ['its command changed'];
    if (typeof change === 'string') return [change === 'always changed' ? 'it always runs' : change];
    const [[kind, entries] = ['', {}]] = Object.entries(change);
    const what = kind === 'changed deps' ? 'dependency' : 'output';
    return Object.entries(entries).flatMap(([path, state]) => {
      if (typeof state !== 'string') {
        return Object.entries(state).map(([name, one]) => `parameter ${name} of ${path} is ${one}`);
      }
      if (allowMissing && (state === 'deleted' || state === 'not in cache')) return [];
      return [`${what} ${path} is ${state}`];
    });
  });
}

/** DVC remembers no stage of which something stays out of the cache, metrics and plots apart. */
function keepsAll(stage: TrackedStage): boolean {
  return stage.outs.every((out) => out.cache || out.metric !== false || out.plot !== false);
}

function keyOf(now: LockedStage): string {
  return hash('sha256', pythonJson(lockedStageFields(now), { sortKeys: true }), 'hex');
}

function emptyWork(stage: Stage): Work {
  const parts: KeyParts = {
    commands: { pre: [], run: stage.commands, post: [] },
    directory: stage.directory,
    code: {},
    environment: { variables: {}, passed: {}, toolchain: {}, lockfiles: {} },
    inputs: {},
    parameters: {},
    outputs: Object.fromEntries(stage.outputs.map(({ port, role }) => [port, { role }])),
  };
  return { parts, inputs: [] };
}
