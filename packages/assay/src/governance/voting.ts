import { randomBytes } from 'node:crypto';
import { AssayError } from '../errors.ts';
import { type Artifact, type Draft, type RecordStore, resolveReference, type SealedRecord } from '../records/index.ts';
import { canonicalBytes } from '../records/proof/index.ts';
import { type Decision, PROPOSAL_TYPE, type Proposal, readVote, VOTE_TYPE } from './documents.ts';
import { type Envelope, parseEnvelope, signEnvelope } from './dsse.ts';
import { replayLedger } from './load.ts';
import type { Replay, Standing } from './replay.ts';

type Key = Parameters<typeof signEnvelope>[2];

export interface Voter {
  readonly id: string;
  readonly key: Key;
}

export interface Found {
  readonly id: string;
  readonly sealed: SealedRecord;
  readonly proposal: Proposal;
  readonly standing: Standing;
}

const UNGUARDED_SECONDS = 7 * 86_400;

/** Proposals, votes on them, and what is applied of them, in one ledger. What may be added is for `guardedRecords` to say. */
export class Governance {
  readonly #records: RecordStore;
  readonly #origin: string;
  readonly #clock: () => Date;

  constructor(records: RecordStore, origin: string, clock: () => Date) {
    this.#records = records;
    this.#origin = origin;
    this.#clock = clock;
  }

  async replay(): Promise<Replay> {
    return (await replayLedger(this.#records, this.#origin)).replay;
  }

  /** Seals a proposal of a draft, signed by its proposer. It ends when the shortest of its policies says so. */
  async propose(draft: Draft, proposer: Voter, id: string, note?: string): Promise<SealedRecord> {
    const replay = await this.replay();
    const newest = await this.#records.latest(draft.kind, draft.id);
    const next = (newest?.record.revision ?? 0) + 1;
    if (draft.revision !== undefined && draft.revision !== next) {
      throw new AssayError('ASSAY_PROPOSAL_STALE', `${draft.kind}/${draft.id} is at revision ${next - 1} already`, {
        hint: 'Read the newest revision again, and propose on it.',
      });
    }
    const guards = replay.guards(draft.kind, draft.id);
    const seconds = Math.min(...guards.map(({ policy }) => policy.expiresSeconds), UNGUARDED_SECONDS);
    const proposal: Proposal = {
      v: 1,
      origin: this.#origin,
      proposer: proposer.id,
      change: {
        kind: draft.kind,
        id: draft.id,
        revision: next,
        base: newest ? `record:${newest.hash}` : null,
        version: draft.version,
        event: draft.event,
        body: { mediaType: draft.body.mediaType, bytes: Buffer.from(draft.body.bytes).toString('base64') },
        artifacts: (draft.artifacts ?? []).map(plainArtifact),
        parents: (draft.parents ?? []).map(({ role, ref }) => ({ role, ref })),
      },
      policies: guards.map(({ ref }) => ref).sort(),
      expires: new Date(this.#clock().getTime() + seconds * 1000).toISOString(),
      nonce: randomBytes(16).toString('hex'),
    };
    return this.#seal({
      kind: 'proposal',
      id,
      revision: 1,
      version: '1:0:0',
      event: 'created',
      body: envelopeBody(signEnvelope(PROPOSAL_TYPE, canonicalBytes(proposal), proposer.key)),
      ...(note !== undefined && { note }),
      parents: [
        ...(newest ? [{ role: 'base', ref: `record:${newest.hash}` }] : []),
        ...proposal.policies.map((ref) => ({ role: 'policy', ref })),
      ],
    });
  }

  /** A vote, signed and not yet sealed: it may be made where the ledger cannot be added to. */
  sign({ sealed, proposal }: Pick<Found, 'sealed' | 'proposal'>, decision: Decision, voter: Voter): Envelope {
    const { change, expires, nonce } = proposal;
    const vote = {
      v: 1,
      origin: this.#origin,
      voter: voter.id,
      decision,
      proposal: `record:${sealed.hash}`,
      document: `${change.kind}/${change.id}`,
      base: change.base,
      expires,
      nonce,
    };
    return signEnvelope(VOTE_TYPE, canonicalBytes(vote), voter.key);
  }

  /**
   * Seals a vote that somebody signed.
   * @throws AssayError `ASSAY_DSSE_MALFORMED`, `ASSAY_VOTE_INVALID`, `ASSAY_PROPOSAL_UNKNOWN`, and what the guard refuses
   */
  async cast(envelope: unknown, note?: string): Promise<SealedRecord> {
    const signed = parseEnvelope(envelope, VOTE_TYPE);
    const vote = readVote(signed.bytes);
    const { id } = await this.find(vote.proposal.slice('record:'.length));
    return this.#seal({
      kind: 'approval',
      id: `${id}/${vote.voter}`,
      version: '1:0:0',
      event: (await this.#records.latest('approval', `${id}/${vote.voter}`)) ? 'updated' : 'created',
      body: envelopeBody({ payloadType: signed.payloadType, payload: signed.payload, signatures: signed.signatures }),
      ...(note !== undefined && { note }),
      parents: [{ role: 'on', ref: vote.proposal }],
    });
  }

