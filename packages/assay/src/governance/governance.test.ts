import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Draft, RecordStore } from '../records/index.ts';
import { type LedgerFixture, ledgerIn } from '../records/ledger-fixture.ts';
import { formatVkey } from '../records/proof/index.ts';
import { encode, type Person, type Policy } from './documents.ts';
import { signEnvelope } from './dsse.ts';
import {
  Governance,
  guardedRecords,
  makeProposalProof,
  replayLedger,
  type Voter,
  verifyProposalProof,
} from './index.ts';

const ORIGIN = 'example.test/ledger';
let folder: string;
let ledger: LedgerFixture;
let bare: RecordStore;
let records: RecordStore;
let governance: Governance;
let now: Date;
let count = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-votes-'));
  ledger = ledgerIn(folder, ORIGIN);
  now = new Date('2026-01-01T00:00:00.000Z');
  const { openSqliteRecords } = await import('../records/index.ts');
  bare = await openSqliteRecords({ ...ledger.options, clock: () => now });
  records = guardedRecords(bare, ORIGIN, () => now);
  governance = new Governance(records, ORIGIN, () => now);
});

afterEach(async () => {
  await bare.close();
  rmSync(folder, { recursive: true, force: true });
});

function person(label: string, roles: readonly string[] = []): { voter: Voter; entry: Person } {
  const id = Buffer.from(label.padEnd(16, '.')).toString('hex');
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const name = `assay.local/actor-${id}`;
  const vkey = formatVkey(name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  return { voter: { id, key: { name, privateKey } }, entry: { id, vkey, label, ...(roles.length > 0 && { roles }) } };
}

const ann = person('ann');
const bob = person('bob', ['risk', 'legal']);
const eve = person('eve', ['legal']);
const kim = person('kim');

async function draft(kind: string, id: string, body: unknown): Promise<Draft> {
  const revision = ((await bare.latest(kind, id))?.record.revision ?? 0) + 1;
  return {
    kind,
    id,
    revision,
    version: `1:${revision}:0`,
    event: revision === 1 ? 'created' : 'updated',
    body: encode(body),
  };
}

const roster = (...people: readonly { entry: Person }[]) =>
  draft('roster', 'roster', { actors: people.map(({ entry }) => entry) });
const rule = (policy: Partial<Policy> = {}) => {
  const whole = {
    kind: 'limit',
    pattern: '*',
    approvals: 2,
    roles: [{ role: 'risk', approvals: 1 }],
    expiresSeconds: 86_400,
    ...policy,
  };
  return draft('policy', whole.pattern === '*' ? whole.kind : `${whole.kind}/${whole.pattern}`, whole);
};

async function begin(): Promise<void> {
  await records.append([await roster(ann, bob, eve, kim)]);
  await records.append([await rule()]);
}

async function proposed(change?: Draft, by = ann): Promise<string> {
  const id = `${(++count).toString(16).padStart(8, '0')}`;
  await governance.propose(change ?? (await draft('limit', 'cap', { most: count })), by.voter, id);
  return id;
}

async function approve(id: string, ...voters: readonly { voter: Voter }[]): Promise<void> {
  for (const { voter } of voters) await governance.cast(governance.sign(await governance.find(id), 'approve', voter));
}

const state = async (id: string) => (await governance.find(id)).standing;
const findings = async () => (await replayLedger(bare, ORIGIN)).findings.flatMap(({ problems }) => problems);
const refused = { code: 'ASSAY_APPROVAL_REQUIRED' };

describe('a change of a guarded kind', () => {
  it('is sealed when enough people have approved it, and a stranger can follow that', async () => {
    await begin();
    const id = await proposed();
    expect(await state(id)).toMatchObject({ state: 'open' });
    await approve(id, bob);
    expect((await state(id)).missing).toEqual(['1 more of 2 approvals']);
    await approve(id, eve);
    const [one, other] = await Promise.all([governance.apply(id), governance.apply(id)]);
    expect(other.hash).toBe(one.hash);
    expect(await state(id)).toMatchObject({ state: 'applied' });
    expect(await findings()).toEqual([]);
    const proof = JSON.parse(JSON.stringify(await makeProposalProof(bare, await governance.find(id))));
    const { vkey } = ledger.options.signer;
    expect(verifyProposalProof(proof, vkey)).toMatchObject({ ok: true, approvals: ['bob', 'eve'] });
    // Without one of the votes, it is not enough; without the policy, votes were for nothing that the proposal names.
    for (const kind of ['approval', 'policy', 'proposal', 'roster']) {
      const place = proof.receipts.findIndex(({ entry }: { entry: string }) => JSON.parse(entry).kind === kind);
      expect(verifyProposalProof({ ...proof, receipts: proof.receipts.toSpliced(place, 1) }, vkey).ok, kind).toBe(
        false,
      );
    }
    const edited = structuredClone(proof);
    edited.receipts.at(-1).body.bytes = Buffer.from('{"most":9}').toString('base64');
    expect(verifyProposalProof(edited, vkey).ok).toBe(false);
  });

  it('is refused without a proposal, and seen by the audit when it went around the guard', async () => {
    await begin();
    const change = await draft('limit', 'cap', { most: 1 });
    await expect(records.append([change])).rejects.toMatchObject(refused);
    await records.append([await draft('other', 'cap', {})]);
    await bare.append([change]);
    expect(await findings()).toEqual([expect.stringContaining('no proposal is named')]);
  });

  it('goes on after a process died between the approvals and the application', async () => {
    await begin();
    const id = await proposed();
    await approve(id, bob, eve);
    const again = new Governance(
      guardedRecords(bare, ORIGIN, () => now),
      ORIGIN,
      () => now,
    );
    await again.apply(id);
    await again.apply(id);
    expect(await bare.history('limit', 'cap')).toHaveLength(1);
    expect(await findings()).toEqual([]);
  });

  it.each([
    ['one approval of two', async (id: string) => approve(id, bob)],
    ['nobody of the role', async (id: string) => approve(id, eve, kim)],
    ['one person twice', async (id: string) => approve(id, bob, bob)],
    [
      'a rejection',
      async (id: string) => {
        await approve(id, bob, eve);
        await governance.cast(governance.sign(await governance.find(id), 'reject', kim.voter));
      },
    ],
    [
      'a withdrawal',
      async (id: string) => {
        await approve(id, bob, eve);
        await governance.cast(governance.sign(await governance.find(id), 'withdraw', ann.voter));
      },
    ],
    [
      'its end',
      async (id: string) => {
        await approve(id, bob, eve);
        now = new Date(now.getTime() + 86_400_001);
      },
    ],
  ])('is refused with %s, also by the audit', async (_, prepare) => {
    await begin();
    const id = await proposed();
    await prepare(id);
    await expect(governance.apply(id)).rejects.toMatchObject(refused);
    const { proposal, sealed } = await governance.find(id);
    const { change } = proposal;
    const body = { mediaType: change.body.mediaType, bytes: Buffer.from(change.body.bytes, 'base64') };
    await bare.append([{ ...change, body, parents: [{ role: 'proposal', ref: `record:${sealed.hash}` }] }]);
    expect(await findings()).toHaveLength(1);
  });

  it('is refused on a base that has changed, or under a policy that has', async () => {
    await begin();
    const [first, second] = [await proposed(), await proposed()];
    await approve(first, bob, eve);
    await approve(second, bob, eve);
    await governance.apply(first);
    expect(await state(second)).toMatchObject({ state: 'stale' });
    await expect(governance.apply(second)).rejects.toMatchObject(refused);
    const third = await proposed();
    await approve(third, bob, eve);
    const weaker = await proposed(await rule({ approvals: 1, roles: [] }));
    await approve(weaker, bob, eve);
    await governance.apply(weaker);
    expect(await state(third)).toMatchObject({ state: 'stale', missing: [expect.stringContaining('policies')] });
    expect(await findings()).toEqual([]);
  });

  it('needs the people as they are in the roster then', async () => {
    await begin();
    const id = await proposed();
    await approve(id, bob, eve);
    const removal = await proposed(await roster(ann, bob, kim), kim);
    await approve(removal, bob, eve);
    await governance.apply(removal);
    expect(await state(id)).toMatchObject({ state: 'open', missing: ['1 more of 2 approvals'] });
    await expect(governance.apply(id)).rejects.toMatchObject(refused);
    await approve(id, kim);
    await governance.apply(id);
    expect(await findings()).toEqual([]);
  });

  it('may be redacted by a vote, and was approved all the same', async () => {
    await begin();
    const id = await proposed();
    await approve(id, bob, eve);
    const { hash } = await governance.apply(id);
    const parents = [{ role: 'redacts', ref: `record:${hash}` }];
    const hiding: Draft = { ...(await draft('gone', 'x', {})), event: 'redacted', parents };
    await expect(records.append([hiding])).rejects.toMatchObject(refused);
    const redaction = await proposed({ ...(await draft('limit', 'cap', {})), event: 'redacted', parents });
    await approve(redaction, bob, eve);
    await governance.apply(redaction);
    expect(await bare.body((await bare.get(hash))!.record.body)).toBeUndefined();
    expect(await findings()).toEqual([]);
    // A stranger, who cannot compare the words any more, is told so.
    const proof = await makeProposalProof(bare, await governance.find(id));
    const verdict = verifyProposalProof(JSON.parse(JSON.stringify(proof)), ledger.options.signer.vkey);
    expect(verdict).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.stringContaining('not there')]),
    });
  });

  it('needs a person for each role', async () => {
    await records.append([await roster(ann, bob, eve, kim)]);
    const roles = [
      { role: 'risk', approvals: 1 },
      { role: 'legal', approvals: 1 },
    ];
    await records.append([await rule({ roles })]);
    const id = await proposed();
    await approve(id, bob, kim);
    expect((await state(id)).missing).toEqual(['an approval by role legal']);
    await approve(id, eve);
    expect(await state(id)).toMatchObject({ state: 'approved' });
  });
});

