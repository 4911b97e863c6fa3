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

/** Room around a graph for outlines and buttons that stand out of a box, in pixels. */
const MARGIN = 12;

/** Places boxes in ranks, each after those its arrows come from. Sugiyama's method, by dagre. */
export function layOut(boxes: readonly Box[], arrows: readonly Arrow[], direction: Direction): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: direction === 'right' ? 'LR' : 'TB', nodesep: 18, ranksep: 30 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  const known = new Set(boxes.map(({ id }) => id));
  for (const { from, to } of arrows) if (known.has(from) && known.has(to)) graph.setEdge(from, to);
  dagre.layout(graph);
  const placed = boxes.map(({ id, width, height }) => {
    const { x, y } = graph.node(id);
    return { id, x: x - width / 2, y: y - height / 2, width, height };
  });
  const bent = graph.edges().map((edge) => ({
    id: arrowId({ from: edge.v, to: edge.w }),
    points: pointsOf(graph.edge(edge)),
  }));
  // dagre's own bounds leave out how far arrows swing around boxes.
  const xs = [
    ...placed.flatMap(({ x, width }) => [x, x + width]),
    ...bent.flatMap(({ points }) => points.map(({ x }) => x)),
  ];
  const ys = [
    ...placed.flatMap(({ y, height }) => [y, y + height]),
    ...bent.flatMap(({ points }) => points.map(({ y }) => y)),
  ];
  const left = Math.min(...xs) - MARGIN;
  const top = Math.min(...ys) - MARGIN;
  const moved = ({ x, y }: Point): Point => ({ x: x - left, y: y - top });
  return {
    width: placed.length === 0 ? 0 : Math.max(...xs) + MARGIN - left,
    height: placed.length === 0 ? 0 : Math.max(...ys) + MARGIN - top,
    places: new Map(placed.map((box) => [box.id, moved(box)])),
    ways: new Map(bent.map(({ id, points }) => [id, points.map(moved)])),
  };
}

function pointsOf({ points = [] }: { readonly points?: readonly Point[] }): readonly Point[] {
  return points;
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
