import type { Value } from '../dvc/index.ts';

/** One row of a plot's data. A map and not an object: the order of columns matters, whatever their names. */
export type Datapoint = ReadonlyMap<string, Value>;

/** What a data file holds: rows of a table, or values as they are nested in JSON and YAML. */
export type PlotContent = { readonly rows: readonly Datapoint[] } | { readonly value: Value };

/** Why a plot, or one of its files, could not be drawn; `kind` is DVC's name for it, which scripts may look for. */
export class PlotProblem extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The lists of maps in a file, however deep under maps. */
export function seriesOf(content: PlotContent): readonly (readonly Datapoint[])[] {
  if ('rows' in content) return content.rows.length > 0 ? [content.rows] : [];
  return [...lists(content.value)].flatMap((list) => {
    const points = list.map((item) => (isMap(item) ? new Map(Object.entries(item)) : undefined));
    return points.length > 0 && points.every((point) => point !== undefined) ? [points] : [];
  });
}

/** The rows of a file: lists whose items have the same keys, put side by side by index. */
export function datapointsOf(content: PlotContent): readonly Datapoint[] {
  const joined: Map<string, Value>[] = [];
  for (const series of seriesOf(content)) {
    const first = series[0]!;
    if (!series.every((point) => [...point.keys()].every((key) => first.has(key)))) continue;
    for (const [i, point] of series.entries()) {
      const row = joined[i] ?? new Map<string, Value>();
      for (const [key, value] of point) row.set(key, value);
      joined[i] = row;
    }
  }
  return joined;
}

function* lists(value: Value): Generator<readonly Value[]> {
  if (Array.isArray(value)) yield value;
  else if (isMap(value)) {
    for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) yield* lists(inner);
  }
}

export function isMap(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
