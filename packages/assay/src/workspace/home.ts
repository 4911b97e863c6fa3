import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The person's own folder, outside every checkout: keys, the local actor, high-water marks.
 * `$ASSAY_HOME`, else `$XDG_DATA_HOME/assay`, else `~/.local/share/assay`.
 */
export function assayHome(environment: NodeJS.ProcessEnv): string {
  if (environment.ASSAY_HOME) return resolve(environment.ASSAY_HOME);
  // The XDG base directory specification: a relative path there is invalid and to be ignored.
  if (environment.XDG_DATA_HOME?.startsWith('/')) return join(environment.XDG_DATA_HOME, 'assay');
  return join(environment.HOME ?? homedir(), '.local', 'share', 'assay');
}

/** Makes the folder, closed to others. */
export function makePrivateDirectory(path: string): void {
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) === undefined) return;
  chmodSync(path, 0o700);
}