describe('a vote', () => {
  it('counts for one proposal only, and only by a key of the roster', async () => {
    await begin();
    const [first, second] = [await proposed(), await proposed()];
    await expect(approve(first, ann)).rejects.toMatchObject({ message: expect.stringContaining('of their own') });
    const stranger = person('mal');
    await expect(approve(first, stranger)).rejects.toMatchObject({
      message: expect.stringContaining('not in the roster'),
    });
    const forged: Voter = { id: bob.voter.id, key: stranger.voter.key };
    await expect(approve(first, { voter: forged })).rejects.toMatchObject({
      message: expect.stringContaining('signature'),
    });
    // A vote on the first, offered for the second.
    const vote = governance.sign(await governance.find(first), 'approve', bob.voter);
    const other = await governance.find(second);
    const replayed: Draft = {
      kind: 'approval',
      id: `${second}/${bob.voter.id}`,
      version: '1:0:0',
      event: 'created',
      body: encode(vote),
      parents: [{ role: 'on', ref: `record:${other.sealed.hash}` }],
    };
    await expect(records.append([replayed])).rejects.toMatchObject(refused);
    await bare.append([replayed]);
    expect(await findings()).toHaveLength(1);
    expect((await state(second)).votes).toEqual([]);
    await approve(first, bob);
    expect((await state(first)).votes).toHaveLength(1);
  });

  it('is not one when its bytes are signed as something else, or for another ledger', async () => {
    await begin();
    const id = await proposed();
    const found = await governance.find(id);
    const { payload } = governance.sign(found, 'approve', bob.voter);
    const retyped = signEnvelope('application/json', Buffer.from(payload, 'base64'), bob.voter.key);
    await expect(governance.cast(retyped)).rejects.toMatchObject({ code: 'ASSAY_DSSE_MALFORMED' });
    const passed = { ...retyped, payloadType: 'application/vnd.assay.vote+json' };
    await expect(governance.cast(passed)).rejects.toMatchObject(refused);
    const elsewhere = new Governance(records, 'example.test/other', () => now).sign(found, 'approve', bob.voter);
    await expect(governance.cast(elsewhere)).rejects.toMatchObject(refused);
  });
});

