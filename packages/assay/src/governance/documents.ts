/** What governance writes into records: the roster, policies, proposals and votes, each checked as it is read. */
import { AssayError } from '../errors.ts';
import type { Artifact, LedgerRecord, Parent } from '../records/index.ts';
import { canonicalBytes, parseCanonical, parseVkey } from '../records/proof/index.ts';

export const PROPOSAL_TYPE = 'application/vnd.assay.proposal+json';
export const VOTE_TYPE = 'application/vnd.assay.vote+json';

export interface Person {
  readonly id: string;
  readonly vkey: string;
  /** What the project calls them; nothing asks for a name. */
  readonly label?: string;
  readonly roles?: readonly string[];
}

export interface Roster {
  readonly actors: readonly Person[];
}

/** How many different people must approve a change of a kind of record; each fills one role at most. */
export interface Policy {
  readonly kind: string;
  /** Of ids; `*` stands for any characters. */
  readonly pattern: string;
  readonly approvals: number;
  readonly roles: readonly { readonly role: string; readonly approvals: number }[];
  readonly expiresSeconds: number;
}

/** A record that is to be sealed, with all of its content. */
export interface Change {
  readonly kind: string;
  readonly id: string;
  readonly revision: number;
  /** `record:<hash>` of the revision before; null for the first. */
  readonly base: string | null;
  readonly version: string;
  readonly event: LedgerRecord['event'];
  /** `bytes` is base64. */
  readonly body: { readonly mediaType: string; readonly bytes: string };
  readonly artifacts: readonly Artifact[];
  readonly parents: readonly Parent[];
}

/** What a proposer signs. */
export interface Proposal {
  readonly v: 1;
  /** The ledger that it is for. */
  readonly origin: string;
  readonly proposer: string;
  readonly change: Change;
  /** Of every policy in force that guards the change, `record:<hash>`, sorted. */
  readonly policies: readonly string[];
  readonly expires: string;
  readonly nonce: string;
}

export type Decision = 'approve' | 'reject' | 'withdraw';

/** What a voter signs: the proposal by its hash, with what it would change and from what. */
export interface Vote {
  readonly v: 1;
  readonly origin: string;
  readonly voter: string;
  readonly decision: Decision;
  /** `record:<hash>` of the proposal. */
  readonly proposal: string;
  readonly document: string;
  readonly base: string | null;
  readonly expires: string;
  readonly nonce: string;
}

export function encode(value: unknown): { readonly mediaType: string; readonly bytes: Uint8Array } {
  return { mediaType: 'application/json', bytes: canonicalBytes(value) };
}

/** @throws AssayError `ASSAY_ROSTER_INVALID` */
export function readRoster(bytes: Uint8Array): Roster {
  const wrong = (problem: string) => new AssayError('ASSAY_ROSTER_INVALID', `the roster ${problem}`);
  const { actors } = object(json(bytes, wrong), wrong);
  if (!Array.isArray(actors)) throw wrong('has no list of `actors`');
  const ids = new Set<string>();
  const keys = new Set<string>();
  const people = actors.map((value: unknown): Person => {
    const { id, vkey, label, roles } = object(value, wrong);
    if (typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id))
      throw wrong('has an actor whose `id` is not 32 hex digits');
    if (typeof vkey !== 'string') throw wrong(`has no \`vkey\` for ${id}`);
    const key = Buffer.from(parseVkey(vkey).publicKey).toString('hex');
    if (ids.has(id) || keys.has(key)) throw wrong(`has ${id}, or its key, twice`);
    ids.add(id);
    keys.add(key);
    if (label !== undefined && typeof label !== 'string') throw wrong(`has a label of ${id} that is not a text`);
    const list: unknown[] = roles === undefined ? [] : Array.isArray(roles) ? roles : [undefined];
    if (!list.every(isWord)) throw wrong(`has roles of ${id} that are not lower-case words`);
    return { id, vkey, ...(label !== undefined && { label }), ...(list.length > 0 && { roles: list }) };
  });
  return { actors: people };
}

