import { existsSync, globSync, realpathSync } from 'node:fs';
import { dirname, join, posix, resolve, sep } from 'node:path';
import {
  checkPathsFree,
  indexOf,
  type RepositoryIndex,
  readIndex,
  readTrackingFile,
  type TrackedDep,
  type TrackedOut,
  type TrackedStage,
  workspaceTree,
} from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { Found } from '../objects/index.ts';
import { upstreamOf } from '../pipelines/index.ts';
import { locationOf, type Workplace } from './workplace.ts';

/** An output that a command is about. */
export interface Target {
  readonly stage: TrackedStage;
  readonly out: TrackedOut;
  /** A file or folder inside of the output, relative to it; undefined for the output as a whole. */
  readonly only?: string;
}

/**
 * The outputs that a person's words name: a `.dvc` file, a stage, a tracked path, a path inside of a tracked folder, or with
 * `recursive` a folder that holds some. Without words, all of them. A `.dvc` file that is named is the only file read.
 * @throws AssayError `ASSAY_DVC_NO_TARGET`, and those of `readIndex`
 */
export async function findTargets(
  workplace: Workplace,
  words: readonly string[],
  options: { readonly recursive?: boolean; readonly index?: RepositoryIndex } = {},
): Promise<readonly Target[]> {
  if (words.length === 0) {
    const index = options.index ?? (await readIndex(workplace.repository, workspaceTree(workplace.repository)));
    return index.outs;
  }
  const found: Target[] = [];
  let all = options.index;
  for (const word of words) {
    const direct = options.index ? undefined : await directly(workplace, word);
    if (direct) {
      found.push(...direct);
      continue;
    }
    all ??= await readIndex(workplace.repository, workspaceTree(workplace.repository));
    const targets = inIndex(workplace, all, word, options.recursive === true);
    if (targets.length === 0) throw noTarget(word);
    found.push(...targets);
  }
  const seen = new Set<string>();
  return found.filter(({ stage, out, only }) => {
    const key = `${stage.address}\0${out.location}\0${only ?? ''}`;
    return seen.size < seen.add(key).size;
  });
}

/**
 * Stages that a person's words name; all of them without words.
 * @param options `within` a path inside of a tracked folder names the folder's
 */
export async function findStages(
  workplace: Workplace,
  words: readonly string[],
  options: {
    readonly recursive?: boolean;
    readonly glob?: boolean;
    readonly within?: boolean;
    readonly index?: RepositoryIndex;
  } = {},
): Promise<readonly TrackedStage[]> {
  const { repository } = workplace;
  if (words.length === 0) return (options.index ?? (await readIndex(repository, workspaceTree(repository)))).stages;
  const stages = new Map<string, TrackedStage>();
  let all = options.index;
  for (const word of words) {
    if (isDataFile(word) && options.index === undefined) {
      const file = locationOf(workplace, word);
      if (existsSync(join(repository.root, file))) {
        for (const stage of (await readTrackingFile(repository, workspaceTree(repository), file)).stages) {
          stages.set(stage.address, stage);
        }
        continue;
      }
    }
    all ??= await readIndex(repository, workspaceTree(repository));
    const direct = options.glob
      ? stagesLike(workplace, all, word)
      : stagesIn(workplace, all, word, options.recursive === true);
    const mayBeInside =
      direct.length === 0 && options.within === true && existsSync(resolve(workplace.directory, word));
    const named = mayBeInside ? inIndex(workplace, all, word, false).map(({ stage }) => stage) : direct;
    if (named.length === 0 && !options.glob && !isPipelineFile(workplace, word)) throw noTarget(word);
    for (const stage of named) stages.set(stage.address, stage);
  }
  return [...stages.values()];
}

/** A `dvc.yaml` that is there, maybe without any stage. */
function isPipelineFile(workplace: Workplace, word: string): boolean {
  return (
    posix.basename(word) === 'dvc.yaml' && existsSync(join(workplace.repository.root, locationOf(workplace, word)))
  );
}