describe('the rules', () => {
  it('are changed only by themselves, and one by one', async () => {
    await begin();
    await expect(records.append([await rule({ approvals: 1, roles: [] })])).rejects.toMatchObject(refused);
    await expect(records.append([await roster(ann, bob)])).rejects.toMatchObject(refused);
    const retired: Draft = { ...(await rule()), event: 'retired' };
    await expect(records.append([retired])).rejects.toMatchObject(refused);
    // A laxer policy beside the strict one changes nothing: both have to be met.
    await records.append([await rule({ pattern: 'c*', approvals: 1, roles: [] })]);
    const id = await proposed();
    await approve(id, bob);
    expect(await state(id)).toMatchObject({ state: 'open' });
    expect(await findings()).toEqual([]);
  });

  it('are one roster, of Ed25519 keys', async () => {
    await expect(records.append([await draft('roster', 'mine', { actors: [ann.entry] })])).rejects.toMatchObject(
      refused,
    );
    const [name, , key = ''] = ann.entry.vkey.split('+');
    const bytes = Buffer.concat([Buffer.of(4), Buffer.from(key, 'base64').subarray(1)]);
    const other = { entry: { ...ann.entry, vkey: `${name}+00000000+${bytes.toString('base64')}` } };
    await expect(records.append([await roster(other)])).rejects.toMatchObject(refused);
    await records.append([await roster(ann)]);
    expect(await findings()).toEqual([]);
  });

  it('are not brought back by a clock that is set back', async () => {
    await begin();
    const id = await proposed();
    await approve(id, bob, eve);
    const began = now;
    now = new Date(now.getTime() + 90_000_000);
    await proposed();
    now = began;
    expect(await state(id)).toMatchObject({ state: 'expired' });
    await expect(governance.apply(id)).rejects.toMatchObject(refused);
  });

  it('can be followed by a stranger through a change of the rules that was voted on', async () => {
    await begin();
    const stricter = await proposed(await rule({ approvals: 3 }));
    await approve(stricter, bob, eve);
    await governance.apply(stricter);
    const id = await proposed();
    await approve(id, bob, eve);
    expect(await state(id)).toMatchObject({ state: 'open' });
    await approve(id, kim);
    await governance.apply(id);
    const proof = await makeProposalProof(bare, await governance.find(id));
    const verdict = verifyProposalProof(JSON.parse(JSON.stringify(proof)), ledger.options.signer.vkey);
    expect(verdict).toMatchObject({ ok: true, approvals: ['bob', 'eve', 'kim'] });
    expect(await findings()).toEqual([]);
  });

  it('refuse a roster with one key under two names', async () => {
    const twin = { entry: { ...ann.entry, id: 'f'.repeat(32) } };
    await expect(records.append([await roster(ann, twin)])).rejects.toMatchObject(refused);
  });

  it('may not be redacted', async () => {
    await begin();
    const policy = await bare.latest('policy', 'limit');
    const redaction: Draft = {
      ...(await draft('gone', 'x', {})),
      event: 'redacted',
      parents: [{ role: 'redacts', ref: `record:${policy?.hash}` }],
    };
    await expect(records.append([redaction])).rejects.toMatchObject(refused);
  });
});
