import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Draft } from '../records/index.ts';
import { encode } from './documents.ts';
import { signEnvelope } from './dsse.ts';
import { guardedRecords } from './guard.ts';
import { Governance, makeProposalProof, type Voter, verifyProposalProof } from './index.ts';
import { ann, bob, eve, kim, ORIGIN, person, VotedLedger } from './testing/voted-ledger.ts';

let at: VotedLedger;
beforeEach(async () => {
  at = await VotedLedger.open();
});
afterEach(() => at.close());

const refused = { code: 'ASSAY_APPROVAL_REQUIRED' };

describe('a change of a guarded kind', () => {
  it('is sealed when enough people have approved it, and a stranger can follow that', async () => {
    await at.begin();
    const id = await at.proposed();
    expect(await at.state(id)).toMatchObject({ state: 'open' });
    await at.approve(id, bob);
    expect((await at.state(id)).missing).toEqual(['1 more of 2 approvals']);
    await at.approve(id, eve);
    const [one, other] = await Promise.all([at.governance.apply(id), at.governance.apply(id)]);
    expect(other.hash).toBe(one.hash);
    expect(await at.state(id)).toMatchObject({ state: 'applied' });
    expect(await at.findings()).toEqual([]);
    const proof = JSON.parse(JSON.stringify(await makeProposalProof(at.bare, await at.governance.find(id))));
    const { vkey } = at.ledger.options.signer;
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
    await at.begin();
    const change = await at.draft('limit', 'cap', { most: 1 });
    await expect(at.records.append([change])).rejects.toMatchObject(refused);
    await at.records.append([await at.draft('other', 'cap', {})]);
    await at.bare.append([change]);
    expect(await at.findings()).toEqual([expect.stringContaining('no proposal is named')]);
  });

  it('goes on after a process died between the approvals and the application', async () => {
    await at.begin();
    const id = await at.proposed();
    await at.approve(id, bob, eve);
    const again = new Governance(guardedRecords(at.bare, ORIGIN, at.clock), ORIGIN, at.clock);
    await again.apply(id);
    await again.apply(id);
    expect(await at.bare.history('limit', 'cap')).toHaveLength(1);
    expect(await at.findings()).toEqual([]);
  });

  it.each([
    ['one approval of two', async (id: string) => at.approve(id, bob)],
    ['nobody of the role', async (id: string) => at.approve(id, eve, kim)],
    ['one person twice', async (id: string) => at.approve(id, bob, bob)],
    [
      'a rejection',
      async (id: string) => {
        await at.approve(id, bob, eve);
        await at.governance.cast(at.governance.sign(await at.governance.find(id), 'reject', kim.voter));
      },
    ],
    [
      'a withdrawal',
      async (id: string) => {
        await at.approve(id, bob, eve);
        await at.governance.cast(at.governance.sign(await at.governance.find(id), 'withdraw', ann.voter));
      },
    ],
    [
      'its end',
      async (id: string) => {
        await at.approve(id, bob, eve);
        at.now = new Date(at.now.getTime() + 86_400_001);
      },
    ],
  ])('is refused with %s, also by the audit', async (_, prepare) => {
    await at.begin();
    const id = await at.proposed();
    await prepare(id);
    await expect(at.governance.apply(id)).rejects.toMatchObject(refused);
    const { proposal, sealed } = await at.governance.find(id);
    const { change } = proposal;
    const body = { mediaType: change.body.mediaType, bytes: Buffer.from(change.body.bytes, 'base64') };
    await at.bare.append([{ ...change, body, parents: [{ role: 'proposal', ref: `record:${sealed.hash}` }] }]);
    expect(await at.findings()).toHaveLength(1);
  });

  it('is refused on a base that has changed, or under a policy that has', async () => {
    await at.begin();
    const [first, second] = [await at.proposed(), await at.proposed()];
    await at.approve(first, bob, eve);
    await at.approve(second, bob, eve);
    await at.governance.apply(first);
    expect(await at.state(second)).toMatchObject({ state: 'stale' });
    await expect(at.governance.apply(second)).rejects.toMatchObject(refused);
    const third = await at.proposed();
    await at.approve(third, bob, eve);
    const weaker = await at.proposed(await at.rule({ approvals: 1, roles: [] }));
    await at.approve(weaker, bob, eve);
    await at.governance.apply(weaker);
    expect(await at.state(third)).toMatchObject({ state: 'stale', missing: [expect.stringContaining('policies')] });
    expect(await at.findings()).toEqual([]);
  });

  it('needs the people as they are in the roster then', async () => {
    await at.begin();
    const id = await at.proposed();
    await at.approve(id, bob, eve);
    const removal = await at.proposed(await at.roster(ann, bob, kim), kim);
    await at.approve(removal, bob, eve);
    await at.governance.apply(removal);
    expect(await at.state(id)).toMatchObject({ state: 'open', missing: ['1 more of 2 approvals'] });
    await expect(at.governance.apply(id)).rejects.toMatchObject(refused);
    await at.approve(id, kim);
    await at.governance.apply(id);
    expect(await at.findings()).toEqual([]);
  });

  it('may be redacted by a vote, and was approved all the same', async () => {
    await at.begin();
    const id = await at.proposed();
    await at.approve(id, bob, eve);
    const { hash } = await at.governance.apply(id);
    const parents = [{ role: 'redacts', ref: `record:${hash}` }];
    const hiding: Draft = { ...(await at.draft('gone', 'x', {})), event: 'redacted', parents };
    await expect(at.records.append([hiding])).rejects.toMatchObject(refused);
    const redaction = await at.proposed({ ...(await at.draft('limit', 'cap', {})), event: 'redacted', parents });
    await at.approve(redaction, bob, eve);
    await at.governance.apply(redaction);
    expect(await at.bare.body((await at.bare.get(hash))!.record.body)).toBeUndefined();
    expect(await at.findings()).toEqual([]);
    // A stranger, who cannot compare the words any more, is told so.
    const proof = await makeProposalProof(at.bare, await at.governance.find(id));
    const verdict = verifyProposalProof(JSON.parse(JSON.stringify(proof)), at.ledger.options.signer.vkey);
    expect(verdict).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.stringContaining('not there')]),
    });
  });

  it('needs a person for each role', async () => {
    await at.records.append([await at.roster(ann, bob, eve, kim)]);
    const roles = [
      { role: 'risk', approvals: 1 },
      { role: 'legal', approvals: 1 },
    ];
    await at.records.append([await at.rule({ roles })]);
    const id = await at.proposed();
    await at.approve(id, bob, kim);
    expect((await at.state(id)).missing).toEqual(['an approval by role legal']);
    await at.approve(id, eve);
    expect(await at.state(id)).toMatchObject({ state: 'approved' });
  });
});

