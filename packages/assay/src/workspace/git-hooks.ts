import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { AssayError } from '../errors.ts';

export const hookNames = ['post-checkout', 'pre-commit', 'pre-push'] as const;

/**
 * Writes the hooks that keep data in step with git. Those that DVC wrote stay unless forced: they do the same.
 * @param folder git's folder for hooks
 * @param launcher the program, for when `assay` is not on the PATH
 * @returns hooks that DVC wrote, and that were left
 * @throws AssayError `ASSAY_HOOK_EXISTS` for one that somebody else wrote
 */
export function installHooks(folder: string, launcher: readonly string[], force: boolean): readonly string[] {
  const standing = new Map(
    hookNames.flatMap((name) => {
      const file = join(folder, name);
      return existsSync(file) ? [[name, readFileSync(file, 'utf8')] as const] : [];
    }),
  );
  const isOfDvc = (text: string) => /^exec dvc git-hook /m.test(text);
  for (const [name, text] of standing) {
    if (isOfDvc(text) || text.includes('assay git-hook')) continue;
    throw new AssayError('ASSAY_HOOK_EXISTS', `${join(folder, name)} is there already`, {
      hint: `Put \`assay git-hook ${name} "$@"\` into it, or use --use-pre-commit-tool.`,
    });
  }
  const left: string[] = [];
  mkdirSync(folder, { recursive: true });
  for (const name of hookNames) {
    if (!force && isOfDvc(standing.get(name) ?? '')) {
      left.push(name);
      continue;
    }
    const file = join(folder, name);
    const call = `git-hook ${name} "$@"`;
    const other = launcher.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const text = `#!/bin/sh\ncommand -v assay >/dev/null 2>&1 && exec assay ${call}\nexec ${other} ${call}\n`;
    replaceFile(file, text, { sync: false });
    chmodSync(file, 0o755);
  }
  return left;
}
