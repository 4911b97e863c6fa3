import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../governance/index.ts';
import { type ApiError, type Client, createClient } from './client.ts';
import { serveSmallProject } from './testing/served-project.ts';

let served: Awaited<ReturnType<typeof serveSmallProject>>;
let api: Client['api'];
beforeAll(async () => {
  served = await serveSmallProject();
  api = createClient(served.url).api;
}, 60_000);
afterAll(async () => {
  expect(served.faults).toEqual([]);
  await served.stop();
});

test('the policies in force and the audit of the ledger are told', async () => {
  const policy = {
    kind: 'limit',
    pattern: '*',
    approvals: 2,
    roles: [{ role: 'risk', approvals: 1 }],
    expiresSeconds: 60,
  };
  const body = encode(policy);
  const [sealed] = await served.records.append([
    { kind: 'policy', id: 'limit', version: '1:0:0', event: 'created', body },
  ]);
  const told = await (await api.governance.$get()).json();
  expect(told).toMatchObject({
    policies: [{ id: 'limit', ref: `record:${sealed!.hash}`, ...policy }],
    audit: { ok: true, findings: [] },
  });
  // Around the votes, as nothing here guards the store.
  await served.records.append([{ kind: 'limit', id: 'cap', version: '1:0:0', event: 'created', body }]);
  const after = await (await api.governance.$get()).json();
  expect(after).toMatchObject({ audit: { ok: false, findings: [{ record: 'limit/cap, revision 1' }] } });
});

test('there is no proposal, and one that is asked for is not found', async () => {
  expect(await (await api.proposals.$get()).json()).toEqual({ items: [] });
  const reply = await api.proposals[':proposal'].$get({ param: { proposal: '0198c1ff' } });
  expect(reply.status).toBe(404);
  expect(((await reply.json()) as unknown as ApiError).error.code).toBe('ASSAY_PROPOSAL_UNKNOWN');
});
