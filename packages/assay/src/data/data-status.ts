import { posix } from 'node:path';
import type { RepositoryIndex, TrackedOut } from '../dvc/index.ts';
import { byCodePoint, readIndex, resolveRevision, revisionTree, runGit, workspaceTree } from '../dvc/index.ts';
import { lacking } from './cloud-status.ts';
import { takeRenames } from './renames.ts';
import { isLegacy, scanEntry } from './tracked-data.ts';
import { shownPath, type Workplace } from './workplace.ts';

/** As DVC has them, paths are relative to the root; folders end in `/`. */
export interface DataChanges {
  readonly renamed?: readonly { readonly old: string; readonly new: string }[];
  readonly added?: readonly string[];
  readonly modified?: readonly string[];
  readonly deleted?: readonly string[];
  readonly unknown?: readonly string[];
}

/** In git's words: committed is what tracking files say that HEAD's do not; uncommitted, what the workspace has that they do not. */
export interface DataStatus {
  readonly not_in_cache?: readonly string[];
  readonly not_in_remote?: readonly string[];
  readonly committed?: DataChanges;
  readonly uncommitted?: DataChanges;
  readonly untracked?: readonly string[];
  readonly unchanged?: readonly string[];
}

export interface DataStatusOptions {
  /** Files inside of tracked folders as well. */
  readonly granular: boolean;
  readonly untracked: boolean;
  readonly unchanged: boolean;
  /** What a remote lacks as well: this one, or the default one. */
  readonly notInRemote?: { readonly remote: string | undefined };
  /** Relative to the root. */
  readonly targets: readonly string[];
}

/** Paths, folders with `/` at the end, by their hash; and folders of which the files are not known. */
interface View {
  readonly entries: ReadonlyMap<string, string>;
  readonly unknown: ReadonlySet<string>;
}

export async function dataStatus(workplace: Workplace, options: DataStatusOptions): Promise<DataStatus> {
  const { repository } = workplace;
  const index = await readIndex(repository, workspaceTree(repository));
  const tracked = cacheView(workplace, index, options);
  const workspace = await workspaceView(workplace, index, options);
  const head = await headView(workplace, options);
  // Without git there is nothing that was committed.
  const committed = compare(workplace.repository.gitTop === undefined ? tracked : head, tracked);
  const uncommitted = compare(tracked, workspace);
  const missing = [...tracked.entries].filter(
    ([, md5]) => !workplace.cache.has(md5) && !workplace.cache.has(md5, true),
  );
  const changed = new Set([...committed.paths, ...uncommitted.paths]);
  const unchanged = [...workspace.entries.keys()].filter((path) => !changed.has(path));
  const untracked = options.untracked ? await untrackedFiles(workplace, options.targets) : [];
  const list = (paths: readonly string[]) => [...paths].sort(byCodePoint);
  const changes = ({ renamed, ...lists }: Changed): DataChanges => ({
    ...Object.fromEntries(
      (['added', 'modified', 'deleted', 'unknown'] as const).flatMap((kind) =>
        lists[kind].length === 0 ? [] : [[kind, list(lists[kind])]],
      ),
    ),
    ...(renamed.length === 0 ? {} : { renamed }),
  });
  const status = {
    not_in_cache: list(missing.map(([path]) => path)),
    not_in_remote: options.notInRemote
      ? list(await notInRemote(workplace, index, tracked, options.notInRemote.remote))
      : [],
    committed: changes(committed),
    uncommitted: changes(uncommitted),
    untracked: list(untracked).map((path) => shown(workplace, path)),
    unchanged: options.unchanged ? list(unchanged) : [],
  };
  return Object.fromEntries(Object.entries(status).filter(([, value]) => Object.keys(value).length > 0));
}

interface Changed {
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly deleted: readonly string[];
  readonly unknown: readonly string[];
  readonly renamed: readonly { readonly old: string; readonly new: string }[];
  /** All of them. */
  readonly paths: readonly string[];
}

function compare(old: View, now: View): Changed {
  const modified: string[] = [];
  const unknown: string[] = [];
  const added: { path: string; hash: string }[] = [];
  const deleted: { path: string; hash: string }[] = [];
  for (const [path, hash] of now.entries) {
    const before = old.entries.get(path);
    if (before === undefined && isInside(path, old.unknown)) unknown.push(path);
    else if (before === undefined) added.push({ path, hash });
    else if (before !== hash) modified.push(path);
  }
  for (const [path, hash] of old.entries) {
    if (!now.entries.has(path) && !isInside(path, now.unknown)) deleted.push({ path, hash });
  }
  const renamed = takeRenames(added, deleted).map((one) => ({ old: one.old.path, new: one.new.path }));
  const names = (list: readonly { readonly path: string }[]) => list.map(({ path }) => path);
  return {
    added: names(added),
    modified,
    deleted: names(deleted),
    unknown,
    renamed,
    paths: [
      ...modified,
      ...unknown,
      ...names(added),
      ...names(deleted),
      ...renamed.flatMap((one) => [one.old, one.new]),
    ],
  };
}

