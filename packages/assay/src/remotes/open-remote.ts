import { isAbsolute } from 'node:path';
import { AssayError } from '../errors.ts';
import { syncFolder } from '../objects/index.ts';
import { withoutSecrets } from './errors.ts';
import { LocalFolderRemote } from './local-folder.ts';
import type { Remote, RemoteSettings } from './remote.ts';

/**
 * A remote by its settings; its client is loaded only here.
 * @throws AssayError `ASSAY_REMOTE_SCHEME`, `ASSAY_REMOTE_SETTING`
 */
export async function openRemote(name: string, settings: RemoteSettings): Promise<Remote> {
  const { url = '' } = settings;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
    case 'file':
    case 'local': {
      const folder = scheme === undefined ? url : decodeURIComponent(new URL(url).pathname);
      if (!isAbsolute(folder)) break;
      return new LocalFolderRemote(name, folder, syncFolder);
    }
    case 's3':
    case 'oss': {
      const { S3Remote } = await import('./s3.ts');
      return new S3Remote(name, settings);
    }
    case 'http':
    case 'https': {
      const { HttpRemote } = await import('./http.ts');
      return new HttpRemote(name, settings);
    }
  }
  throw new AssayError('ASSAY_REMOTE_SCHEME', `the remote ${name} has the address ${withoutSecrets(url)}`, {
    hint: 'Known are folders, s3://, oss://, http:// and https://.',
  });
}
