import { byCodePoint } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { SourceEntry, SourceFiles } from './source-files.ts';

export interface SourceFile {
  /** Relative to what was asked for; empty when that is the file itself. */
  readonly path: string;
  /** Relative to the top of the source. */
  readonly at: string;
  readonly entry: SourceEntry;
}

/** What is at a path of another repository, to be taken from there. */
export interface SourceContent {
  readonly kind: 'file' | 'folder';
  /** Sorted by path. */
  readonly files: readonly SourceFile[];
}

/**
 * The files at a path. As DVC has it, what says what is tracked is left out of a folder, and so are repositories within it.
 * @throws AssayError `ASSAY_ACCESS_NO_PATH`, `ASSAY_PATH_ESCAPES`
 */
export async function contentAt(files: SourceFiles, path: string, place: string): Promise<SourceContent> {
  const entry = await files.entry(path);
  if (!entry) {
    throw new AssayError('ASSAY_ACCESS_NO_PATH', `there is no ${JSON.stringify(path)} in ${place}`, {
      hint: `See \`assay list -R ${place}\`.`,
    });
  }
  if (entry.kind === 'file') return { kind: 'file', files: [{ path: '', at: path, entry }] };
  const found: SourceFile[] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const at = [path, folder].filter((part) => part !== '').join('/');
    for (const child of await files.list(at)) {
      files.visit.signal.throwIfAborted();
      if (isTracking(child.name) || child.plain?.isLinkedFolder === true) continue;
      // Written into a folder of ours, it would be a git repository whose settings somebody else chose.
      if (/^\.git$/i.test(child.name)) throw gitInside(at, place);
      const inner = folder === '' ? child.name : `${folder}/${child.name}`;
      if (child.kind === 'folder') open.push(inner);
      else found.push({ path: inner, at: at === '' ? child.name : `${at}/${child.name}`, entry: child });
    }
  }
  return { kind: 'folder', files: found.sort((a, b) => byCodePoint(a.path, b.path)) };
}

export function isTracking(name: string): boolean {
  return name === 'dvc.yaml' || name === '.dvcignore' || (name.endsWith('.dvc') && name !== '.dvc');
}

function gitInside(folder: string, place: string): AssayError {
  return new AssayError('ASSAY_PATH_ESCAPES', `${folder || place} holds data named .git, which is refused`, {
    hint: 'Find out where the repository comes from.',
  });
}
