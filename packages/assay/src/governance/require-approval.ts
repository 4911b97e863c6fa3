import { AssayError } from '../errors.ts';
import { type Draft, REDACTS, type RecordStore } from '../records/index.ts';
import { replayLedger } from './load.ts';
import { type Entry, GOVERNANCE_KINDS } from './replay.ts';

const MARGIN_MS = 5000;

/**
 * Judges drafts, in their order, by the policies that the ledger has now.
 * @throws AssayError `ASSAY_APPROVAL_REQUIRED`, with everything that is missing
 */
export async function requireApproval(
  records: RecordStore,
  origin: string,
  drafts: readonly Draft[],
  now: Date,
): Promise<void> {
  const { replay } = await replayLedger(records, origin);
  if (drafts.length > 1 && drafts.some(({ kind }) => GOVERNANCE_KINDS.includes(kind))) {
    // The second of them would have to be judged by a ledger that is not there yet.
    throw new AssayError('ASSAY_APPROVAL_REQUIRED', 'changes of governance are sealed one by one');
  }
  for (const draft of drafts) {
    await refuseHiding(records, draft, (kind, id) => replay.guards(kind, id).length > 0);
    const newest = await records.latest(draft.kind, draft.id);
    const revision = draft.revision ?? (newest?.record.revision ?? 0) + 1;
    // A revision that is there already is answered with, or is a conflict; the store decides.
    if (newest && revision <= newest.record.revision) continue;
    const entry: Entry = {
      record: {
        ...draft,
        revision,
        // What is sealed bears a time that is a little later: nothing may pass here and be over there.
        at: new Date(now.getTime() + (draft.kind === 'proposal' ? 0 : MARGIN_MS)).toISOString(),
        artifacts: draft.artifacts ?? [],
        parents: draft.parents ?? [],
      },
      hash: undefined,
      body: draft.body.bytes,
    };
    const problems = replay.problems(entry);
    if (problems.length > 0) {
      throw new AssayError(
        'ASSAY_APPROVAL_REQUIRED',
        `${draft.kind}/${draft.id} was not sealed: ${problems.join('; ')}`,
        {
          hint: 'Propose the change (`assay propose`, or --propose of the command), have it approved, then `assay apply`.',
        },
      );
    }
  }
}

/** Nobody takes away, by redaction, what others need to judge the ledger by. */
async function refuseHiding(
  records: RecordStore,
  draft: Draft,
  isGuarded: (kind: string, id: string) => boolean,
): Promise<void> {
  for (const { role, ref } of draft.parents ?? []) {
    const target = role === REDACTS ? await records.get(ref.replace(/^record:/, '')) : undefined;
    if (!target) continue;
    const { kind, id } = target.record;
    if (GOVERNANCE_KINDS.includes(kind) || (isGuarded(kind, id) && (draft.kind !== kind || draft.id !== id))) {
      throw new AssayError('ASSAY_APPROVAL_REQUIRED', `${kind}/${id} may not be redacted: the ledger is judged by it`);
    }
  }
}