  /**
   * Seals what was proposed. Called again, or by two at once, it is sealed once.
   * @throws AssayError `ASSAY_APPROVAL_REQUIRED` when it is not approved, or not any more
   */
  async apply(reference: string): Promise<SealedRecord> {
    const { proposal, sealed, standing, id } = await this.find(reference);
    const { change } = proposal;
    if (standing.state !== 'approved' && standing.state !== 'applied') {
      const missing = standing.missing.length > 0 ? `: ${standing.missing.join('; ')}` : '';
      throw new AssayError('ASSAY_APPROVAL_REQUIRED', `the proposal ${id} is ${standing.state}${missing}`, {
        hint: `assay proposal show ${id}`,
      });
    }
    return this.#seal({
      ...change,
      body: { mediaType: change.body.mediaType, bytes: Buffer.from(change.body.bytes, 'base64') },
      stored: true,
      parents: [...change.parents, { role: 'proposal', ref: `record:${sealed.hash}` }],
    });
  }

  /**
   * By its id, the beginning of it, or the hash of its record.
   * @throws AssayError `ASSAY_PROPOSAL_UNKNOWN`
   */
  async find(reference: string): Promise<Found> {
    const all = await this.list();
    const wanted = reference.replace(/^(proposal\/|record:)/, '');
    const found = all.filter(
      ({ id, sealed }) => wanted.length >= 6 && (id.startsWith(wanted) || sealed.hash.startsWith(wanted)),
    );
    if (found.length === 1) return found[0]!;
    throw new AssayError(
      'ASSAY_PROPOSAL_UNKNOWN',
      found.length === 0
        ? `there is no valid proposal ${reference}`
        : `${reference} begins the name of more than one proposal`,
      { hint: 'See `assay proposal list`.' },
    );
  }

  /** Every valid proposal, newest first. */
  async list(): Promise<readonly Found[]> {
    const replay = await this.replay();
    const now = this.#clock().toISOString();
    const found: Found[] = [];
    for (const { id, ref, proposal } of replay.proposals) {
      const sealed = await resolveReference(this.#records, ref);
      found.unshift({ id, sealed, proposal, standing: replay.standing(ref, now) });
    }
    return found;
  }

  async #seal(draft: Draft): Promise<SealedRecord> {
    const [sealed] = await this.#records.append([draft]);
    return sealed!;
  }
}

/** As it will be sealed: with the members that a record has, and no others. */
function plainArtifact({ name, md5, sha256, size, kept }: Artifact): Artifact {
  return { name, md5, sha256, size, ...(kept === undefined ? {} : { kept }) };
}

function envelopeBody(envelope: Envelope): Draft['body'] {
  return { mediaType: 'application/json', bytes: canonicalBytes(envelope) };
}