describe('a vote', () => {
  it('counts for one proposal only, and only by a key of the roster', async () => {
    await at.begin();
    const [first, second] = [await at.proposed(), await at.proposed()];
    await expect(at.approve(first, ann)).rejects.toMatchObject({ message: expect.stringContaining('of their own') });
    const stranger = person('mal');
    await expect(at.approve(first, stranger)).rejects.toMatchObject({
      message: expect.stringContaining('not in the roster'),
    });
    const forged: Voter = { id: bob.voter.id, key: stranger.voter.key };
    await expect(at.approve(first, { voter: forged })).rejects.toMatchObject({
      message: expect.stringContaining('signature'),
    });
    // A vote on the first, offered for the second.
    const vote = at.governance.sign(await at.governance.find(first), 'approve', bob.voter);
    const other = await at.governance.find(second);
    const replayed: Draft = {
      kind: 'approval',
      id: `${second}/${bob.voter.id}`,
      version: '1:0:0',
      event: 'created',
      body: encode(vote),
      parents: [{ role: 'on', ref: `record:${other.sealed.hash}` }],
    };
    await expect(at.records.append([replayed])).rejects.toMatchObject(refused);
    await at.bare.append([replayed]);
    expect(await at.findings()).toHaveLength(1);
    expect((await at.state(second)).votes).toEqual([]);
    await at.approve(first, bob);
    expect((await at.state(first)).votes).toHaveLength(1);
  });

  it('is not one when its bytes are signed as something else, or for another ledger', async () => {
    await at.begin();
    const id = await at.proposed();
    const found = await at.governance.find(id);
    const { payload } = at.governance.sign(found, 'approve', bob.voter);
    const retyped = signEnvelope('application/json', Buffer.from(payload, 'base64'), bob.voter.key);
    await expect(at.governance.cast(retyped)).rejects.toMatchObject({ code: 'ASSAY_DSSE_MALFORMED' });
    const passed = { ...retyped, payloadType: 'application/vnd.assay.vote+json' };
    await expect(at.governance.cast(passed)).rejects.toMatchObject(refused);
    const elsewhere = new Governance(at.records, 'example.test/other', at.clock).sign(found, 'approve', bob.voter);
    await expect(at.governance.cast(elsewhere)).rejects.toMatchObject(refused);
  });
});

