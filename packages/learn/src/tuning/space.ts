import { LearnError } from '../errors.ts';

export type ParameterSpec =
  | { readonly type: 'categorical'; readonly values: readonly (string | number | boolean)[] }
  | { readonly type: 'int'; readonly low: number; readonly high: number }
  | { readonly type: 'float'; readonly low: number; readonly high: number }
  /** Drawn so that its logarithm is uniform. */
  | { readonly type: 'log-float'; readonly low: number; readonly high: number };

export type SearchSpace = Readonly<Record<string, ParameterSpec>>;

/** One value for each parameter of a space. */
export type ParametersOf<S extends SearchSpace> = {
  readonly [K in keyof S]: S[K] extends { type: 'categorical'; values: readonly (infer V)[] } ? V : number;
};

/** @throws LearnError `ASSAY_LEARN_SEARCH_OPTIONS` for a space without parameters or with bounds that make no sense. */
export function checkSpace(space: SearchSpace): void {
  const entries = Object.entries(space);
  if (entries.length === 0) throw badSearch('a search space needs a parameter');
  for (const [name, spec] of entries) {
    if (spec.type === 'categorical') {
      if (spec.values.length === 0) throw badSearch(`${name} has no values`);
      continue;
    }
    const { low, high } = spec;
    const isWhole = spec.type !== 'int' || (Number.isInteger(low) && Number.isInteger(high));
    if (
      !Number.isFinite(low) ||
      !Number.isFinite(high) ||
      low > high ||
      !isWhole ||
      (spec.type === 'log-float' && low <= 0)
    ) {
      throw badSearch(`${name} cannot be a ${spec.type} from ${low} to ${high}`);
    }
  }
}

/** The parameters at a point of the unit cube, in the order of the space. */
export function decode<S extends SearchSpace>(space: S, point: ArrayLike<number>): ParametersOf<S> {
  const values = Object.entries(space).map(([name, spec], i) => [
    name,
    valueAt(spec, Math.min(1, Math.max(0, point[i]!))),
  ]);
  return Object.fromEntries(values) as ParametersOf<S>;
}

function valueAt(spec: ParameterSpec, at: number): string | number | boolean {
  switch (spec.type) {
    case 'categorical':
      return spec.values[Math.min(spec.values.length - 1, Math.floor(at * spec.values.length))]!;
    case 'int':
      return Math.min(spec.high, spec.low + Math.floor(at * (spec.high - spec.low + 1)));
    case 'float':
      return spec.low + at * (spec.high - spec.low);
    case 'log-float':
      return Math.min(spec.high, Math.max(spec.low, spec.low * (spec.high / spec.low) ** at));
  }
}

/** Points of the unit cube at which a parameter is tried by a grid: each value of few, `steps` of a range. */
export function gridOf(spec: ParameterSpec, steps: number): number[] {
  const values =
    spec.type === 'categorical' ? spec.values.length : spec.type === 'int' ? spec.high - spec.low + 1 : undefined;
  if (values !== undefined && (spec.type === 'categorical' || values <= steps)) {
    return Array.from({ length: values }, (_, i) => (i + 0.5) / values);
  }
  return Array.from({ length: steps }, (_, i) => (steps === 1 ? 0.5 : i / (steps - 1)));
}

export function badSearch(message: string): LearnError {
  return new LearnError('ASSAY_LEARN_SEARCH_OPTIONS', `${message}.`, {
    hint: 'Give each parameter a type and its values or bounds, and leave out options for their defaults.',
  });
}
