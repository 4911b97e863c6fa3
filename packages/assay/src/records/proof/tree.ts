import { equalBytes } from './bytes.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { Frontier, portableHasher } from './merkle.ts';
import { parseVkey } from './note.ts';
import { parseEntry } from './record.ts';

export interface TreeVerdict {
  readonly ok: boolean;
  /** How many entries were read. */
  readonly records: number;
  readonly checkpoint: Checkpoint | undefined;
  readonly failures: readonly {
    readonly check: 'checkpoint' | 'entry' | 'size' | 'root';
    readonly index?: number;
    readonly message: string;
  }[];
}

/**
 * Computes a ledger's root again from all of its entries, and compares it with what a checkpoint vouches for. Trusts neither
 * the server that hands out the entries nor its tree.
 *
 * @param entries every entry, from the first; those beyond the checkpoint's size are not read
 * @param onProgress told of the number of entries hashed so far
 */
export async function verifyTree(
  entries: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  checkpointNote: string,
  vkey: string,
  onProgress?: (done: number, total: number) => void,
): Promise<TreeVerdict> {
  const failures: TreeVerdict['failures'][number][] = [];
  let checkpoint: Checkpoint;
  try {
    checkpoint = verifyCheckpoint(checkpointNote, [parseVkey(vkey)]);
  } catch (error) {
    failures.push({ check: 'checkpoint', message: messageOf(error) });
    return { ok: false, records: 0, checkpoint: undefined, failures };
  }
  const frontier = new Frontier();
  if (checkpoint.size > 0) {
    for await (const entry of entries) {
      try {
        parseEntry(entry);
      } catch (error) {
        failures.push({ check: 'entry', index: frontier.size, message: messageOf(error) });
      }
      frontier.add(portableHasher.leaf(entry));
      onProgress?.(frontier.size, checkpoint.size);
      if (frontier.size === checkpoint.size) break;
    }
  }
  if (frontier.size < checkpoint.size) {
    const message = `the checkpoint vouches for ${checkpoint.size} records, and only ${frontier.size} are there`;
    failures.push({ check: 'size', index: frontier.size, message });
  } else if (!equalBytes(frontier.root(), checkpoint.root)) {
    failures.push({
      check: 'root',
      message: 'the records do not have the root that was signed: at least one was changed',
    });
  }
  return { ok: failures.length === 0, records: frontier.size, checkpoint, failures };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