/** Of what may be pushed. A folder whose list is not here is asked for as a whole. */
async function notInRemote(
  workplace: Workplace,
  index: RepositoryIndex,
  tracked: View,
  named: string | undefined,
): Promise<readonly string[]> {
  const asked = [...tracked.entries].flatMap(([path, md5]) => {
    const owner = ownerOf(index, path);
    if (!owner?.push) return [];
    return [{ path, md5, legacy: isLegacy(owner), remote: owner.remote }];
  });
  // Without any remote, all that names none of its own is in none.
  const isNowhere = named === undefined && workplace.repository.config.defaultRemote() === undefined;
  const nowhere = isNowhere ? asked.filter(({ remote }) => remote === undefined) : [];
  const rest = isNowhere ? asked.filter(({ remote }) => remote !== undefined) : asked;
  return [...nowhere, ...(await lacking(workplace, rest, named))].map(({ path }) => path);
}

function ownerOf(index: RepositoryIndex, path: string): TrackedOut | undefined {
  for (let at = path.replace(/\/$/, ''); at !== '' && at !== '.'; at = posix.dirname(at)) {
    const found = index.byLocation.get(at);
    if (found) return found.out;
  }
  return undefined;
}

function isInside(path: string, folders: ReadonlySet<string>): boolean {
  for (const folder of folders) if (path !== folder && path.startsWith(folder)) return true;
  return false;
}

/** What the tracking files of an index say. */
function cacheView({ cache }: Workplace, index: RepositoryIndex, options: DataStatusOptions): View {
  const entries = new Map<string, string>();
  const unknown = new Set<string>();
  for (const { out } of index.outs) {
    const md5 = out.checksum?.value;
    if (md5 === undefined || !isData(out)) continue;
    const folder = md5.endsWith('.dir');
    put(entries, options, folder ? `${out.location}/` : out.location, md5);
    if (!folder || !options.granular) continue;
    if (!cache.has(md5, isLegacy(out))) unknown.add(`${out.location}/`);
    else {
      for (const file of cache.directory(md5, isLegacy(out))) {
        put(entries, options, `${out.location}/${file.path}`, file.md5);
      }
    }
  }
  return { entries, unknown };
}

async function workspaceView(workplace: Workplace, index: RepositoryIndex, options: DataStatusOptions): Promise<View> {
  const entries = new Map<string, string>();
  for (const { out } of index.outs) {
    if (!isData(out)) continue;
    const found = await scanEntry(workplace, out);
    if (!found) continue;
    put(entries, options, found.kind === 'directory' ? `${out.location}/` : out.location, found.md5);
    if (found.kind === 'directory' && options.granular) {
      for (const file of found.entries) put(entries, options, `${out.location}/${file.path}`, file.md5);
    }
  }
  return { entries, unknown: new Set() };
}

async function headView(workplace: Workplace, options: DataStatusOptions): Promise<View> {
  const { repository } = workplace;
  const nothing = { entries: new Map<string, string>(), unknown: new Set<string>() };
  if (repository.gitTop === undefined) return nothing;
  const head = await resolveRevision(repository, 'HEAD').catch(() => undefined);
  if (head === undefined) return nothing;
  const tree = revisionTree(repository, head);
  try {
    return cacheView(workplace, await readIndex(repository, tree), options);
  } finally {
    await tree.close();
  }
}

function isData(out: TrackedOut): boolean {
  const { kind } = out.checksum ?? {};
  return out.cache && kind !== 'etag' && kind !== 'checksum' && !out.location.includes('://');
}

function put(entries: Map<string, string>, { targets }: DataStatusOptions, path: string, md5: string): void {
  const plain = path.replace(/\/$/, '');
  if (targets.length > 0 && !targets.some((target) => plain === target || plain.startsWith(`${target}/`))) return;
  entries.set(path, md5);
}

async function untrackedFiles({ repository }: Workplace, targets: readonly string[]): Promise<readonly string[]> {
  if (repository.gitTop === undefined) return [];
  const listed = await runGit(repository.root, ['ls-files', '--others', '--exclude-standard', '-z', '--', ...targets]);
  return (
    listed
      ?.toString('utf8')
      .split('\0')
      .filter((path) => path !== '') ?? []
  );
}

function shown(workplace: Workplace, path: string): string {
  return path.endsWith('/') ? `${shownPath(workplace, path.slice(0, -1))}/` : shownPath(workplace, path);
}
