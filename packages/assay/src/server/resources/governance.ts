import { createRoute, z } from '@hono/zod-openapi';
import { Governance, makeProposalProof } from '../../governance/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { reference } from '../schemas/fields.ts';
import { governanceSchema, proposalListSchema, proposalSchema } from '../schemas/index.ts';
import { listProposals, showGovernance, showProposal } from '../views/governance.ts';
import { badRequest, download, json, notFound } from './answers.ts';

const one = z.object({
  proposal: reference.openapi({ description: "a proposal's id, its beginning, or its record's hash" }),
});

const getGovernance = createRoute({
  method: 'get',
  path: '/api/governance',
  summary: 'Who votes, the policies in force, and whether every change was allowed',
  responses: { 200: json(governanceSchema, 'the roster, the policies and the audit') },
});

const getProposals = createRoute({
  method: 'get',
  path: '/api/proposals',
  summary: 'Proposals with their standing, newest first',
  description: 'Votes are signed by keys of the roster, which the server does not have: there is no route to vote by.',
  responses: { 200: json(proposalListSchema, 'every valid proposal') },
});

const getProposal = createRoute({
  method: 'get',
  path: '/api/proposals/{proposal}',
  summary: 'One proposal: what it changes, its votes, and what its policies still ask for',
  request: { params: one },
  responses: { 200: json(proposalSchema, 'the proposal'), ...badRequest, ...notFound },
});

const getProof = createRoute({
  method: 'get',
  path: '/api/proposals/{proposal}/proof',
  summary: 'The proof of a proposal, to be checked offline with `assay verify --proposal`',
  request: { params: one },
  responses: {
    200: { description: 'the proof, as a download', content: { 'application/json': { schema: z.unknown() } } },
    ...badRequest,
    ...notFound,
  },
});

export function governanceRoutes({
  project: { origin },
  lineage: { records },
}: Pick<ApiDependencies, 'project' | 'lineage'>) {
  const governance = new Governance(records, origin, () => new Date());
  return createRoutes()
    .openapi(getGovernance, async (c) => c.json(await showGovernance(records, origin), 200))
    .openapi(getProposals, async (c) => c.json({ items: await listProposals(governance) }, 200))
    .openapi(getProposal, async (c) =>
      c.json(await showProposal(governance, records, c.req.valid('param').proposal), 200),
    )
    .openapi(getProof, async (c) => {
      const found = await governance.find(c.req.valid('param').proposal);
      c.header('content-disposition', download(`proposal-${found.id.slice(0, 12)}.proof.json`));
      return c.json(await makeProposalProof(records, found), 200);
    });
}
