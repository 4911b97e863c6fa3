import { nodeHasher } from './hashing.ts';
import type { LogSource } from './log-source.ts';
import { LogTree } from './log-tree.ts';
import {
  type Checkpoint,
  equalBytes,
  parseCheckpoint,
  toHex,
  type Verifier,
  verifyCheckpoint,
  verifyConsistency,
  verifyInclusion,
} from './proof/index.ts';
import { consistencyPath, edgeOf, inclusionPath, rootAt, withNodes } from './tree.ts';

interface ComparedLog {
  readonly name: string;
  readonly origin: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

export interface Comparison {
  /** `prefix`: the shorter one is the beginning of the longer. `split`: of one name, and with other entries. */
  readonly relation: 'same' | 'prefix' | 'split' | 'different';
  readonly logs: readonly [ComparedLog, ComparedLog];
  /** Whether both checkpoints were verified by a key. */
  readonly signed: boolean;
  /** Of a split view, the first place where they differ, and what each has there. */
  readonly first?: { readonly index: number; readonly entries: readonly [Uint8Array, Uint8Array] };
}

export interface ComparisonKeys {
  readonly verifiers: readonly Verifier[];
  /** Otherwise logs of a name that none of the keys has are compared without a look at their signatures. */
  readonly required: boolean;
}

interface Examined {
  readonly checkpoint: Checkpoint;
  readonly tree: LogTree;
}

/**
 * How two logs stand to each other, by their checkpoints and tiles. Reads O(log size) tiles of each, all of which must lead to the
 * roots that are signed.
 *
 * @param keys by which both checkpoints must be signed
 * @throws AssayError `ASSAY_LOG_DAMAGED`, `ASSAY_LOG_UNREADABLE`, and those of `verifyCheckpoint`
 */
export async function compareLogs(sources: readonly [LogSource, LogSource], keys: ComparisonKeys): Promise<Comparison> {
  const notes = [await sources[0].checkpoint(), await sources[1].checkpoint()] as const;
  const logs = notes.map((note, i): ComparedLog => {
    const { origin, size, root } = parseCheckpoint(note);
    return { name: sources[i]!.name, origin, size, root: toHex(root) };
  }) as [ComparedLog, ComparedLog];
  const { origin } = logs[0];
  if (origin !== logs[1].origin) return { relation: 'different', logs, signed: false };
  const verifiers = keys.verifiers.filter(({ name }) => name === origin);
  const signed = keys.required || verifiers.length > 0;
  if (signed) for (const note of notes) verifyCheckpoint(note, verifiers);
  const examined = [await examine(sources[0], notes[0]), await examine(sources[1], notes[1])] as const;
  const [smaller, larger] = logs[0].size <= logs[1].size ? examined : ([examined[1], examined[0]] as const);
  if (await isPrefix(smaller, larger)) {
    return { relation: logs[0].size === logs[1].size ? 'same' : 'prefix', logs, signed };
  }
  const index = await firstDifference(smaller, larger);
  const entries = [await provenEntry(examined[0], index), await provenEntry(examined[1], index)] as const;
  return { relation: 'split', logs, signed, first: { index, entries } };
}

async function examine(source: LogSource, note: string): Promise<Examined> {
  const checkpoint = parseCheckpoint(note);
  const { size, root } = checkpoint;
  const tree = new LogTree(source, size);
  if (!equalBytes(await withNodes(tree, (read) => rootAt(read, size)), root)) {
    throw tree.damaged('its tiles lead to another root');
  }
  return { checkpoint, tree };
}

async function isPrefix(smaller: Examined, larger: Examined): Promise<boolean> {
  const [old, now] = [smaller.checkpoint, larger.checkpoint];
  const found = await withNodes(larger.tree, (read) => rootAt(read, old.size));
  if (!equalBytes(found, old.root)) return false;
  const proof = await withNodes(larger.tree, (read) => consistencyPath(read, old.size, now.size));
  if (verifyConsistency(old.size, now.size, old.root, now.root, proof, nodeHasher)) return true;
  throw larger.tree.damaged(`its tiles do not lead from ${old.size} entries to ${now.size}`);
}

/** The first leaf of the smaller tree that the larger one has otherwise: down the first subtree that differs. */
async function firstDifference(smaller: Examined, larger: Examined): Promise<number> {
  for (const place of [...edgeOf(smaller.checkpoint.size)].reverse()) {
    const [[mine], [theirs]] = [await smaller.tree.nodes([place]), await larger.tree.nodes([place])];
    if (equalBytes(mine!, theirs!)) continue;
    let { level, position } = place;
    for (; level > 0; level--) {
      const [left] = await smaller.tree.children(level, position);
      const [otherLeft] = await larger.tree.children(level, position);
      position = 2 * position + (equalBytes(left, otherLeft) ? 1 : 0);
    }
    return position;
  }
  throw larger.tree.damaged('its tiles have another root than the ones that they are made of');
}

/** An entry that the signed root vouches for: only then two of them convict. */
async function provenEntry({ checkpoint: { size, root }, tree }: Examined, index: number): Promise<Uint8Array> {
  const entry = await tree.entry(index);
  const path = await withNodes(tree, (read) => inclusionPath(read, index, size));
  if (verifyInclusion(nodeHasher.leaf(entry), index, size, path, root, nodeHasher)) return entry;
  throw tree.damaged(`its entry ${index} is not in the tree of its root`);
}
