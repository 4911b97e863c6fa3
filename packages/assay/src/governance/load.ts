import type { RecordStore, SealedRecord } from '../records/index.ts';
import { readPolicy } from './documents.ts';
import { entryOf, GOVERNANCE_KINDS, Replay } from './replay.ts';

export interface AuditFinding {
  readonly index: number;
  /** `kind/id`, with its revision. */
  readonly record: string;
  readonly hash: string;
  readonly problems: readonly string[];
}

/**
 * Replays what governance is made of, and every record of the kinds that are or ever were guarded or proposed, in the ledger's order.
 * @returns the state after the last of them, and every record that was not allowed at its place
 */
export async function replayLedger(
  records: RecordStore,
  origin: string,
): Promise<{ readonly replay: Replay; readonly findings: readonly AuditFinding[]; readonly seen: number }> {
  const replay = new Replay(origin);
  const findings: AuditFinding[] = [];
  const relevant = await relevantRecords(records);
  for (const sealed of relevant) {
    const body = await records.body(sealed.record.body);
    const isRedacted = body === undefined && (await wasRedacted(records, sealed.hash));
    const problems = replay.take(entryOf(sealed, isRedacted ? 'redacted' : body?.bytes));
    const { kind, id, revision } = sealed.record;
    if (problems.length > 0)
      findings.push({
        index: sealed.index,
        record: `${kind}/${id}, revision ${revision}`,
        hash: sealed.hash,
        problems,
      });
  }
  return { replay, findings, seen: relevant.length };
}

async function wasRedacted(records: RecordStore, hash: string): Promise<boolean> {
  const ref = `record:${hash}`;
  const children = await records.children(ref);
  return children.some(
    ({ record }) =>
      record.event === 'redacted' && record.parents.some((parent) => parent.role === 'redacts' && parent.ref === ref),
  );
}

/** Oldest first. */
async function relevantRecords(records: RecordStore): Promise<readonly SealedRecord[]> {
  const found = (await Promise.all(GOVERNANCE_KINDS.map((kind) => records.list({ kind })))).flat();
  const kinds = new Set<string>();
  for (const { record, hash } of [...found]) {
    if (record.kind !== 'policy' && record.kind !== 'proposal') continue;
    const body = await records.body(record.body);
    // What cannot be read guards nothing, and is told by the replay.
    const kind = body && (record.kind === 'policy' ? guardedKind(body.bytes) : proposedKind(body.bytes));
    if (kind !== undefined) kinds.add(kind);
    for (const child of await records.children(`record:${hash}`)) kinds.add(child.record.kind);
  }
  for (const kind of kinds) if (!GOVERNANCE_KINDS.includes(kind)) found.push(...(await records.list({ kind })));
  return found.sort((a, b) => a.index - b.index);
}

function guardedKind(bytes: Uint8Array): string | undefined {
  try {
    return readPolicy(bytes).kind;
  } catch {
    return undefined;
  }
}

function proposedKind(bytes: Uint8Array): string | undefined {
  try {
    const { payload } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { payload: string };
    const { change } = JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as { change: { kind: unknown } };
    return typeof change.kind === 'string' ? change.kind : undefined;
  } catch {
    return undefined;
  }
}
