import { z } from '@hono/zod-openapi';
import { list, md5, sha256 } from './fields.ts';
import { recordSummarySchema } from './records.ts';

const depth = z.number().openapi({ description: 'steps from the root' });

export const recordNodeSchema = recordSummarySchema.extend({ type: z.literal('record'), depth });
export const objectNodeSchema = z.object({
  type: z.literal('object'),
  ref: z.string().openapi({ description: '`sha256:<hex>`' }),
  sha256,
  md5: md5.nullable(),
  size: z.number().nullable(),
  names: list(z.string()).openapi({ description: 'what records call it' }),
  depth,
});

export const nodeSchema = z
  .discriminatedUnion('type', [recordNodeSchema, objectNodeSchema])
  .openapi('LineageNode', { description: 'a record, or an object by its SHA-256' });

export const edgeSchema = z
  .object({
    from: z.string().openapi({ description: 'ref of what was there before' }),
    to: z.string().openapi({ description: 'ref of what came of it' }),
    role: z.string().openapi({ description: "the parent's role, or `made` from a record to its artifact" }),
  })
  .openapi('LineageEdge');

export const lineageSchema = z
  .object({
    root: z.string(),
    direction: z.enum(['up', 'down']),
    nodes: list(nodeSchema).openapi({ description: 'nearest first' }),
    edges: list(edgeSchema),
    truncated: z.boolean().openapi({ description: 'there is more beyond the depth or the most nodes' }),
  })
  .openapi('Lineage');

export type LineageNodeView = z.infer<typeof nodeSchema>;
export type LineageEdgeView = z.infer<typeof edgeSchema>;
export type LineageView = z.infer<typeof lineageSchema>;
