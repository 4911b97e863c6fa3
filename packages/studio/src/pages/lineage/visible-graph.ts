import type { LineageEdgeView, LineageNodeView, LineageView } from '../../api/index.ts';
import { shortId } from '../../ui/record-names.tsx';

export interface Choice {
  /** Show the bytes that passed between records. */
  readonly data: boolean;
  /** Show runs and pipelines, which touch everything. */
  readonly context: boolean;
  /** Refs of nodes whose far side is hidden. */
  readonly folded: ReadonlySet<string>;
}

export interface VisibleNode {
  readonly node: LineageNodeView;
  readonly title: string;
  readonly subtitle: string;
  /** How many nodes are hidden behind it. */
  readonly hidden: number;
  readonly canFold: boolean;
}

export interface VisibleGraph {
  readonly nodes: readonly VisibleNode[];
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly label: string }[];
}

const contextKinds = ['run', 'pipeline'];

/** What of a lineage is shown: objects left out are bridged, runs and pipelines left out are not. */
export function visibleGraph(lineage: LineageView, { data, context, folded }: Choice): VisibleGraph {
  const { root, direction } = lineage;
  let { nodes, edges } = lineage;
  if (!context) {
    const kept = nodes.filter(
      (node) => node.ref === root || !(node.type === 'record' && contextKinds.includes(node.kind)),
    );
    [nodes, edges] = only(kept, edges);
  }
  if (!data) {
    for (const node of nodes) if (node.type === 'object' && node.ref !== root) edges = bridge(edges, node.ref);
    [nodes, edges] = only(
      nodes.filter((node) => node.type === 'record' || node.ref === root),
      edges,
    );
  }
  const onward = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const [near, far] = direction === 'up' ? [to, from] : [from, to];
    onward.set(near, [...(onward.get(near) ?? []), far]);
  }
  const shown = reach(root, onward, folded);
  const all = reach(root, onward, new Set());
  const visible = nodes
    .filter(({ ref }) => shown.has(ref))
    .map((node): VisibleNode => {
      const behind = folded.has(node.ref)
        ? [...reach(node.ref, onward, new Set())].filter((ref) => !shown.has(ref))
        : [];
      const canFold = node.ref !== root && (onward.get(node.ref) ?? []).some((ref) => all.has(ref));
      return { node, ...titleOf(node, lineage.edges), hidden: behind.length, canFold };
    });
  const known = new Set(visible.map(({ node }) => node.ref));
  const arrows = new Map<string, { from: string; to: string; label: string }>();
  for (const { from, to, role } of edges) {
    const near = direction === 'up' ? to : from;
    if (known.has(from) && known.has(to) && !folded.has(near)) arrows.set(`${from} ${to}`, { from, to, label: role });
  }
  return { nodes: visible, arrows: [...arrows.values()] };
}

function only(
  nodes: readonly LineageNodeView[],
  edges: readonly LineageEdgeView[],
): [readonly LineageNodeView[], readonly LineageEdgeView[]] {
  const refs = new Set(nodes.map(({ ref }) => ref));
  return [nodes, edges.filter(({ from, to }) => refs.has(from) && refs.has(to))];
}

/** Joins what came before a node with what came of it, and leaves the node out. */
function bridge(edges: readonly LineageEdgeView[], ref: string): readonly LineageEdgeView[] {
  const before = edges.filter(({ to }) => to === ref);
  const after = edges.filter(({ from }) => from === ref);
  const rest = edges.filter(({ from, to }) => from !== ref && to !== ref);
  return [...rest, ...before.flatMap(({ from }) => after.map(({ to, role }) => ({ from, to, role })))];
}

function reach(from: string, onward: ReadonlyMap<string, readonly string[]>, folded: ReadonlySet<string>): Set<string> {
  const reached = new Set([from]);
  for (const ref of reached) if (!folded.has(ref)) for (const next of onward.get(ref) ?? []) reached.add(next);
  return reached;
}

function titleOf(node: LineageNodeView, edges: readonly LineageEdgeView[]): { title: string; subtitle: string } {
  if (node.type === 'object') {
    const path = node.names[0]?.replace(/\/$/, '');
    const role = edges.find(({ from }) => from === node.ref)?.role;
    return {
      title: path?.slice(path.lastIndexOf('/') + 1) ?? role ?? 'object',
      subtitle: path ? 'data' : 'from outside',
    };
  }
  const [first = '', ...rest] = node.id.split('/');
  if (node.kind === 'stage-run') return { title: rest.join('/'), subtitle: `run ${shortId(first)}` };
  if (node.kind === 'model-stage') return { title: rest.join('/'), subtitle: `${first} ${node.version}` };
  if (node.kind === 'model-version') return { title: node.id, subtitle: `version ${node.version}` };
  return { title: shortId(node.id), subtitle: node.kind.replaceAll('-', ' ') };
}
