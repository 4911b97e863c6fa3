import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { type RepositoryIndex, runGit } from '../dvc/index.ts';
import type { Workplace } from './workplace.ts';

/**
 * Remembers what lies in the workspace because a tracking file said so. When that file is gone, with another commit for instance,
 * a checkout takes the data away too, if it is still the same.
 * @param md5 undefined: the data is the person's own from now on
 */
export function rememberPlaced(workplace: Workplace, location: string, md5: string | undefined): void {
  const file = fileOf(workplace);
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify([location, md5 ?? null])}\n`);
}

/** Takes away what no tracking file names any more, and nobody changed. @returns where it was; folders end in `/` */
export async function removeForgotten(workplace: Workplace, index: RepositoryIndex): Promise<readonly string[]> {
  const { lines, placed } = readPlaced(workplace);
  const removed: string[] = [];
  const kept = new Map(placed);
  for (const [location, md5] of placed) {
    if (index.byLocation.has(location)) continue;
    kept.delete(location);
    const overlaps = index.outs.some(
      ({ out }) => out.location.startsWith(`${location}/`) || location.startsWith(`${out.location}/`),
    );
    const path = join(workplace.repository.root, location);
    if (overlaps || !existsSync(path)) continue;
    const found = await workplace.cache.scan(path, { signal: workplace.signal });
    if (found?.md5 !== md5 || workplace.cache.missing(md5).length > 0 || (await isInGit(workplace, path))) continue;
    rmSync(path, { recursive: true, force: true });
    removed.push(found.kind === 'directory' ? `${location}/` : location);
  }
  if (kept.size < lines) {
    const text = [...kept].map((one) => `${JSON.stringify(one)}\n`).join('');
    replaceFile(fileOf(workplace), text, { sync: false });
  }
  return removed;
}

function readPlaced(workplace: Workplace): { readonly lines: number; readonly placed: ReadonlyMap<string, string> } {
  const file = fileOf(workplace);
  const placed = new Map<string, string>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  for (const line of lines) {
    // A line that was cut off by a crash is no line.
    if (!/^\["(?:[^"\\]|\\.)*",(?:"[0-9a-f]{32}(?:\.dir)?"|null)\]$/.test(line)) continue;
    const [location, md5] = JSON.parse(line) as [string, string | null];
    if (md5 === null || location.startsWith('/') || location.split('/').includes('..')) placed.delete(location);
    else placed.set(location, md5);
  }
  return { lines: lines.length, placed };
}

async function isInGit({ repository }: Workplace, path: string): Promise<boolean> {
  if (repository.gitTop === undefined) return false;
  const listed = await runGit(repository.gitTop, ['ls-files', '-z', '--', path]);
  return listed !== undefined && listed.length > 0;
}

function fileOf({ repository }: Workplace): string {
  return join(repository.temporary, 'assay', 'placed');
}
