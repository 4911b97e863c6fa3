import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The program that a first word names: a path from the working folder if it holds `/`, else the first on the PATH. */
export function findCommand(
  word: string,
  search: string,
  directory: string,
): { readonly file: string } | { readonly missing: string } {
  if (word.includes('/')) {
    const file = resolve(directory, word);
    const state = lookAt(file);
    if (state === 'program') return { file };
    return {
      missing: state === 'none' ? `there is no program ${file}` : `${file} may not be executed (chmod +x makes it so)`,
    };
  }
  let unfit: string | undefined;
  for (const folder of search.split(':')) {
    if (folder === '') continue;
    const file = join(resolve(directory, folder), word);
    const state = lookAt(file);
    if (state === 'program') return { file };
    if (state === 'file') unfit ??= file;
  }
  if (unfit) return { missing: `${unfit} may not be executed (chmod +x makes it so)` };
  return { missing: `there is no command \`${word}\` on the PATH (${search})` };
}

function lookAt(file: string): 'program' | 'file' | 'none' {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return 'none';
  try {
    accessSync(file, constants.X_OK);
    return 'program';
  } catch {
    return 'file';
  }
}
