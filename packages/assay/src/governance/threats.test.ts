/** Each way around the votes beside a clean twin; docs/reference/ledger-threats.md lists them. All write past the guard, with the real key. */
import { expect, test } from 'vitest';
import type { Draft } from '../records/index.ts';
import { type Decision, encode, VOTE_TYPE, type Vote } from './documents.ts';
import { signEnvelope } from './dsse.ts';
import { makeProposalProof, verifyProposalProof } from './index.ts';
import { ann, bob, eve, kim, type Member, person, VotedLedger } from './testing/voted-ledger.ts';

type Steps = (at: VotedLedger) => Promise<void>;

/** Seals what a proposal asks for, however it stands. */
async function straight(at: VotedLedger, id: string, change: Partial<Draft> = {}): Promise<void> {
  const { proposal, sealed } = await at.governance.find(id);
  const own = proposal.change;
  await at.bare.append([
    {
      ...own,
      body: { mediaType: own.body.mediaType, bytes: Buffer.from(own.body.bytes, 'base64') },
      parents: [...own.parents, { role: 'proposal', ref: `record:${sealed.hash}` }],
      ...change,
    },
  ]);
}

/** Seals a vote as it stands, under the name that it gives itself, and the proposal's application after it. */
async function vote(
  at: VotedLedger,
  id: string,
  by: Member,
  { decision = 'approve', change = {}, key = by }: { decision?: Decision; change?: Partial<Vote>; key?: Member } = {},
): Promise<void> {
  const found = await at.governance.find(id);
  const { payload } = at.governance.sign(found, decision, by.voter);
  const said = { ...(JSON.parse(Buffer.from(payload, 'base64').toString()) as Vote), ...change };
  await at.bare.append([
    {
      kind: 'approval',
      id: `${id}/${by.voter.id}`,
      version: '1:0:0',
      event: (await at.bare.latest('approval', `${id}/${by.voter.id}`)) ? 'updated' : 'created',
      body: encode(signEnvelope(VOTE_TYPE, encode(said).bytes, key.voter.key)),
      parents: [{ role: 'on', ref: `record:${found.sealed.hash}` }],
    },
  ]);
}

/** Proposed, and approved by these. */
async function approvedBy(at: VotedLedger, ...voters: readonly Member[]): Promise<string> {
  const id = await at.proposed();
  await at.approve(id, ...voters);
  return id;
}

/** A change of the rules, voted on as they ask for. */
async function decided(at: VotedLedger, change: Draft): Promise<void> {
  const id = await at.proposed(change, kim);
  await at.approve(id, bob, eve);
  await at.governance.apply(id);
}

const day = 86_400_000;
const withVote = (change: Partial<Vote>, key?: Member): Steps => {
  return async (at) => {
    const id = await approvedBy(at, bob);
    await vote(at, id, eve, { change, ...(key && { key }) });
  };
};
const genuine = withVote({});
const applied =
  (...voters: readonly Member[]): Steps =>
  async (at) =>
    straight(at, await approvedBy(at, ...voters));

