import { isAbsolute } from 'node:path';
import { AssayError } from '../errors.ts';
import { syncFolder } from '../objects/index.ts';
import { withoutSecrets } from './errors.ts';
import { LocalFolderRemote } from './local-folder.ts';
import { PersistentRemote } from './persistent.ts';
import type { Remote, RemoteSettings, RemoteSurroundings } from './remote.ts';
import { checkSettings, numberIn } from './settings.ts';

/**
 * A remote by its settings; its client is loaded only here.
 * @throws AssayError `ASSAY_REMOTE_SCHEME`, `ASSAY_REMOTE_SETTING`, `ASSAY_REMOTE_VERSIONED`
 */
export async function openRemote(
  name: string,
  settings: RemoteSettings,
  surroundings: RemoteSurroundings = { environment: process.env },
): Promise<Remote> {
  const { url = '' } = settings;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1]?.toLowerCase() ?? 'file';
  const kind = scheme === 'file' || scheme === 'local' ? '' : scheme === 'https' ? 'http' : scheme;
  const remote = await open(name, kind, settings, surroundings);
  if (!remote) {
    throw new AssayError('ASSAY_REMOTE_SCHEME', `the remote ${name} has the address ${withoutSecrets(url)}`, {
      hint: 'Known are folders, s3://, gs://, azure://, gdrive://, oss://, ssh://, hdfs://, webhdfs://, http:// and https://.',
    });
  }
  const jobs = numberIn(name, settings, 'jobs', 1);
  return kind === '' ? remote : new PersistentRemote(remote, jobs);
}

async function open(
  name: string,
  kind: string,
  settings: RemoteSettings,
  surroundings: RemoteSurroundings,
): Promise<Remote | undefined> {
  const { url = '' } = settings;
  const check = () => checkSettings(name, kind, settings);
  switch (kind) {
    case '': {
      const folder = url.includes('://') ? decodeURIComponent(new URL(url).pathname) : url;
      if (!isAbsolute(folder)) return undefined;
      check();
      return new LocalFolderRemote(name, folder, syncFolder);
    }
    case 's3':
    case 'oss': {
      check();
      const { S3Remote } = await import('./s3.ts');
      return new S3Remote(name, settings, surroundings);
    }
    case 'azure': {
      check();
      const { openAzure } = await import('./azure.ts');
      return openAzure(name, settings, surroundings);
    }
    case 'gs': {
      check();
      const { openGoogleStorage } = await import('./google-storage.ts');
      return openGoogleStorage(name, settings, surroundings);
    }
    case 'gdrive': {
      check();
      const { openGoogleDrive } = await import('./google-drive.ts');
      return openGoogleDrive(name, settings, surroundings);
    }
    case 'ssh': {
      check();
      const { openSsh } = await import('./ssh.ts');
      return openSsh(name, settings, surroundings);
    }
    case 'hdfs':
    case 'webhdfs': {
      check();
      const { openWebHdfs } = await import('./webhdfs.ts');
      return openWebHdfs(name, settings, surroundings);
    }
    case 'http': {
      check();
      const { openHttp } = await import('./http.ts');
      return openHttp(name, settings, surroundings);
    }
  }
  return undefined;
}
