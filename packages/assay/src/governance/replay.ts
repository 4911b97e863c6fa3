import { AssayError } from '../errors.ts';
import type { LedgerRecord, SealedRecord } from '../records/index.ts';
import { canonicalJson, parseCanonical } from '../records/proof/index.ts';
import {
  type Change,
  covers,
  type Decision,
  type Person,
  type Policy,
  PROPOSAL_TYPE,
  type Proposal,
  policyId,
  readPolicy,
  readProposal,
  readRoster,
  readVote,
  VOTE_TYPE,
  type Vote,
} from './documents.ts';
import { isSignedBy, parseEnvelope } from './dsse.ts';
import { missingApprovals } from './tally.ts';

export const GOVERNANCE_KINDS: readonly string[] = ['roster', 'policy', 'proposal', 'approval'];

/** A record in its place, or one that is about to be sealed (then without a hash). */
export interface Entry {
  readonly record: Pick<
    LedgerRecord,
    'kind' | 'id' | 'revision' | 'version' | 'event' | 'at' | 'artifacts' | 'parents'
  > & {
    readonly body: { readonly mediaType: string };
  };
  readonly hash: string | undefined;
  /** Undefined when it is not there; `redacted` when a later record of the same ledger took it away. */
  readonly body: Uint8Array | 'redacted' | undefined;
}

type ProposalState = 'open' | 'approved' | 'rejected' | 'withdrawn' | 'expired' | 'stale' | 'applied';

interface CastVote {
  readonly person: Person;
  readonly decision: Decision;
  readonly at: string;
}

export interface Standing {
  readonly state: ProposalState;
  readonly missing: readonly string[];
  readonly votes: readonly CastVote[];
}

interface Open {
  readonly id: string;
  readonly ref: string;
  readonly proposal: Proposal;
  readonly votes: Map<string, CastVote>;
  applied: string | undefined;
}

interface PolicyInForce {
  readonly ref: string;
  readonly policy: Policy;
}

/**
 * Replays a ledger in its order, and says of each record whether the policies in force at its place allowed it. One and the same
 * for what is about to be sealed, for the audit of a whole ledger, and for a bundle that a stranger checks.
 */
export class Replay {
  readonly #origin: string;
  #people: readonly Person[] = [];
  readonly #policies = new Map<string, PolicyInForce>();
  readonly #proposals = new Map<string, Open>();
  readonly #newest = new Map<string, { ref: string; revision: number }>();
  /** The latest time that governance has claimed so far: a clock set back brings no proposal back to life. */
  #time = '';

  /** @param origin the ledger's name: what was signed for another one does not count */
  constructor(origin: string) {
    this.#origin = origin;
  }

  get people(): readonly Person[] {
    return this.#people;
  }

  get policies(): readonly PolicyInForce[] {
    return [...this.#policies.values()];
  }

  get proposals(): readonly { readonly id: string; readonly ref: string; readonly proposal: Proposal }[] {
    return [...this.#proposals.values()];
  }

  /** Takes the next record of the ledger in; answers with what was wrong with it. It counts as sealed all the same. */
  take(entry: Entry & { readonly hash: string }): readonly string[] {
    const problems = this.problems(entry);
    const { record, hash } = entry;
    const ref = `record:${hash}`;
    const own = record.parents.find(({ role }) => role === 'proposal')?.ref;
    this.#newest.set(`${record.kind}/${record.id}`, { ref, revision: record.revision });
    if (GOVERNANCE_KINDS.includes(record.kind) || own !== undefined) this.#time = later(this.#time, record.at);
    try {
      if (record.kind === 'roster' && record.id === 'roster') this.#people = readRoster(bytesOf(entry)).actors;
      else if (record.kind === 'policy') this.#takePolicy(entry, ref);
      else if (record.kind === 'proposal' && problems.length === 0)
        this.#proposals.set(ref, {
          id: record.id,
          ref,
          proposal: this.#proposal(entry),
          votes: new Map(),
          applied: undefined,
        });
      else if (record.kind === 'approval' && problems.length === 0) this.#takeVote(entry);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      // Told by `problems` already; what cannot be read changes nothing.
    }
    if (record.kind !== 'approval' && own !== undefined && problems.length === 0) {
      const open = this.#proposals.get(own);
      if (open) open.applied = ref;
    }
    return problems;
  }

  /** What keeps a record from being valid at this place; empty when nothing does. */
  problems(entry: Entry): readonly string[] {
    try {
      if (entry.record.kind === 'proposal') this.#checkProposal(entry);
      else if (entry.record.kind === 'approval') this.#checkVote(entry);
      else return this.#changeProblems(entry);
      return [];
    } catch (error) {
      if (error instanceof AssayError) return [error.message];
      throw error;
    }
  }

