import { type CheckedOut, shownPath, type Workplace } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { Output } from './output.ts';

const kinds = ['modified', 'added', 'deleted'] as const;
type Kind = (typeof kinds)[number];

/** The outputs that a checkout changed, as the person sees them: folders first, which end in `/`. */
export function changesOf(
  workplace: Workplace,
  done: readonly CheckedOut[],
  forgotten: readonly string[],
): Readonly<Record<Kind, readonly string[]>> {
  const shown = (path: string) => `${shownPath(workplace, path.replace(/\/$/, ''))}${path.endsWith('/') ? '/' : ''}`;
  const changes: Record<Kind, string[]> = { modified: [], added: [], deleted: forgotten.map(shown) };
  for (const { change, target, missing } of done) {
    if (change === undefined || missing.length > 0) continue;
    const folder = change !== 'deleted' && target.out.checksum?.value.endsWith('.dir') ? '/' : '';
    changes[change].push(`${shownPath(workplace, target.out.location)}${folder}`);
  }
  const order = (path: string) => `${path.endsWith('/') ? 0 : 1}${path}`;
  for (const kind of kinds) changes[kind].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return changes;
}

/** How many files a checkout changed. */
export function countsOf(done: readonly CheckedOut[], forgotten: readonly string[]): Readonly<Record<Kind, number>> {
  const count = (kind: Kind) => done.reduce((sum, one) => sum + (one.missing.length > 0 ? 0 : one.files[kind]), 0);
  return { modified: count('modified'), added: count('added'), deleted: count('deleted') + forgotten.length };
}

export function printChanges(output: Output, changes: Readonly<Record<Kind, readonly string[]>>): void {
  const { yellow, green, red } = output.colors;
  const color = { modified: yellow, added: green, deleted: red };
  for (const kind of kinds) {
    for (const path of changes[kind]) output.print(`${color[kind](kind[0]!.toUpperCase())}\t${path}`);
  }
}

/** @throws AssayError `ASSAY_DVC_MISSING_CACHE` */
export function checkNoneMissing(done: readonly CheckedOut[]): void {
  const names = done.filter((one) => one.missing.length > 0).map(({ target }) => target.out.location);
  if (names.length === 0) return;
  throw new AssayError('ASSAY_DVC_MISSING_CACHE', `not in the cache: ${names.join(', ')}`, {
    hint: 'Bring it from a remote with `assay pull` (an import that nobody downloaded yet: `assay update`), or pass over it with --allow-missing.',
  });
}
