import { DatabaseSync } from 'node:sqlite';
import { isBusy } from '../database/index.ts';

const INTERVAL_MS = 100;

/**
 * Tells of commits by any process: `PRAGMA data_version` on a connection of its own changes with each of them. Does not keep
 * the process alive.
 */
export function watchDatabase(file: string, listener: (size: number) => void): () => void {
  const database = new DatabaseSync(file, { readOnly: true });
  const version = database.prepare('PRAGMA data_version');
  const count = database.prepare('SELECT max(idx) AS last FROM record');
  const readSize = () => Number(count.get()?.last ?? -1) + 1;
  let seen = version.get()?.data_version;
  let size = readSize();
  const timer = setInterval(() => {
    try {
      const current = version.get()?.data_version;
      if (current === seen) return;
      const grown = readSize();
      seen = current;
      if (grown <= size) return;
      size = grown;
    } catch (error) {
      if (isBusy(error)) return;
      throw error;
    }
    listener(size);
  }, INTERVAL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (database.isOpen) database.close();
  };
}