  /** The policies that guard a change. While there is any policy, none may change the voters or the policies without votes. */
  guards(kind: string, id: string): readonly PolicyInForce[] {
    const all = this.policies;
    const own = all.filter(({ policy }) => covers(policy, kind, id));
    if (kind === 'policy') {
      const present = this.#policies.get(id);
      if (present && !own.includes(present)) own.push(present);
      return own;
    }
    return kind === 'roster' && own.length === 0 ? all : own;
  }

  /** How a proposal stands, were it applied at `now`. */
  standing(ref: string, now: string): Standing {
    const open = this.#proposals.get(ref);
    if (!open) throw new AssayError('ASSAY_PROPOSAL_UNKNOWN', `there is no valid proposal ${ref}`);
    const { change, expires, proposer, policies } = open.proposal;
    const votes = [...open.votes.values()];
    const state = (name: ProposalState, missing: readonly string[] = []): Standing => ({ state: name, missing, votes });
    if (open.applied !== undefined) return state('applied');
    if (votes.some(({ decision }) => decision === 'withdraw')) return state('withdrawn');
    if (votes.some(({ decision, person }) => decision === 'reject' && this.#present(person))) return state('rejected');
    const newest = this.#newest.get(`${change.kind}/${change.id}`);
    if ((newest?.ref ?? null) !== change.base || (newest?.revision ?? 0) + 1 !== change.revision)
      return state('stale', [`${change.kind}/${change.id} has changed since: propose again`]);
    const guards = this.guards(change.kind, change.id);
    if (canonicalJson(guards.map(({ ref: one }) => one).sort()) !== canonicalJson(policies))
      return state('stale', ['the policies have changed since: propose again']);
    if (later(this.#time, now) > expires) return state('expired', [`it ended at ${expires}`]);
    // As the roster is now: who was removed, got another key or lost the role does not count any more.
    const approvers = votes.flatMap(({ decision, person }) => {
      const present = decision === 'approve' && person.id !== proposer ? this.#present(person) : undefined;
      return present ? [present] : [];
    });
    const missing = [...new Set(guards.flatMap(({ policy }) => missingApprovals(policy, approvers)))];
    return state(missing.length === 0 ? 'approved' : 'open', missing);
  }

  #changeProblems({ record, body }: Entry): readonly string[] {
    const named = record.parents.filter(({ role }) => role === 'proposal');
    const guards = this.guards(record.kind, record.id);
    const problems: string[] = [];
    if (record.kind === 'roster') {
      readRoster(bytesOf({ body }));
      if (record.id !== 'roster') problems.push('a ledger has one roster, and this is another');
    }
    if (record.kind === 'policy' && record.event !== 'retired' && policyId(readPolicy(bytesOf({ body }))) !== record.id)
      problems.push('the policy is sealed under another name than its own');
    if (named.length === 0) {
      if (guards.length > 0)
        problems.push(`${record.kind}/${record.id} is guarded by ${names(guards)}, and no proposal is named`);
      return problems;
    }
    const open = this.#proposals.get(named[0]!.ref);
    if (!open || named.length > 1) return ['it names a proposal that is not valid, or more than one'];
    const { state, missing } = this.standing(open.ref, record.at);
    if (state !== 'approved') problems.push(`the proposal ${open.id} is ${state}${because(missing)}`);
    const difference = differenceFrom(open.proposal.change, record, body, named[0]!.ref);
    if (difference) problems.push(`its ${difference} is not what was proposed`);
    return problems;
  }

  #checkProposal(entry: Entry): void {
    const { record } = entry;
    const proposal = this.#proposal(entry);
    const { change } = proposal;
    const refuse = (problem: string) =>
      new AssayError('ASSAY_PROPOSAL_INVALID', `the proposal ${record.id} ${problem}`);
    if (record.revision !== 1) throw refuse('was given a second revision');
    if (proposal.origin !== this.#origin) throw refuse(`is for the ledger ${proposal.origin}`);
    if (GOVERNANCE_KINDS.slice(2).includes(change.kind)) throw refuse(`would change a ${change.kind}`);
    const guards = this.guards(change.kind, change.id);
    const allowed = guards.map(({ policy }) => Date.parse(record.at) + policy.expiresSeconds * 1000);
    if (Date.parse(proposal.expires) > Math.min(...allowed, Number.MAX_SAFE_INTEGER))
      throw refuse('would stay open for longer than its policy allows');
  }

  #proposal(entry: Entry): Proposal {
    const envelope = parseEnvelope(parseCanonical(bytesOf(entry)), PROPOSAL_TYPE);
    const proposal = readProposal(envelope.bytes);
    this.#signer(proposal.proposer, envelope);
    return proposal;
  }

  #checkVote(entry: Entry): void {
    const { vote, person } = this.#vote(entry);
    const refuse = (problem: string) => new AssayError('ASSAY_VOTE_INVALID', `the vote of ${person.id} ${problem}`);
    const open = this.#proposals.get(vote.proposal);
    if (!open) throw refuse('is on a proposal that is not in the ledger before it, or is not valid');
    const { change, expires, nonce, proposer } = open.proposal;
    if (entry.record.id !== `${open.id}/${vote.voter}`) throw refuse('is sealed under another name');
    if (!entry.record.parents.some(({ role, ref }) => role === 'on' && ref === vote.proposal))
      throw refuse('does not link to the proposal that it is on');
    if (vote.origin !== this.#origin) throw refuse(`is for the ledger ${vote.origin}`);
    if (vote.document !== `${change.kind}/${change.id}` || vote.base !== change.base)
      throw refuse('is on another record, or on another revision of it');
    if (vote.expires !== expires || vote.nonce !== nonce)
      throw refuse('does not repeat the end and the nonce of the proposal');
    if (vote.decision === 'withdraw' ? person.id !== proposer : person.id === proposer)
      throw refuse(
        vote.decision === 'withdraw' ? 'withdraws what somebody else proposed' : 'is on a proposal of their own',
      );
    if (later(this.#time, entry.record.at) > expires) throw refuse(`comes after the end of the proposal, ${expires}`);
  }

  #vote(entry: Entry): { readonly vote: Vote; readonly person: Person } {
    const envelope = parseEnvelope(parseCanonical(bytesOf(entry)), VOTE_TYPE);
    const vote = readVote(envelope.bytes);
    return { vote, person: this.#signer(vote.voter, envelope) };
  }

  #takeVote(entry: Entry): void {
    const { vote, person } = this.#vote(entry);
    this.#proposals.get(vote.proposal)?.votes.set(person.id, { person, decision: vote.decision, at: entry.record.at });
  }

  #takePolicy(entry: Entry, ref: string): void {
    if (entry.record.event === 'retired') this.#policies.delete(entry.record.id);
    else this.#policies.set(entry.record.id, { ref, policy: readPolicy(bytesOf(entry)) });
  }

  #signer(id: string, envelope: ReturnType<typeof parseEnvelope>): Person {
    const person = this.#people.find((one) => one.id === id);
    if (!person) throw new AssayError('ASSAY_ROSTER_UNKNOWN', `${id} is not in the roster`);
    if (isSignedBy(envelope, person.vkey)) return person;
    throw new AssayError('ASSAY_DSSE_SIGNATURE', `the signature is not one by the key that the roster has for ${id}`);
  }

  #present(person: Person): Person | undefined {
    return this.#people.find(({ id, vkey }) => id === person.id && vkey === person.vkey);
  }
}