/** With the stages that these need, however far back. */
export async function withUpstream(
  { repository }: Workplace,
  stages: readonly TrackedStage[],
): Promise<readonly TrackedStage[]> {
  const index = await readIndex(repository, workspaceTree(repository));
  const named = new Set(stages.map((stage) => stage.address));
  return upstreamOf(
    index.stages,
    index.stages.filter((stage) => named.has(stage.address)),
  );
}

/** The names in the file system that patterns match. @throws AssayError `ASSAY_PATH_MISSING` */
export function expandPatterns({ directory }: Workplace, patterns: readonly string[]): readonly string[] {
  const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: directory }).sort());
  if (found.length > 0 || patterns.length === 0) return found.map((path) => path.split(sep).join('/'));
  throw new AssayError('ASSAY_PATH_MISSING', `nothing matches ${patterns.join(' ')}`, { hint: 'Check the pattern.' });
}

function stagesIn(
  workplace: Workplace,
  index: RepositoryIndex,
  word: string,
  recursive: boolean,
): readonly TrackedStage[] {
  const location = isInside(workplace, word) ? locationOf(workplace, word) : word;
  const colon = word.lastIndexOf(':');
  const file = colon > 0 ? locationOf(workplace, word.slice(0, colon)) : undefined;
  const name = word.slice(colon + 1);
  return index.stages.filter((stage) => {
    const generated = (one: string) => stage.name === one || stage.name?.startsWith(`${one}@`) === true;
    if (file !== undefined && stage.file === file) return generated(name);
    if (stage.file === location) return true;
    if (stage.file === inFolder(workplace, 'dvc.yaml') && generated(word)) return true;
    if (stage.outs.some((out) => out.location === location)) return true;
    return recursive && (location === '.' || stage.file.startsWith(`${location}/`));
  });
}

/** Stages of one `dvc.yaml` whose names match a shell's pattern, as Python's `fnmatch` reads it. */
function stagesLike(workplace: Workplace, index: RepositoryIndex, word: string): readonly TrackedStage[] {
  const colon = word.lastIndexOf(':');
  const file = colon > 0 ? locationOf(workplace, word.slice(0, colon)) : inFolder(workplace, 'dvc.yaml');
  const pattern = patternOf(word.slice(colon + 1));
  const whole = locationOf(workplace, word);
  return index.stages.filter(
    (stage) => stage.file === whole || (stage.file === file && stage.name !== undefined && pattern.test(stage.name)),
  );
}

function patternOf(text: string): RegExp {
  const source = text.replace(/\[(!?)([^\]]+)\]|[*?]|[\\^$.|+()[\]{}]/g, (found, not?: string, set?: string) => {
    if (found === '*') return '.*';
    if (found === '?') return '.';
    return set === undefined ? `\\${found}` : `[${not ? '^' : ''}${set.replace(/[\\^[]/g, '\\$&')}]`;
  });
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    // A range from the end to the beginning holds nothing.
    return /(?!)/;
  }
}

function inFolder(workplace: Workplace, name: string): string {
  return posix.join(locationOf(workplace, '.'), name);
}

/** A `.dvc` file by its name, or by the path that it tracks, without reading any other file. */
async function directly(workplace: Workplace, word: string): Promise<readonly Target[] | undefined> {
  if (!isInside(workplace, word)) return undefined;
  const { repository } = workplace;
  const location = locationOf(workplace, word);
  const file = isDataFile(word) ? location : `${location}.dvc`;
  if (location === '.' || !existsSync(join(repository.root, file))) return undefined;
  const { stages } = await readTrackingFile(repository, workspaceTree(repository), file);
  const { outs } = indexOf(stages);
  return isDataFile(word) ? outs : outs.filter(({ out }) => out.location === location);
}