describe('the rules', () => {
  it('are changed only by themselves, and one by one', async () => {
    await at.begin();
    await expect(at.records.append([await at.rule({ approvals: 1, roles: [] })])).rejects.toMatchObject(refused);
    await expect(at.records.append([await at.roster(ann, bob)])).rejects.toMatchObject(refused);
    const retired: Draft = { ...(await at.rule()), event: 'retired' };
    await expect(at.records.append([retired])).rejects.toMatchObject(refused);
    // A laxer policy beside the strict one changes nothing: both have to be met.
    await at.records.append([await at.rule({ pattern: 'c*', approvals: 1, roles: [] })]);
    const id = await at.proposed();
    await at.approve(id, bob);
    expect(await at.state(id)).toMatchObject({ state: 'open' });
    expect(await at.findings()).toEqual([]);
  });

  it('are one roster, of Ed25519 keys', async () => {
    await expect(at.records.append([await at.draft('roster', 'mine', { actors: [ann.entry] })])).rejects.toMatchObject(
      refused,
    );
    const [name, , key = ''] = ann.entry.vkey.split('+');
    const bytes = Buffer.concat([Buffer.of(4), Buffer.from(key, 'base64').subarray(1)]);
    const other = { entry: { ...ann.entry, vkey: `${name}+00000000+${bytes.toString('base64')}` } };
    await expect(at.records.append([await at.roster(other)])).rejects.toMatchObject(refused);
    await at.records.append([await at.roster(ann)]);
    expect(await at.findings()).toEqual([]);
  });

  it('are not brought back by a clock that is set back', async () => {
    await at.begin();
    const id = await at.proposed();
    await at.approve(id, bob, eve);
    const began = at.now;
    at.now = new Date(at.now.getTime() + 90_000_000);
    await at.proposed();
    at.now = began;
    expect(await at.state(id)).toMatchObject({ state: 'expired' });
    await expect(at.governance.apply(id)).rejects.toMatchObject(refused);
  });

  it('can be followed by a stranger through a change of the rules that was voted on', async () => {
    await at.begin();
    const stricter = await at.proposed(await at.rule({ approvals: 3 }));
    await at.approve(stricter, bob, eve);
    await at.governance.apply(stricter);
    const id = await at.proposed();
    await at.approve(id, bob, eve);
    expect(await at.state(id)).toMatchObject({ state: 'open' });
    await at.approve(id, kim);
    await at.governance.apply(id);
    const proof = await makeProposalProof(at.bare, await at.governance.find(id));
    const verdict = verifyProposalProof(JSON.parse(JSON.stringify(proof)), at.ledger.options.signer.vkey);
    expect(verdict).toMatchObject({ ok: true, approvals: ['bob', 'eve', 'kim'] });
    expect(await at.findings()).toEqual([]);
  });

  it('refuse a roster with one key under two names', async () => {
    const twin = { entry: { ...ann.entry, id: 'f'.repeat(32) } };
    await expect(at.records.append([await at.roster(ann, twin)])).rejects.toMatchObject(refused);
  });

  it('may not be redacted', async () => {
    await at.begin();
    const policy = await at.bare.latest('policy', 'limit');
    const redaction: Draft = {
      ...(await at.draft('gone', 'x', {})),
      event: 'redacted',
      parents: [{ role: 'redacts', ref: `record:${policy?.hash}` }],
    };
    await expect(at.records.append([redaction])).rejects.toMatchObject(refused);
  });
});
