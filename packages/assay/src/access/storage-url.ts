import { AssayError } from '../errors.ts';
import { openSource, type SourceOptions } from './source.ts';
import { sourcePath } from './source-path.ts';
import type { Visit } from './visit.ts';

/**
 * Where a remote has the bytes of a tracked path, or would have them.
 * @throws AssayError `ASSAY_ACCESS_NO_PATH` for what is not tracked, `ASSAY_DVC_NO_REMOTE`
 */
export async function storageUrl(url: string, path: string, visit: Visit, options: SourceOptions): Promise<string> {
  const source = await openSource(url, visit, options);
  try {
    const entry = await source.files.entry(sourcePath(source, path));
    const { tracked, owner } = entry ?? {};
    if (!tracked?.md5 || !owner) {
      throw new AssayError('ASSAY_ACCESS_NO_PATH', `${path} is no tracked data of ${url}`, {
        hint: `See \`assay list --dvc-only -R ${url}\`.`,
      });
    }
    const { config } = owner.repository;
    const name = tracked.target?.out.remote ?? config.defaultRemote();
    const base = name === undefined ? owner.cache : config.remote(name)?.url;
    if (base === undefined) {
      throw new AssayError('ASSAY_DVC_NO_REMOTE', `${url} has no remote${name === undefined ? '' : ` ${name}`}`, {
        hint: 'Name one with --remote.',
      });
    }
    const { md5, legacy } = tracked;
    return `${base.replace(/\/$/, '')}/${legacy ? '' : 'files/md5/'}${md5.slice(0, 2)}/${md5.slice(2)}`;
  } finally {
    await source.close();
  }
}