/** @throws AssayError `ASSAY_POLICY_INVALID` */
export function readPolicy(bytes: Uint8Array): Policy {
  const wrong = (problem: string) => new AssayError('ASSAY_POLICY_INVALID', `the policy ${problem}`);
  const { kind, pattern, approvals, roles, expiresSeconds } = object(json(bytes, wrong), wrong);
  if (!isWord(kind)) throw wrong('has no `kind`');
  if (kind === 'proposal' || kind === 'approval') throw wrong(`cannot guard ${kind}s: they are how approval is given`);
  if (typeof pattern !== 'string' || pattern === '') throw wrong('has no `pattern`');
  if (!isCount(approvals)) throw wrong('needs `approvals` of at least 1');
  if (!isCount(expiresSeconds)) throw wrong('needs `expiresSeconds` of at least 1');
  if (!Array.isArray(roles)) throw wrong('has no list of `roles`');
  const wanted = roles.map((value: unknown) => {
    const { role, approvals: count } = object(value, wrong);
    if (!isWord(role) || !isCount(count)) throw wrong('has a role without a name or a count');
    return { role, approvals: count };
  });
  if (wanted.reduce((sum, { approvals: count }) => sum + count, 0) > approvals)
    throw wrong('asks more of its roles than of all together');
  return { kind, pattern, approvals, roles: wanted, expiresSeconds };
}

/** @throws AssayError `ASSAY_PROPOSAL_INVALID` */
export function readProposal(bytes: Uint8Array): Proposal {
  const wrong = (problem: string) => new AssayError('ASSAY_PROPOSAL_INVALID', `the proposal ${problem}`);
  const value = object(json(bytes, wrong), wrong);
  const { v, origin, proposer, change, policies, expires, nonce } = value;
  const { kind, id, revision, base, body, artifacts, parents, version, event } = object(change, wrong);
  const { mediaType, bytes: content } = object(body, wrong);
  const isText = (...texts: readonly unknown[]) => texts.every((text) => typeof text === 'string');
  if (v !== 1 || !isText(origin, proposer, nonce, kind, id, mediaType, content, version, event) || !isTime(expires))
    throw wrong('lacks a member, or has one of another kind');
  if (!isCount(revision) || (base === null) !== (revision === 1) || (base !== null && !isRecordRef(base)))
    throw wrong('does not name the revision that it builds on');
  if (!Array.isArray(policies) || !policies.every(isRecordRef)) throw wrong('does not name its policies');
  if (!Array.isArray(artifacts) || !Array.isArray(parents)) throw wrong('lacks artifacts or parents');
  // Every member that is read was looked at; artifacts and parents are compared with a sealed record, never trusted.
  return value as unknown as Proposal;
}

/** @throws AssayError `ASSAY_VOTE_INVALID` */
export function readVote(bytes: Uint8Array): Vote {
  const wrong = (problem: string) => new AssayError('ASSAY_VOTE_INVALID', `the vote ${problem}`);
  const value = object(json(bytes, wrong), wrong);
  const { v, origin, voter, decision, proposal, document, base, expires, nonce } = value;
  if (v !== 1 || ![origin, voter, document, nonce].every((text) => typeof text === 'string') || !isTime(expires))
    throw wrong('lacks a member, or has one of another kind');
  if (decision !== 'approve' && decision !== 'reject' && decision !== 'withdraw') throw wrong('decides nothing');
  if (!isRecordRef(proposal) || (base !== null && !isRecordRef(base))) throw wrong('names no proposal');
  return value as unknown as Vote;
}

/** Whether a policy's pattern takes in an id. */
export function covers(policy: Pick<Policy, 'kind' | 'pattern'>, kind: string, id: string): boolean {
  if (policy.kind !== kind) return false;
  const source = policy.pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(id);
}

export function policyId({ kind, pattern }: Pick<Policy, 'kind' | 'pattern'>): string {
  return pattern === '*' ? kind : `${kind}/${pattern}`;
}

type Wrong = (problem: string) => AssayError;

function json(bytes: Uint8Array, wrong: Wrong): unknown {
  try {
    return parseCanonical(bytes);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : 'is not JSON');
  }
}

function object(value: unknown, wrong: Wrong): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong('has something else than an object');
  return value as Record<string, unknown>;
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z][a-z0-9-]{0,62}$/.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function isRecordRef(value: unknown): value is string {
  return typeof value === 'string' && /^record:[0-9a-f]{64}$/.test(value);
}

function isTime(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}
