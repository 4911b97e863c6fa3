import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../files/index.ts';
import { sha256 } from './manifest.ts';

interface CachedFiling {
  readonly accession: string;
  readonly sha256: string;
  readonly size: number;
  readonly url: string;
}

/**
 * Filings fetched once, kept for every later run: the bytes under their accession number, and an append-only log of what
 * came from where. A filing counts as present only if its bytes have the logged hash.
 */
export class FilingCache {
  readonly #folder: string;
  readonly #known: Map<string, CachedFiling>;

  private constructor(folder: string, known: Map<string, CachedFiling>) {
    this.#folder = folder;
    this.#known = known;
  }

  static async open(folder: string): Promise<FilingCache> {
    await mkdir(folder, { recursive: true });
    const known = new Map<string, CachedFiling>();
    const log = await readFile(join(folder, 'fetched.jsonl'), 'utf8').catch(() => '');
    for (const line of log.split('\n')) {
      try {
        const entry = JSON.parse(line) as CachedFiling;
        known.set(entry.accession, entry);
      } catch {
        // A line cut short by a kill: its filing is fetched again.
      }
    }
    return new FilingCache(folder, known);
  }

  async get(accession: string): Promise<Buffer | null> {
    const known = this.#known.get(accession);
    if (!known) return null;
    const bytes = await readFile(this.#path(accession)).catch(() => null);
    return bytes !== null && bytes.length === known.size && sha256(bytes) === known.sha256 ? bytes : null;
  }

  async put(accession: string, bytes: Buffer, url: string): Promise<void> {
    const entry = { accession, sha256: sha256(bytes), size: bytes.length, url };
    // No wait for the disk: bytes that were lost are told by their hash, and fetched again.
    await writeFileAtomically(this.#path(accession), bytes, { durable: false });
    await appendFile(join(this.#folder, 'fetched.jsonl'), `\n${JSON.stringify(entry)}\n`);
    this.#known.set(accession, entry);
  }

  #path(accession: string): string {
    return join(this.#folder, `${accession}.txt`);
  }
}
