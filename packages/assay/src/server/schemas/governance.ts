import { z } from '@hono/zod-openapi';
import { list, sha256, time } from './fields.ts';
import { artifactSchema, recordSummarySchema } from './records.ts';

const personSchema = z.object({
  id: z.string(),
  label: z.string().nullable().openapi({ description: 'what the project calls them' }),
  roles: list(z.string()),
});

const policySchema = z.object({
  id: z.string(),
  ref: z.string().openapi({ description: '`record:<hash>`' }),
  kind: z.string(),
  pattern: z.string().openapi({ description: 'of ids; `*` stands for any characters' }),
  approvals: z.number(),
  roles: list(z.object({ role: z.string(), approvals: z.number() })).openapi({ description: 'of these, by role' }),
  expiresSeconds: z.number(),
});

export const governanceSchema = z
  .object({
    people: list(personSchema).openapi({ description: 'the roster' }),
    policies: list(policySchema).openapi({ description: 'those in force' }),
    audit: z
      .object({
        ok: z.boolean(),
        seen: z.number().openapi({ description: 'records that were replayed' }),
        findings: list(
          z.object({ index: z.number(), record: z.string(), hash: sha256, problems: list(z.string()) }),
        ).openapi({ description: 'records that were not allowed at their place' }),
      })
      .openapi({ description: 'as `assay policy audit` finds it now' }),
  })
  .openapi('Governance');

const proposalSummarySchema = z.object({
  id: z.string(),
  record: recordSummarySchema,
  target: recordSummarySchema
    .pick({ kind: true, id: true, revision: true, version: true, event: true })
    .openapi({ description: 'the record that is to be sealed' }),
  proposer: personSchema,
  state: z.enum(['open', 'approved', 'rejected', 'withdrawn', 'expired', 'stale', 'applied']),
  missing: list(z.string()),
  approvals: z.number().openapi({ description: 'votes for it that count now' }),
  expires: time,
});

export const proposalListSchema = z
  .object({ items: list(proposalSummarySchema).openapi({ description: 'newest first' }) })
  .openapi('ProposalList');

const contentSchema = z.object({
  mediaType: z.string(),
  size: z.number(),
  text: z.string().nullable().openapi({ description: 'null when it is no text, too large to show, or redacted' }),
});

export const proposalSchema = proposalSummarySchema
  .extend({
    note: z.string().nullable(),
    base: recordSummarySchema.nullable().openapi({ description: 'what it builds on; null for a first revision' }),
    before: contentSchema.nullable(),
    after: contentSchema,
    artifacts: list(artifactSchema),
    votes: list(
      z.object({
        by: personSchema,
        decision: z.enum(['approve', 'reject', 'withdraw']),
        at: time,
        counts: z.boolean().openapi({ description: 'false of somebody who is not in the roster any more' }),
      }),
    ),
    policies: list(policySchema.extend({ missing: list(z.string()) })).openapi({
      description: 'those in force that guard the change, with what each still asks for',
    }),
    applied: recordSummarySchema.nullable(),
  })
  .openapi('Proposal');

export type GovernanceView = z.infer<typeof governanceSchema>;
export type ProposalSummary = z.infer<typeof proposalSummarySchema>;
export type ProposalView = z.infer<typeof proposalSchema>;
export type PolicyView = z.infer<typeof policySchema>;
