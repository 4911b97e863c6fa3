import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TrackedStage } from '../dvc/index.ts';
import { isPartialImport } from './partial-imports.ts';
import { chosenRevisions, indexes, type RevisionChoice } from './revisions.ts';
import { findTargets, isLegacy, type Target } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

/** An object that an output needs. */
export interface NeededObject {
  readonly md5: string;
  readonly legacy: boolean;
  /** The only remote it may be in, when the output says so. */
  readonly remote: string | undefined;
  /** Part of the directory that is asked for; undefined for all of it. */
  readonly only: string | undefined;
  /** In bytes, of a file; undefined when it is not known. */
  readonly size?: number | undefined;
  /** The output, for people. */
  readonly location: string;
  /** The stage, when the output was imported from another repository. */
  readonly importedBy?: TrackedStage;
}

export interface CollectOptions extends RevisionChoice {
  readonly recursive?: boolean;
  readonly withDeps?: boolean;
  /** In bytes: leaves out what is known to be as large, or larger. */
  readonly maxSize?: number;
  /** Metrics and plots alone. */
  readonly types?: readonly ('metrics' | 'plots')[];
  /** Leaves out what has `push: false`. */
  readonly forPush?: boolean;
  /** Names outputs with the same content each by itself. */
  readonly each?: boolean;
}

/** The files and directories, by their hashes, that targets name in the workspace and in commits. */
export async function collectObjects(
  workplace: Workplace,
  words: readonly string[],
  options: CollectOptions = {},
): Promise<readonly NeededObject[]> {
  const needed = new Map<string, NeededObject>();
  const take = ({ stage, out, only }: Target) => {
    const { checksum } = out;
    if (checksum === undefined || checksum.kind === 'etag' || checksum.kind === 'checksum') return;
    if (!out.cache || (options.forPush === true && (!out.push || isImport(stage)))) return;
    if (options.maxSize !== undefined && out.size !== undefined && out.size >= options.maxSize) return;
    const kinds = [...(out.metric === false ? [] : ['metrics']), ...(out.plot === false ? [] : ['plots'])];
    if (options.types?.some((type) => kinds.includes(type)) === false) return;
    const legacy = isLegacy(out);
    const place = options.each === true ? out.location : '';
    const key = `${checksum.value} ${legacy} ${only ?? ''} ${out.remote ?? ''} ${place}`;
    needed.set(key, {
      md5: checksum.value,
      legacy,
      remote: out.remote,
      only,
      size: checksum.value.endsWith('.dir') ? undefined : out.size,
      location: out.location,
      ...(isImport(stage) ? { importedBy: stage } : {}),
    });
  };
  await eachTarget(workplace, words, options, take);
  return [...needed.values()];
}

/** Imports among the targets that were not downloaded; of several commits, each as it was there. */
export async function collectPartialImports(
  workplace: Workplace,
  words: readonly string[],
  options: CollectOptions = {},
): Promise<readonly TrackedStage[]> {
  const found = new Set<TrackedStage>();
  if (options.types !== undefined) return [];
  await eachTarget(workplace, words, options, ({ stage, out }) => {
    if (out.cache && isPartialImport(stage)) found.add(stage);
  });
  return [...found];
}

async function eachTarget(
  workplace: Workplace,
  words: readonly string[],
  options: CollectOptions,
  take: (target: Target) => void,
): Promise<void> {
  const revisions = await chosenRevisions(workplace, options);
  if (revisions.length === 0 && options.withDeps !== true) {
    for (const target of await findTargets(workplace, words, { recursive: options.recursive === true })) take(target);
    return;
  }
  for await (const { rev, index } of indexes(workplace, options)) {
    const find = () => findTargets(workplace, words, { recursive: options.recursive === true, index });
    // A target need not have been there in every commit.
    const targets = rev === undefined ? await find() : await find().catch(() => []);
    for (const target of targets) take(target);
    if (options.withDeps === true) for (const target of upstream(index.byLocation, targets)) take(target);
  }
}

function isImport(stage: TrackedStage): boolean {
  return stage.deps.some((dep) => dep.repo !== undefined);
}

/** Outputs that the targets' stages are made of, however far back. */
function upstream(byLocation: ReadonlyMap<string, Target>, targets: readonly Target[]): readonly Target[] {
  const found = new Map<string, Target>();
  const open = targets.map(({ stage }) => stage);
  const seen = new Set<string>();
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (seen.has(stage.address)) continue;
    seen.add(stage.address);
    for (const { location, repo } of stage.deps) {
      if (repo) continue;
      for (const [place, target] of byLocation) {
        if (place !== location && !location.startsWith(`${place}/`) && !place.startsWith(`${location}/`)) continue;
        found.set(place, target);
        open.push(target.stage);
      }
    }
  }
  return [...found.values()];
}

/** Files of the run-cache, relative to the cache. */
export function runCacheFiles({ repository }: Workplace): readonly string[] {
  const files: string[] = [];
  const walk = (folder: string, depth: number) => {
    for (const entry of readdirSync(join(repository.cache, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < 2) walk(path, depth + 1);
      else if (entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name)) files.push(path);
    }
  };
  try {
    walk('runs', 0);
  } catch {
    return files;
  }
  return files;
}
