import { AssayError } from '../errors.ts';
import { makeReceipt, nodeEd25519, type RecordStore, verifyReceipt } from '../records/index.ts';
import { fromBase64, parseVkey, type Receipt } from '../records/proof/index.ts';
import { GOVERNANCE_KINDS, Replay } from './replay.ts';
import type { Found } from './voting.ts';

const FORMAT = 'assay-proposal-proof@v1';

/** All that a stranger needs to follow one change from its policies to the record that was sealed. */
export interface ProposalProof {
  readonly format: typeof FORMAT;
  /** `record:<hash>` */
  readonly proposal: string;
  /** In the ledger's order. */
  readonly receipts: readonly Receipt[];
  readonly doesNotProve: readonly string[];
}

export interface ProposalVerdict {
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** `kind/id`, its revision and its place, when it was applied. */
  readonly applied: string | undefined;
  readonly approvals: readonly string[];
  readonly doesNotProve: readonly string[];
}

const doesNotProve: readonly string[] = [
  'That nothing else is in the ledger: a later policy, a removal from the roster, a rejection or a withdrawal that was left out of this file would not be missed. `assay policy audit` over the whole ledger sees them.',
  'When people voted: times are the ledger’s claims. What is proved is the order.',
  'That different keys belong to different people: who is in the roster is the project’s word.',
  'That everyone was shown the same ledger: that is for witnesses and anchors.',
];

/** Receipts of the roster, the policies, the proposal, the votes, and what was applied, all under one checkpoint. */
export async function makeProposalProof(records: RecordStore, { sealed, proposal }: Found): Promise<ProposalProof> {
  const ref = `record:${sealed.hash}`;
  const { change } = proposal;
  const related = [
    ...(await records.list({ kind: 'roster' })),
    ...(await records.list({ kind: 'policy' })),
    ...(await records.history(change.kind, change.id)),
    ...(await records.children(ref)),
    sealed,
  ];
  // A change of the roster or of a policy in between was voted on as well, and is judged only with its own proposal.
  for (let i = 0; i < related.length; i++) {
    for (const { role, ref: parent } of related[i]!.record.parents) {
      if (role !== 'proposal' || related.some(({ hash }) => parent === `record:${hash}`)) continue;
      const other = await records.get(parent.slice('record:'.length));
      if (other) related.push(other, ...(await records.children(parent)));
    }
  }
  const inOrder = [...new Map(related.map((one) => [one.index, one])).values()].sort((a, b) => a.index - b.index);
  const receipts: Receipt[] = [];
  for (const one of inOrder) receipts.push(await makeReceipt(records, one));
  return { format: FORMAT, proposal: ref, receipts, doesNotProve };
}

/**
 * Replays a proof without any ledger.
 * @param value the parsed JSON of the file; anything at all may come
 * @throws AssayError `ASSAY_VKEY_INVALID`, `ASSAY_PROPOSAL_PROOF_MALFORMED`
 */
export function verifyProposalProof(value: unknown, vkey: string): ProposalVerdict {
  const { format, proposal, receipts } = Object(value) as Partial<Record<keyof ProposalProof, unknown>>;
  if (format !== FORMAT || typeof proposal !== 'string' || !Array.isArray(receipts)) {
    throw new AssayError('ASSAY_PROPOSAL_PROOF_MALFORMED', `the file is not an ${FORMAT}`, {
      hint: 'It is what `assay proposal proof` writes.',
    });
  }
  const replay = new Replay(parseVkey(vkey, nodeEd25519).name);
  const problems: string[] = [];
  let root: string | undefined;
  let last = -1;
  let applied: string | undefined;
  let approvals: readonly string[] = [];
  for (const [i, receipt] of receipts.entries()) {
    const verdict = verifyReceipt(receipt, vkey, nodeEd25519);
    const { record, hash, checkpoint, index } = verdict;
    for (const { name, status, message } of verdict.checks)
      if (status === 'failed') problems.push(`receipt ${i}, ${name}: ${message}`);
    if (!verdict.ok || !record || !hash || !checkpoint || index === undefined) continue;
    const own = `${checkpoint.size} ${Buffer.from(checkpoint.root).toString('hex')}`;
    root ??= own;
    if (own !== root) problems.push(`receipt ${i} is under another checkpoint than the first`);
    if (index <= last) problems.push(`receipt ${i} is not in the ledger's order`);
    last = index;
    const parents = record.parents.filter(({ role }) => role === 'proposal');
    const isApplication = parents.some(({ ref }) => ref === proposal);
    // How it stood just before it was applied.
    if (isApplication) approvals = approversOf(replay, proposal, record.at);
    const bytes = fromBase64((receipt as Receipt).body?.bytes ?? '');
    const found = replay.take({ record, hash, body: (receipt as Receipt).body ? bytes : undefined });
    const isRelevant = isApplication || GOVERNANCE_KINDS.includes(record.kind);
    // Earlier revisions of the changed record are there to show the order; whether they were allowed is for an audit.
    if (isRelevant) for (const problem of found) problems.push(`${record.kind}/${record.id}: ${problem}`);
    if (isApplication && found.length === 0)
      applied = `${record.kind}/${record.id}, revision ${record.revision}, number ${index}`;
  }
  if (!replay.proposals.some(({ ref }) => ref === proposal))
    problems.push('the proposal itself is not in the file, or not valid');
  if (applied === undefined) problems.push('no valid record that applies the proposal is in the file');
  return { ok: problems.length === 0, problems, applied, approvals, doesNotProve };
}

function approversOf(replay: Replay, proposal: string, at: string): readonly string[] {
  if (!replay.proposals.some(({ ref }) => ref === proposal)) return [];
  return replay
    .standing(proposal, at)
    .votes.filter(({ decision }) => decision === 'approve')
    .map(({ person }) => person.label ?? person.id);
}
