/** Puts nodes after those they need, keeping the given order among the free; or answers with one cycle. */
export function orderByNeeds(
  ids: readonly string[],
  needs: ReadonlyMap<string, Iterable<string>>,
): { readonly order: readonly string[] } | { readonly cycle: readonly string[] } {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (id: string): readonly string[] | undefined => {
    if (state.get(id) === 'done') return undefined;
    if (state.get(id) === 'open') return path.slice(path.indexOf(id));
    state.set(id, 'open');
    path.push(id);
    for (const need of needs.get(id) ?? []) {
      const cycle = visit(need);
      if (cycle) return cycle;
    }
    path.pop();
    state.set(id, 'done');
    order.push(id);
    return undefined;
  };
  for (const id of ids) {
    const cycle = visit(id);
    if (cycle) return { cycle };
  }
  return { order };
}

/** All that a node needs, directly or not. */
export function upstreamOf(id: string, needs: ReadonlyMap<string, Iterable<string>>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const need of needs.get(at) ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      open.push(need);
    }
  return found;
}
