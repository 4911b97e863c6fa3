import { posix } from 'node:path';

/** Names that JDF allows, each given once. */
export class JdfNames {
  readonly #taken = new Set<string>();

  /** The name itself where it may stand, or the nearest that may. */
  take(wanted: string): string {
    const clean =
      wanted
        .replace(/[^A-Za-z0-9_-]+/g, '-')
        .replace(/^[^A-Za-z0-9]+|-+$/g, '')
        .slice(0, 90) || 'one';
    let name = clean;
    for (let n = 2; this.#taken.has(name); n++) name = `${clean}-${n}`;
    this.#taken.add(name);
    return name;
  }

  /** A port for a path: its file without the ending. */
  takeForPath(path: string): string {
    const base = posix.basename(path);
    return this.take(base.replace(/(?<=.)\.[^.]*$/, ''));
  }
}
