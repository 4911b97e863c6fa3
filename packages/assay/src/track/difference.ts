import { sameValue, showValue, type Value } from './documents/index.ts';

/** One place where two documents differ. */
export interface Change {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'retyped' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
  readonly numeric: boolean;
}

/** Where two documents differ, by path; numbers are compared exactly, lists place by place. */
export function diffDocuments(before: Value | undefined, after: Value | undefined, path: string): readonly Change[] {
  if (before === undefined || after === undefined) {
    const change = before === undefined ? 'added' : 'removed';
    return before === after ? [] : [changeOf(path, change, before, after)];
  }
  if (sameValue(before, after)) return [];
  if (before.type !== after.type) return [changeOf(path, 'retyped', before, after)];
  if (before.type === 'map' && after.type === 'map') {
    const keys = new Set([...before.value.keys(), ...after.value.keys()]);
    const changes = [...keys].flatMap((key) =>
      diffDocuments(before.value.get(key), after.value.get(key), `${path}${accessor(key)}`),
    );
    if (changes.length > 0) return changes;
  }
  if (before.type === 'list' && after.type === 'list') {
    const length = Math.max(before.value.length, after.value.length);
    const changes = Array.from({ length }, (_, i) =>
      diffDocuments(before.value[i], after.value[i], `${path}[${i}]`).map((one) =>
        // A list that grows or shrinks keeps its type.
        one.path === `${path}[${i}]` && one.change !== 'retyped' ? { ...one, change: 'changed' as const } : one,
      ),
    ).flat();
    if (changes.length > 0) return changes;
  }
  return [changeOf(path, 'changed', before, after)];
}

/** Every number of a document, by path. */
export function numbersOf(value: Value, path: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (at: Value, place: string) => {
    if (at.type === 'number') found.set(place, showValue({ at: 0, type: 'number', value: at.value }));
    else if (at.type === 'map') for (const [key, item] of at.value) walk(item, `${place}${accessor(key)}`);
    else if (at.type === 'list') for (const [i, item] of at.value.entries()) walk(item, `${place}[${i}]`);
  };
  walk(value, path);
  return found;
}

function changeOf(path: string, change: Change['change'], before?: Value, after?: Value): Change {
  return {
    path,
    change,
    before: before ? showValue(before) : null,
    after: after ? showValue(after) : null,
    numeric: (before ?? after)?.type === 'number' && (after ?? before)?.type === 'number',
  };
}

function accessor(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
