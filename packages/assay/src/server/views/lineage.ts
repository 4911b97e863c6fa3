import type { Lineage, LineageEdge, LineageNode } from '../../lineage/index.ts';
import type { LineageEdgeView, LineageNodeView, LineageView } from '../schemas/index.ts';
import { summarize } from './records.ts';

export function showLineage({ root, direction, nodes, edges, truncated }: Lineage): LineageView {
  return { root, direction, nodes: nodes.map(nodeView), edges: edges.map(edgeView), truncated };
}

export function nodeView(node: LineageNode): LineageNodeView {
  if (node.type === 'record') return { ...summarize(node.sealed), type: 'record', depth: node.depth };
  const { ref, sha256, md5, size, names, depth } = node;
  return { type: 'object', ref, sha256, md5: md5 ?? null, size: size ?? null, names, depth };
}

export function edgeView({ from, to, role }: LineageEdge): LineageEdgeView {
  return { from, to, role };
}
