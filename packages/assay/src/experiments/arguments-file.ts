import { join } from 'node:path';
import type { Repository } from '../dvc/index.ts';

/** Where DVC keeps, within a queued experiment's commit, how it is to be run. */
export function argumentsFile({ temporary }: Repository): string {
  return join(temporary, 'repro.dat');
}
