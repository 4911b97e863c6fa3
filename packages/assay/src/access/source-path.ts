import { posix } from 'node:path';
import { AssayError } from '../errors.ts';
import type { Source } from './source.ts';

/**
 * A path that a person gave, relative to the top of the source. An absolute one counts from there, as in DVC.
 * @throws AssayError `ASSAY_ACCESS_NO_PATH` when it leads out
 */
export function sourcePath({ start, root }: Pick<Source, 'start' | 'root'>, path: string): string {
  const inside = root !== undefined && (path === root || path.startsWith(`${root}/`)) ? path.slice(root.length) : path;
  const found = posix.normalize(inside.startsWith('/') ? `.${inside}` : posix.join(start, inside)).replace(/\/+$/, '');
  if (found === '.' || found === '') return '';
  if (found !== '..' && !found.startsWith('../')) return found;
  throw new AssayError('ASSAY_ACCESS_NO_PATH', `${path} leads out of the repository`, {
    hint: 'Name a path inside of it.',
  });
}
