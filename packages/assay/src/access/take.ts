import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { AssayError } from '../errors.ts';
import type { DirectoryEntry, DvcCache } from '../objects/index.ts';
import { formatDvcDirectory } from '../objects/index.ts';
import { type BringOptions, bringObjects, type WantedObject } from './objects.ts';
import type { Source } from './source.ts';
import { contentAt, type SourceFile } from './source-walk.ts';

/** What was put into a cache. */
export interface Taken {
  /** Of a file, or of a folder's list; undefined when that could not be made of the files that were asked for. */
  readonly md5: string | undefined;
  /** Objects of DVC that were asked for. */
  readonly files: number;
}

export interface TakeOptions extends BringOptions {
  /** Which files of a folder; all of them without. */
  readonly only?: (path: string) => boolean;
}

/**
 * Puts what another repository has at a path into a cache, whoever keeps it there.
 * @throws AssayError `ASSAY_ACCESS_NO_PATH`, `ASSAY_ACCESS_MISSING`, and those of remotes
 */
export async function takeIntoCache(
  source: Source,
  path: string,
  place: string,
  into: DvcCache,
  options: TakeOptions = {},
): Promise<Taken> {
  const { files } = source;
  const content = await contentAt(files, path, place);
  const isChosen = ({ path: name }: SourceFile) => options.only?.(name) ?? true;
  const wanted = content.files.filter(isChosen).flatMap((file) => wantedOf(file, place));
  await bringObjects(wanted, into, files.visit, options);
  const batch = into.receiving();
  try {
    const entries: DirectoryEntry[] = [];
    let isComplete = true;
    for (const file of content.files) {
      const { path: name, at, entry } = file;
      const { tracked, plain } = entry;
      let md5 = tracked?.md5;
      if (plain) md5 = await files.plain.take(at, batch);
      else if (tracked?.legacy === true && !isChosen(file)) {
        // The hash of DVC 3 would need its bytes.
        isComplete = false;
        continue;
      } else if (tracked?.legacy === true) {
        const object = into.pathOf(md5!, true);
        md5 = await batch.put(object, statSync(object));
      }
      entries.push({ path: name, md5: md5! });
    }
    let md5 = content.kind === 'file' ? entries[0]?.md5 : undefined;
    if (content.kind === 'folder' && isComplete) {
      const list = formatDvcDirectory(entries, true);
      md5 = `${hash('md5', list, 'hex')}.dir`;
      batch.putBytes(md5, list);
    }
    await batch.commit();
    return { md5, files: wanted.length };
  } finally {
    await batch.end();
  }
}

/** Nothing for a file that is really there: DVC takes that, as it lies. */
export function wantedOf({ at, entry }: SourceFile, place: string): readonly WantedObject[] {
  const { tracked, plain, owner } = entry;
  if (plain || !tracked?.target || !owner) return [];
  const inner = at
    .slice(owner.prefix === '' ? 0 : owner.prefix.length + 1)
    .slice(tracked.target.out.location.length + 1);
  const { target, legacy, md5 } = tracked;
  if (md5 !== undefined) return [{ source: owner, md5, legacy, location: `${place}: ${at}`, target, inner }];
  throw new AssayError('ASSAY_ACCESS_MISSING', `${place}: ${at} was never downloaded there: its hash is not known`, {
    hint: 'Run the stage that makes it there, or `assay update` for an import.',
  });
}