function bytesOf({ body }: Pick<Entry, 'body'>): Uint8Array {
  if (body && body !== 'redacted') return body;
  throw new AssayError('ASSAY_RECORD_REDACTED', 'its body is not there, so that nothing can be said about it');
}

export function entryOf(sealed: SealedRecord, body: Entry['body']): Entry & { readonly hash: string } {
  return { record: sealed.record, hash: sealed.hash, body };
}

function differenceFrom(change: Change, record: Entry['record'], body: Entry['body'], proposal: string) {
  if (change.kind !== record.kind || change.id !== record.id) return 'name';
  for (const member of ['revision', 'version', 'event'] as const) if (change[member] !== record[member]) return member;
  if (change.body.mediaType !== record.body.mediaType) return 'media type';
  // Its words were compared when it was sealed; now they are gone, as the ledger says.
  if (body !== 'redacted' && Buffer.from(bytesOf({ body })).toString('base64') !== change.body.bytes) return 'body';
  if (canonicalJson(change.artifacts) !== canonicalJson(record.artifacts)) return 'list of artifacts';
  const parents = [...change.parents, { role: 'proposal', ref: proposal }];
  return canonicalJson(parents) === canonicalJson(record.parents) ? undefined : 'list of parents';
}

function names(policies: readonly PolicyInForce[]): string {
  return policies.map(({ policy }) => `policy/${policyId(policy)}`).join(', ');
}

function because(missing: readonly string[]): string {
  return missing.length > 0 ? ` (${missing.join('; ')})` : '';
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}
