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
  graph.setGraph({ rankdir: direction === 'right' ? 'LR' : 'TB', nodesep: 18, ranksep: 52 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  const known = new Set(boxes.map(({ id }) => id));
  for (const { from, to } of arrows) if (known.has(from) && known.has(to)) graph.setEdge(from, to);
  dagre.layout(graph);
  const placed = boxes.map(({ id, width, height }) => {
    const { x, y } = graph.node(id);
    return { id, x: x - width / 2, y: y - height / 2, width, height };
  });
  const boxOf = new Map(placed.map((box) => [box.id, box]));
  const bent = graph.edges().map((edge) => ({
    id: arrowId({ from: edge.v, to: edge.w }),
    points: fromSideToSide(boxOf.get(edge.v), boxOf.get(edge.w), pointsOf(graph.edge(edge)), direction),
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

/**
 * An arrow leaves the middle of a box's far side and enters the middle of the next one's near side; between neighbouring
 * ranks nothing is in the way, and dagre's bends are for longer arrows only.
 */
function fromSideToSide(
  from: (Box & Point) | undefined,
  to: (Box & Point) | undefined,
  points: readonly Point[],
  direction: Direction,
): readonly Point[] {
  if (!from || !to) return points;
  const bends = points.length > 3 ? points.slice(1, -1) : [];
  return direction === 'right'
    ? [
        { x: from.x + from.width, y: from.y + from.height / 2 },
        ...bends.filter(({ x }) => x > from.x + from.width && x < to.x),
        { x: to.x, y: to.y + to.height / 2 },
      ]
    : [
        { x: from.x + from.width / 2, y: from.y + from.height },
        ...bends.filter(({ y }) => y > from.y + from.height && y < to.y),
        { x: to.x + to.width / 2, y: to.y },
      ];
}

/** An SVG path through points that runs along the direction of the graph at each of them. */
export function smoothPath(points: readonly Point[], direction: Direction): string {
  return points
    .map((point, i) => {
      const before = points[i - 1];
      if (!before) return `M${point.x},${point.y}`;
      if (direction === 'right') {
        const middle = (before.x + point.x) / 2;
        return `C${middle},${before.y} ${middle},${point.y} ${point.x},${point.y}`;
      }
      const middle = (before.y + point.y) / 2;
      return `C${before.x},${middle} ${point.x},${middle} ${point.x},${point.y}`;
    })
    .join('');
}
