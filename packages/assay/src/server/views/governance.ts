import { type Governance, missingApprovals, type Policy, policyId, replayLedger } from '../../governance/index.ts';
import { type RecordStore, readContents, resolveReference, type SealedRecord } from '../../records/index.ts';
import type { GovernanceView, PolicyView, ProposalSummary, ProposalView } from '../schemas/index.ts';
import { artifactView, summarize } from './records.ts';

type Found = Awaited<ReturnType<Governance['find']>>;
type Replay = Awaited<ReturnType<Governance['replay']>>;
type Person = Replay['people'][number];
/** Longer content is for the command line. */
const LARGEST_SHOWN = 2 ** 20;

export async function showGovernance(records: RecordStore, origin: string): Promise<GovernanceView> {
  const { replay, findings, seen } = await replayLedger(records, origin);
  return {
    people: replay.people.map(personView),
    policies: replay.policies.map(policyView),
    audit: {
      ok: findings.length === 0,
      seen,
      findings: findings.map(({ problems, ...rest }) => ({ ...rest, problems: [...problems] })),
    },
  };
}

export async function listProposals(governance: Governance): Promise<ProposalSummary[]> {
  const replay = await governance.replay();
  return (await governance.list()).map((found) => summaryOf(found, replay));
}

/** @throws AssayError `ASSAY_PROPOSAL_UNKNOWN` */
export async function showProposal(
  governance: Governance,
  records: RecordStore,
  reference: string,
): Promise<ProposalView> {
  const found = await governance.find(reference);
  const replay = await governance.replay();
  const { sealed, proposal, standing } = found;
  const { change } = proposal;
  const base = change.base === null ? undefined : await resolveReference(records, change.base);
  const note = sealed.record.note && (await readContents(records, sealed.record.note));
  const approvers = approversOf(found, replay);
  const children = await records.children(`record:${sealed.hash}`);
  const applied = children.find(({ record }) => record.kind === change.kind && record.id === change.id);
  return {
    ...summaryOf(found, replay),
    note: note && note.kind === 'text' ? note.text : null,
    base: base ? summarize(base) : null,
    before: base ? await contentOf(records, base) : null,
    after: contentView(change.body.mediaType, Buffer.from(change.body.bytes, 'base64')),
    artifacts: change.artifacts.map(artifactView),
    votes: standing.votes.map(({ person, decision, at }) => ({
      by: personView(person),
      decision,
      at,
      counts: presentIn(replay, person) !== undefined,
    })),
    policies: replay.guards(change.kind, change.id).map((one) => ({
      ...policyView(one),
      missing: [...missingApprovals(one.policy, approvers)],
    })),
    applied: standing.state === 'applied' && applied ? summarize(applied) : null,
  };
}

function summaryOf(found: Found, replay: Replay): ProposalSummary {
  const { id, sealed, proposal, standing } = found;
  const { kind, id: of, revision, version, event } = proposal.change;
  const proposer = replay.people.find((one) => one.id === proposal.proposer);
  return {
    id,
    record: summarize(sealed),
    target: { kind, id: of, revision, version, event },
    proposer: proposer ? personView(proposer) : { id: proposal.proposer, label: null, roles: [] },
    state: standing.state,
    missing: [...standing.missing],
    approvals: approversOf(found, replay).length,
    expires: proposal.expires,
  };
}

/** Those whose approval counts: in the roster now, with the key they voted by, and not the proposer. */
function approversOf({ standing, proposal }: Found, replay: Replay): readonly Person[] {
  return standing.votes.flatMap(({ person, decision }) => {
    const present = decision === 'approve' && person.id !== proposal.proposer ? presentIn(replay, person) : undefined;
    return present ? [present] : [];
  });
}

function presentIn(replay: Replay, person: Person): Person | undefined {
  return replay.people.find(({ id, vkey }) => id === person.id && vkey === person.vkey);
}

function personView({ id, label, roles }: Person) {
  return { id, label: label ?? null, roles: [...(roles ?? [])] };
}

function policyView({ ref, policy }: { readonly ref: string; readonly policy: Policy }): PolicyView {
  const { kind, pattern, approvals, roles, expiresSeconds } = policy;
  return { id: policyId(policy), ref, kind, pattern, approvals, roles: [...roles], expiresSeconds };
}

async function contentOf(records: RecordStore, { record }: SealedRecord) {
  const { mediaType, size } = record.body;
  const opened = size > LARGEST_SHOWN ? undefined : await records.body(record.body);
  return opened ? contentView(mediaType, opened.bytes) : { mediaType, size, text: null };
}

function contentView(mediaType: string, bytes: Uint8Array) {
  const none = { mediaType, size: bytes.length, text: null };
  if (bytes.length > LARGEST_SHOWN) return none;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? none : { ...none, text };
  } catch {
    return none;
  }
}