const threats: readonly [name: string, fault: Steps, named: RegExp, twin: Steps][] = [
  [
    'a change without any proposal',
    async (at) => void (await at.bare.append([await at.draft('limit', 'cap', {})])),
    /no proposal is named/,
    async (at) => void (await at.bare.append([await at.draft('other', 'cap', {})])),
  ],
  ['applied with one vote of two', applied(bob), /is open \(1 more of 2/, applied(bob, eve)],
  ['applied with nobody of the role', applied(eve, kim), /is open \(.*role risk/, applied(eve, bob)],
  ['one person twice', applied(bob, bob), /is open/, applied(bob, kim)],
  [
    'another body than was proposed',
    async (at) => straight(at, await approvedBy(at, bob, eve), { body: encode({ most: 1000 }) }),
    /its body is not what was proposed/,
    async (at) => straight(at, await approvedBy(at, bob, eve)),
  ],
  [
    'one proposal applied twice',
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await straight(at, id);
      await straight(at, id, { revision: 2 });
    },
    /is applied/,
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await at.governance.apply(id);
      await at.governance.apply(id);
    },
  ],
  [
    'an approval of a base that is not the newest any more',
    async (at) => {
      const [first, second] = [await approvedBy(at, bob, eve), await approvedBy(at, bob, eve)];
      await at.governance.apply(first);
      await straight(at, second, { revision: 2 });
    },
    /is stale \(.*has changed since/,
    async (at) => {
      await at.governance.apply(await approvedBy(at, bob, eve));
      await straight(at, await approvedBy(at, bob, eve));
    },
  ],
  [
    'applied after its end',
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      at.now = new Date(at.now.getTime() + day + 1);
      await straight(at, id);
    },
    /is expired/,
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      at.now = new Date(at.now.getTime() + day - 1);
      await straight(at, id);
    },
  ],
  [
    'a vote after the end',
    async (at) => {
      const id = await approvedBy(at, bob);
      at.now = new Date(at.now.getTime() + day + 1);
      await vote(at, id, eve);
    },
    /comes after the end/,
    async (at) => {
      const id = await approvedBy(at, bob);
      at.now = new Date(at.now.getTime() + day - 1);
      await vote(at, id, eve);
    },
  ],
  [
    'the proposer approves',
    async (at) => vote(at, await approvedBy(at, bob), ann),
    /on a proposal of their own/,
    async (at) => vote(at, await approvedBy(at, bob), kim),
  ],
  [
    'a vote replayed on another proposal',
    async (at) => {
      const [first, second] = [await at.proposed(), await at.proposed()];
      const other = await at.governance.find(first);
      await vote(at, second, bob, {
        change: { proposal: `record:${other.sealed.hash}`, nonce: other.proposal.nonce },
      });
    },
    /sealed under another name|does not link/,
    async (at) => {
      await at.proposed();
      await vote(at, await at.proposed(), bob);
    },
  ],
  ['a vote with another nonce', withVote({ nonce: '0'.repeat(32) }), /the end and the nonce/, genuine],
  ['a vote with a later end', withVote({ expires: '2027-01-01T00:00:00.000Z' }), /the end and the nonce/, genuine],
  ['a vote for another ledger', withVote({ origin: 'example.test/other' }), /is for the ledger/, genuine],
  ['a vote on another record', withVote({ document: 'limit/other' }), /is on another record/, genuine],
  ['a vote signed by another key', withVote({}, person('mal')), /the signature is not one/, genuine],
  [
    'a vote of somebody who is not in the roster',
    async (at) => vote(at, await approvedBy(at, bob), person('mal')),
    /is not in the roster/,
    genuine,
  ],
  [
    'applied over a rejection',
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await vote(at, id, kim, { decision: 'reject' });
      await straight(at, id);
    },
    /is rejected/,
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await vote(at, id, kim, { decision: 'reject' });
      await vote(at, id, kim);
      await straight(at, id);
    },
  ],
  [
    'applied though it was withdrawn',
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await vote(at, id, ann, { decision: 'withdraw' });
      await straight(at, id);
    },
    /is withdrawn/,
    applied(bob, eve),
  ],
  [
    'an approver removed from the roster before it is applied',
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await decided(at, await at.roster(ann, bob, kim));
      await straight(at, id);
    },
    /is open \(1 more of 2/,
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await decided(at, await at.roster(ann, bob, eve));
      await straight(at, id);
    },
  ],
  [
    "an approver's key exchanged before it is applied",
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      const other = { entry: { ...eve.entry, vkey: person('new').entry.vkey } };
      await decided(at, await at.roster(ann, bob, other, kim));
      await straight(at, id);
    },
    /is open \(1 more of 2/,
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      const other = { entry: { ...kim.entry, vkey: person('new').entry.vkey } };
      await decided(at, await at.roster(ann, bob, eve, other));
      await straight(at, id);
    },
  ],
  [
    "an approver's role taken before it is applied",
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      const { roles: _, ...plain } = bob.entry;
      await decided(at, await at.roster(ann, { entry: plain }, eve, kim));
      await straight(at, id);
    },
    /role risk/,
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      const { roles: _, ...plain } = eve.entry;
      await decided(at, await at.roster(ann, bob, { entry: plain }, kim));
      await straight(at, id);
    },
  ],
  [
    'a policy changed between the votes and the application',
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await decided(at, await at.rule({ approvals: 1, roles: [] }));
      await straight(at, id);
    },
    /is stale \(the policies have changed/,
    async (at) => {
      const id = await approvedBy(at, bob, eve);
      await at.records.append([await at.rule({ kind: 'other' })]);
      await straight(at, id);
    },
  ],
  [
    'a policy made laxer without votes',
    async (at) => void (await at.bare.append([await at.rule({ approvals: 1, roles: [] })])),
    /policy\/limit is guarded by/,
    async (at) => decided(at, await at.rule({ approvals: 1, roles: [] })),
  ],
  [
    'a person put into the roster without votes',
    async (at) => void (await at.bare.append([await at.roster(ann, bob, eve, kim, person('mal', ['risk']))])),
    /roster\/roster is guarded by/,
    async (at) => decided(at, await at.roster(ann, bob, eve, kim, person('mal', ['risk']))),
  ],
];

async function told(steps: Steps): Promise<readonly string[]> {
  const at = await VotedLedger.open();
  try {
    await at.begin();
    await steps(at);
    return await at.findings();
  } finally {
    await at.close();
  }
}

test('the audit names every way around the votes, and no clean twin', { timeout: 120_000 }, async () => {
  const falseAccepts: string[] = [];
  const falseRejects: string[] = [];
  for (const [name, fault, named, twin] of threats) {
    const found = await told(fault);
    if (!found.some((problem) => named.test(problem))) falseAccepts.push(`${name}: ${found.join(', ')}`);
    const clean = await told(twin);
    if (clean.length > 0) falseRejects.push(`${name}: ${clean.join(', ')}`);
  }
  expect({ falseAccepts, falseRejects }).toEqual({ falseAccepts: [], falseRejects: [] });
});

test('a proof of an application with too few votes is refused by a stranger who has the key only', async () => {
  const verdictAfter = async (...voters: readonly Member[]) => {
    const at = await VotedLedger.open();
    try {
      await at.begin();
      const id = await approvedBy(at, ...voters);
      await straight(at, id);
      const proof = JSON.stringify(await makeProposalProof(at.bare, await found(at, id)));
      return verifyProposalProof(JSON.parse(proof), at.ledger.options.signer.vkey);
    } finally {
      await at.close();
    }
  };
  const found = (at: VotedLedger, id: string) => at.governance.find(id);
  expect(await verdictAfter(bob, eve)).toMatchObject({ ok: true, approvals: ['bob', 'eve'] });
  expect(await verdictAfter(bob)).toMatchObject({
    ok: false,
    applied: undefined,
    problems: expect.arrayContaining([expect.stringContaining('1 more of 2 approvals')]),
  });
});
