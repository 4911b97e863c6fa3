import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { storeInRemote, type Workplace } from '../data/index.ts';
import type { Found } from '../objects/index.ts';
import { copyAll, type UrlContent, type UrlSource } from './url-source.ts';

/**
 * Puts data behind an address into a remote. It passes through this machine, and leaves nothing here.
 * @throws AssayError `ASSAY_DVC_NO_REMOTE`, and those of remotes
 */
export async function urlToRemote(
  workplace: Workplace,
  source: UrlSource,
  content: UrlContent,
  options: { readonly remote?: string; readonly jobs?: number },
): Promise<Found> {
  if (source.path !== undefined) return storeInRemote(workplace, source.path, options);
  const folder = join(workplace.repository.temporary, `from-url-${process.pid}`);
  try {
    await copyAll(source, content, folder, workplace, options.jobs);
    return await storeInRemote(workplace, folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
