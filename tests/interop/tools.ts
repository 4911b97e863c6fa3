import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A program that tests/interop/install.sh has put into place. @throws when it has not. */
export function interopTool(name: string): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const path = join(process.env.ASSAY_INTEROP_TOOLS ?? join(cache, 'assay-interop'), name);
  if (!existsSync(path)) throw new Error(`${path} is not there: run tests/interop/install.sh first`);
  return path;
}