function inIndex(workplace: Workplace, index: RepositoryIndex, word: string, recursive: boolean): readonly Target[] {
  if (isInside(workplace, word)) {
    const location = locationOf(workplace, word);
    const exact = index.byLocation.get(location);
    if (exact) return [exact];
    for (let at = posix.dirname(location); at !== '.'; at = posix.dirname(at)) {
      const holder = index.byLocation.get(at);
      if (holder) return [{ ...holder, only: location.slice(at.length + 1) }];
    }
    if (recursive) {
      const under = (path: string) => location === '.' || path.startsWith(`${location}/`);
      const inside = index.outs.filter(({ out, stage }) => under(out.location) || under(stage.file));
      if (inside.length > 0) return inside;
    }
  }
  return stagesIn(workplace, index, word, recursive).flatMap((stage) => stage.outs.map((out) => ({ stage, out })));
}

export function isDataFile(word: string): boolean {
  return word.endsWith('.dvc') && posix.basename(word) !== '.dvc';
}

function isInside(workplace: Workplace, word: string): boolean {
  try {
    locationOf(workplace, word);
    return true;
  } catch {
    return false;
  }
}

/** Where an output, or a dependency, is on this machine; undefined when it is in the cloud, in another repository or in a database. */
export function placeOf(
  { repository }: Workplace,
  { location, repo, db }: Pick<TrackedDep, 'location' | 'repo' | 'db'>,
): string | undefined {
  if (repo || db || location.includes('://')) return undefined;
  return posix.isAbsolute(location) ? location : join(repository.root, location);
}

/**
 * Refuses to write what a stage that runs elsewhere reads or writes, or to read what it writes.
 * @throws AssayError `ASSAY_DVC_BUSY`, which says who
 */
export function checkUnused(workplace: Workplace, use: { readonly read?: Located; readonly write: Located }): void {
  const places = (entries: Located) => entries.flatMap((entry) => placeOf(workplace, entry) ?? []);
  checkPathsFree(workplace.repository, { read: places(use.read ?? []), write: places(use.write) });
}

type Located = readonly Pick<TrackedDep, 'location' | 'repo' | 'db'>[];

/**
 * Where an output may be put or taken away, undefined when it is in the cloud: inside of the repository, also where links on the
 * way to it lead.
 * @throws AssayError `ASSAY_DVC_PATH_OUTSIDE`, `ASSAY_DVC_THROUGH_LINK`
 */
export function ownPlaceOf(workplace: Workplace, out: { readonly location: string }): string | undefined {
  const { root } = workplace.repository;
  const place = placeOf(workplace, out);
  if (place === undefined) return undefined;
  if (!place.startsWith(`${root}/`)) {
    throw new AssayError('ASSAY_DVC_PATH_OUTSIDE', `${place} lies outside of the repository`, {
      hint: 'Outputs out there are left alone: put them there, or remove them, by hand.',
    });
  }
  let folder = dirname(place);
  while (!existsSync(folder)) folder = dirname(folder);
  const real = realpathSync(folder);
  if (real === root || real.startsWith(`${root}/`)) return place;
  throw new AssayError('ASSAY_DVC_THROUGH_LINK', `${out.location} is reached through a link that leads to ${real}`, {
    hint: 'That is outside of the repository: put a folder in the place of the link.',
  });
}

/** What lies where an output, or a dependency, should be; hashed as the entry was. */
export async function scanEntry(
  workplace: Workplace,
  entry: { readonly location: string; readonly checksum: TrackedOut['checksum'] },
): Promise<Found | undefined> {
  const path = placeOf(workplace, entry);
  if (path === undefined) return undefined;
  const algorithm = entry.checksum?.kind === 'md5-dos2unix' ? 'md5-dos2unix' : 'md5';
  return workplace.cache.scan(path, { algorithm, signal: workplace.signal });
}

export function isLegacy(entry: { readonly checksum: TrackedOut['checksum'] }): boolean {
  return entry.checksum?.kind === 'md5-dos2unix';
}

function noTarget(word: string): AssayError {
  return new AssayError('ASSAY_DVC_NO_TARGET', `${word} is neither tracked data nor a stage`, {
    hint: 'See `assay list . --dvc-only` and `assay stage list`.',
  });
}
