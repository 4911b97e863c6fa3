import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type ExportPlace, exportFolder } from '../records/index.ts';
import { openRemote, type Remote, withoutSecrets } from '../remotes/index.ts';
import { remoteAddress } from './url-source.ts';
import type { Visit } from './visit.ts';

/**
 * The place that an address means for the static files of a ledger: a folder, or a store that remotes can be in.
 * @param url a path, an address with a scheme, or `remote://NAME/path` of a remote in the settings
 * @throws AssayError `ASSAY_DVC_NO_REMOTE`, `ASSAY_REMOTE_SCHEME`
 */
export async function openExportPlace(
  url: string,
  config: () => Promise<Config | undefined>,
  visit: Visit,
): Promise<ExportPlace & AsyncDisposable> {
  const { address, options } = remoteAddress(url, url.startsWith('remote://') ? await config() : undefined);
  const isHere = isAbsolute(address) || !/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(address);
  if (isHere || /^file:\/\//i.test(address)) {
    const folder = isHere ? resolve(visit.directory, address) : fileURLToPath(address);
    return { ...exportFolder(folder), async [Symbol.asyncDispose]() {} };
  }
  const plain = address.replace(/(?<=[^/:])\/+$/, '');
  const remote = await openRemote(withoutSecrets(url), { ...options, url: plain }, visit);
  const folder = mkdtempSync(join(tmpdir(), 'assay-export-'));
  return {
    ...inRemote(remote, folder, visit.signal),
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true });
      await remote.close();
    },
  };
}

/** @param folder for the files that go and come */
function inRemote(remote: Remote, folder: string, signal: AbortSignal): ExportPlace {
  let count = 0;
  const upload = async (path: string, bytes: string | Uint8Array) => {
    const file = join(folder, `${count++}`);
    writeFileSync(file, bytes);
    await remote.upload(file, path, { signal });
    rmSync(file);
  };
  return {
    name: remote.url,
    parallel: remote.parallel,
    async checkpoint() {
      const file = join(folder, `${count++}`);
      try {
        await remote.download('checkpoint', file, { signal });
        return readFileSync(file, 'utf8');
      } catch (error) {
        if (error instanceof AssayError && error.code === 'ASSAY_REMOTE_MISSING') return undefined;
        throw error;
      } finally {
        rmSync(file, { force: true });
      }
    },
    writeTile: upload,
    settle: () => remote.settle(),
    async replaceCheckpoint(note) {
      await upload('checkpoint', note);
      await remote.settle();
    },
    async removeParts(path) {
      const parts: string[] = [];
      for await (const { key } of remote.list(`${path}.p/`, { signal })) parts.push(key);
      if (parts.length > 0) await remote.remove(parts);
    },
  };
}
