import dagre from '@dagrejs/dagre';

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

export type Direction = 'right' | 'down';

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each box. */
  readonly places: ReadonlyMap<string, Point>;
  /** The way of each arrow around the boxes between its ends, by `from→to`. */
  readonly ways: ReadonlyMap<string, readonly Point[]>;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function arrowId({ from, to }: Arrow): string {
  return `${from}→${to}`;
}

/** Places boxes in ranks, each after those its arrows come from. Sugiyama's method, by dagre. */
export function layOut(boxes: readonly Box[], arrows: readonly Arrow[], direction: Direction): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: direction === 'right' ? 'LR' : 'TB', nodesep: 18, ranksep: 30, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  const known = new Set(boxes.map(({ id }) => id));
  for (const { from, to } of arrows) if (known.has(from) && known.has(to)) graph.setEdge(from, to);
  dagre.layout(graph);
  const places = new Map(
    boxes.map(({ id, width, height }) => {
      const { x, y } = graph.node(id);
      return [id, { x: x - width / 2, y: y - height / 2 }];
    }),
  );
  const ways = new Map<string, readonly Point[]>();
  for (const edge of graph.edges()) ways.set(arrowId({ from: edge.v, to: edge.w }), graph.edge(edge).points ?? []);
  const { width = 0, height = 0 } = graph.graph();
  return { width, height, places, ways };
}

/** An SVG path through points, rounded at each. */
export function smoothPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x},${first.y}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const [bend, next] = [rest[i], rest[i + 1]];
    if (!bend || !next) break;
    const isLast = i === rest.length - 2;
    const end = isLast ? next : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    path += `Q${bend.x},${bend.y} ${end.x},${end.y}`;
  }
  const only = rest.length === 1 ? rest[0] : undefined;
  return only ? `${path}L${only.x},${only.y}` : path;
}
