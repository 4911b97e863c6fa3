import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import type { Complaint } from './commands.ts';

/** The one way to write a path of a pipeline: relative to its folder, with `/`, no `.` or `..` left in it. */
export function cleanPath(text: string): { readonly path: string } | Complaint {
  const refuse = (message: string): Complaint => ({
    code: 'ASSAY_PIPELINE_PATH_ESCAPE',
    message,
    hint: "Paths are relative to the pipeline's folder, and stay in it.",
  });
  if (/[\0\r\n]/.test(text)) return refuse('a path holds a zero byte or a line break');
  if (isAbsolute(text) || /^([A-Za-z]:)?[\\/]/.test(text) || /^[A-Za-z]:/.test(text))
    return refuse(`the path \`${text}\` is absolute`);
  if (text === '~' || text.startsWith('~/')) return refuse(`the path \`${text}\` starts in a home folder`);
  if (text.includes('${'))
    return {
      code: 'ASSAY_PIPELINE_PLACEHOLDER',
      message: `placeholders are put into commands only, not into the path \`${text}\``,
      hint: 'Write the path out.',
    };
  const path = posix.normalize(text).replace(/\/$/, '');
  if (path === '..' || path.startsWith('../')) return refuse(`the path \`${text}\` leads out of the pipeline's folder`);
  return { path };
}

/** Is `inner` the same as `outer`, or in it? Both clean. */
export function isWithin(inner: string, outer: string): boolean {
  return outer === '.' || inner === outer || inner.startsWith(`${outer}/`);
}

/** Where a symbolic link on the way of a clean path leads out of `root`; undefined when all stays inside. */
export function linkOut(directory: string, path: string, root: string): string | undefined {
  const realRoot = realpathSync(root);
  let at = realpathSync(directory);
  for (const step of path.split('/')) {
    at = join(at, step);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (!stat) return undefined;
    if (!stat.isSymbolicLink()) continue;
    const real = realOf(at);
    if (real === undefined) return `\`${step}\` is a symbolic link to ${readlinkSync(at)}, which is not there`;
    const inside = relative(realRoot, real);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      return `\`${step}\` is a symbolic link to ${real}, outside of ${realRoot}`;
    at = real;
  }
  return undefined;
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
