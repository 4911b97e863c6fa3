import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  cloudStatus,
  type DataVersion,
  dataHistory,
  findContent,
  listRevisions,
  outState,
  type Target,
} from '../../data/index.ts';
import { RequestError } from '../errors.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import type {
  DataHistoryView,
  DataStates,
  DataText,
  RemoteStates,
  RevisionsView,
  TrackedList,
  TrackedView,
} from '../schemas/index.ts';

/** Commits that a person may choose from without knowing their names. */
const newestCommits = 100;
/** Larger texts are not shown, in bytes. */
const largestText = 512 * 1024;
const largestImage = 32 * 1024 * 1024;

const imageTypes: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

export async function showRevisions({ workplace }: RepositoryReader): Promise<RevisionsView> {
  if (workplace.repository.gitTop === undefined) return { branch: null, head: null, refs: [], commits: [] };
  const { branch, head, refs, commits } = await listRevisions(workplace, newestCommits);
  const names = namesByCommit(refs);
  return {
    branch: branch ?? null,
    head: head ?? null,
    refs,
    commits: commits.map((one) => commitView(one, names)),
  };
}

export async function listTracked(repository: RepositoryReader): Promise<TrackedList> {
  const { index } = await repository.at('workspace');
  const items = index.outs.map(trackedView);
  return { items: items.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Looks at everything that is tracked; only what changed since the last time is read. */
export async function showStates(repository: RepositoryReader): Promise<DataStates> {
  const { workplace } = repository;
  const { index } = await repository.at('workspace');
  const changed: DataStates['changed'][number][] = [];
  for (const { out } of index.outs) {
    const state = await outState(workplace, out);
    if (state) changed.push({ path: out.location, state });
  }
  return { at: workplace.clock().toISOString(), checked: index.outs.length, changed };
}

export async function showRemoteStates({ workplace }: RepositoryReader): Promise<RemoteStates> {
  const found = await cloudStatus(workplace, []);
  const different = Object.entries(found).map(([path, state]) => ({ path, state }));
  return { at: workplace.clock().toISOString(), different };
}

export async function showHistory(
  repository: RepositoryReader,
  path: string,
  query: { readonly all: boolean; readonly limit: number; readonly offset: number },
): Promise<DataHistoryView> {
  const target = (await repository.at('workspace')).index.byLocation.get(path);
  if (!target) {
    throw new RequestError(404, 'ASSAY_API_NO_DATA', `${path} is not tracked in the workspace`, {
      hint: 'The page of data lists what is.',
    });
  }
  const { workplace } = repository;
  const { versions, next } = await dataHistory(workplace, target, query);
  const names = namesByCommit((await listRevisions(workplace, 0)).refs);
  return { tracked: trackedView(target), versions: versions.map((one) => versionView(one, names)), next: next ?? null };
}

export async function showText(repository: RepositoryReader, rev: string, path: string): Promise<DataText> {
  const { file, size } = await content(repository, rev, path);
  if (imageTypes[extname(path).toLowerCase()] && size <= largestImage) return { size, kind: 'image', text: null };
  if (size > largestText) return { size, kind: 'large', text: null };
  const bytes = await readFile(file);
  if (bytes.includes(0)) return { size, kind: 'binary', text: null };
  try {
    return { size, kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { size, kind: 'binary', text: null };
  }
}

export async function readImage(repository: RepositoryReader, rev: string, path: string) {
  const type = imageTypes[extname(path).toLowerCase()];
  if (type === undefined) throw new RequestError(404, 'ASSAY_API_NO_DATA', `${path} is no image that is shown`);
  const { file, size } = await content(repository, rev, path);
  if (size > largestImage) throw new RequestError(404, 'ASSAY_API_NO_DATA', `${path} is too large to be shown`);
  return { type, bytes: await readFile(file) };
}

async function content(repository: RepositoryReader, rev: string, path: string) {
  const found = await findContent(repository.workplace, await repository.at(rev), path);
  if (found) return found;
  throw new RequestError(404, 'ASSAY_API_NO_DATA', `${path} of ${rev} is not tracked data, or its bytes are not here`, {
    hint: 'Bring them with `assay fetch`; for a commit, `assay fetch -A`.',
  });
}

function trackedView({ stage, out }: Target): TrackedView {
  const { checksum, location } = out;
  return {
    path: location,
    isFolder: checksum === undefined ? null : checksum.value.endsWith('.dir'),
    size: out.size ?? null,
    files: out.nfiles ?? null,
    hash: checksum?.value ?? null,
    kind: stage.cmd.length > 0 ? 'stage' : stage.deps.length > 0 ? 'import' : 'data',
    tracker: stage.address,
    description: out.desc ?? stage.desc ?? null,
    inCache: out.cache,
  };
}

type Named = Pick<DataVersion, 'commit' | 'at' | 'author' | 'subject'>;

function commitView({ commit, at, author, subject }: Named, names: ReadonlyMap<string, readonly string[]>) {
  return { commit, at, author, subject, refs: names.get(commit) ?? [] };
}

function versionView(version: DataVersion, names: ReadonlyMap<string, readonly string[]>) {
  const { change, md5, size, nfiles } = version;
  return { ...commitView(version, names), change, hash: md5 ?? null, size: size ?? null, files: nfiles ?? null };
}

function namesByCommit(
  refs: readonly { readonly name: string; readonly commit: string }[],
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { name, commit } of refs) names.set(commit, [...(names.get(commit) ?? []), name]);
  return names;
}
