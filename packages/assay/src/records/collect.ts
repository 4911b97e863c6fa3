import { AssayError } from '../errors.ts';
import { type FileObjectStore, parseManifest } from '../objects/index.ts';
import { REDACTS } from './sealing.ts';
import type { RecordStore } from './store.ts';

export interface Collected {
  /** Removed, or to be removed. */
  readonly objects: number;
  readonly bytes: number;
  /** Named by nothing, and too young: a writer at work may be about to name them. */
  readonly young: number;
}

interface Options {
  /** SHA-256 of objects that somebody needs whom the ledger does not know. */
  readonly needed?: ReadonlySet<string>;
  /** Younger objects are left alone. */
  readonly keepMs: number;
  readonly now: Date;
  readonly dryRun: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** A manifest of a folder begins so; larger objects are none. */
const MANIFEST = '{"files":[';
const LARGEST_MANIFEST = 2 ** 28;

/**
 * Removes objects that no record needs: left by a process that was killed between storing and sealing, or after a redaction.
 * Each is removed under the ledger's lock, when it is old and nothing names it still.
 */
export async function collectObjects(
  records: RecordStore,
  objects: FileObjectStore,
  { needed = new Set(), keepMs, now, dryRun, onProgress, signal }: Options,
): Promise<Collected> {
  const { inFolders, redacted } = await readLedger(records, objects, { onProgress, signal });
  const oldest = now.getTime() - keepMs;
  const found = { objects: 0, bytes: 0, young: 0 };
  for await (const { hash, size, changedAt } of objects.list()) {
    signal?.throwIfAborted();
    if (needed.has(hash) || inFolders.has(hash)) continue;
    const named = await records.children(`sha256:${hash}`);
    if (named.some((sealed) => !redacted.has(sealed.hash))) continue;
    let isUnused = false;
    await records.whileUnused(hash, () => {
      isUnused = true;
      if (changedAt <= oldest && !dryRun) objects.remove(hash);
    });
    if (!isUnused) continue;
    if (changedAt > oldest) found.young++;
    else {
      found.objects++;
      found.bytes += size;
    }
  }
  return found;
}

/** Files of folders that records name, and records whose content was taken away. */
async function readLedger(
  records: RecordStore,
  objects: FileObjectStore,
  { onProgress, signal }: { readonly onProgress: Options['onProgress']; readonly signal: AbortSignal | undefined },
) {
  const inFolders = new Set<string>();
  const redacted = new Set<string>();
  const looked = new Set<string>();
  const total = await records.size();
  for await (const { index, record } of records.entries(0, total)) {
    if (index % 1024 === 0) {
      signal?.throwIfAborted();
      onProgress?.(index, total);
    }
    for (const { role, ref } of record.parents) {
      if (ref.startsWith('sha256:')) await addFolder(ref.slice('sha256:'.length));
      else if (record.event === 'redacted' && role === REDACTS) redacted.add(ref.slice('record:'.length));
    }
    for (const { md5, sha256 } of record.artifacts) if (md5.endsWith('.dir')) await addFolder(sha256);
  }
  return { inFolders, redacted };

  async function addFolder(sha256: string): Promise<void> {
    if (looked.has(sha256)) return;
    looked.add(sha256);
    const size = await objects.size(sha256);
    if (size === undefined || size > LARGEST_MANIFEST) return;
    const bytes = await objects.read(sha256);
    if (Buffer.from(bytes.subarray(0, MANIFEST.length)).toString('latin1') !== MANIFEST) return;
    try {
      for (const file of parseManifest(bytes)) inFolders.add(file.sha256);
    } catch (error) {
      // A file that only looks like one.
      if (!(error instanceof AssayError && error.code === 'ASSAY_DIRECTORY_MANIFEST')) throw error;
    }
  }
}
