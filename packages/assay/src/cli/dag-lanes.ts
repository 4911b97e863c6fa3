/** A graph as lines of text: names in order, each after those it needs, with lanes from each to those that need it. */

/** Names, and for each those it needs, which stand before it. */
type Graph = ReadonlyMap<string, readonly string[]>;

interface Lane {
  readonly name: string;
  /** Those that need it and are still to come. */
  left: number;
}

export interface DrawnNode {
  readonly lanes: string;
  readonly name: string;
  readonly needs: readonly string[];
}

/**
 * One line for each name: `○` needs nothing, `●` needs those whose lanes meet in its line. A lane that only passes is drawn
 * through the line unbroken: `─│─`.
 */
export function drawLanes(graph: Graph): readonly DrawnNode[] {
  const users = new Map<string, number>();
  for (const needs of graph.values()) for (const need of needs) users.set(need, (users.get(need) ?? 0) + 1);
  const lanes: (Lane | undefined)[] = [];
  // A column is not used again right away, where it would look as if the two hung together.
  let justFreed = new Set<number>();
  const rows: { readonly cells: readonly string[]; readonly name: string; readonly needs: readonly string[] }[] = [];
  for (const [name, all] of graph) {
    const needs = [...new Set(all)].filter((need) => graph.has(need));
    const sources = lanes.flatMap((lane, column) => (lane && needs.includes(lane.name) ? [column] : []));
    for (const column of sources) lanes[column]!.left--;
    const ended = sources.filter((column) => lanes[column]!.left === 0);
    const own = ended[0] ?? freeColumn(lanes, justFreed, sources[0] ?? 0);
    rows.push({ cells: drawRow(lanes, sources, own), name, needs });
    justFreed = new Set(ended);
    for (const column of ended) lanes[column] = undefined;
    const left = users.get(name) ?? 0;
    if (left > 0) lanes[own] = { name, left };
    else justFreed.add(own);
    if (left > 0) justFreed.delete(own);
  }
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length));
  return rows.map(({ cells, name, needs }) => ({ lanes: joined(cells).padEnd(2 * width - 1), name, needs }));
}

function freeColumn(lanes: readonly (Lane | undefined)[], taken: ReadonlySet<number>, from: number): number {
  for (let column = from; ; column++) if (lanes[column] === undefined && !taken.has(column)) return column;
}

/** The signs of a line, column by column. */
function drawRow(lanes: readonly (Lane | undefined)[], sources: readonly number[], own: number): readonly string[] {
  const [from, to] = [Math.min(own, ...sources), Math.max(own, ...sources)];
  const last = Math.max(
    to,
    lanes.findLastIndex((lane) => lane !== undefined),
  );
  return Array.from({ length: last + 1 }, (_, column) => {
    const lane = lanes[column];
    if (column === own) return sources.length === 0 ? '○' : '●';
    if (sources.includes(column)) {
      const goesOn = lane!.left > 0;
      if (column === from) return goesOn ? '├' : '└';
      if (column === to) return goesOn ? '┤' : '┘';
      return goesOn ? '┼' : '┴';
    }
    if (lane) return '│';
    return column > from && column < to ? '─' : ' ';
  });
}

/** Between two columns of a line that leads from one to the other, a stroke. */
function joined(cells: readonly string[]): string {
  const ends = cells.flatMap((cell, column) => ('├└┤┘●○┼┴'.includes(cell) ? [column] : []));
  const [from, to] = [ends[0] ?? 0, ends.at(-1) ?? 0];
  return cells
    .map((cell, column) => (column === 0 ? cell : `${column > from && column <= to ? '─' : ' '}${cell}`))
    .join('');
}
