type Needs = ReadonlyMap<string, Iterable<string>>;

/** Puts nodes after those they need, keeping the given order among the free; or answers with one cycle. */
export function orderByNeeds(
  ids: readonly string[],
  needs: Needs,
): { readonly order: readonly string[] } | { readonly cycle: readonly string[] } {
  const done = new Set<string>();
  for (const start of ids) {
    // Depth first, without recursion: the path from `start`, each with what it still has to look at.
    const path: { readonly id: string; readonly rest: Iterator<string> }[] = [];
    const onPath = new Set<string>();
    const enter = (id: string) => {
      onPath.add(id);
      path.push({ id, rest: Iterator.from(needs.get(id) ?? []) });
    };
    if (!done.has(start)) enter(start);
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const next = last.rest.next();
      if (next.done) {
        path.pop();
        onPath.delete(last.id);
        done.add(last.id);
      } else if (onPath.has(next.value)) {
        const cycle = path.map(({ id }) => id);
        return { cycle: cycle.slice(cycle.indexOf(next.value)) };
      } else if (!done.has(next.value)) enter(next.value);
    }
  }
  return { order: [...done] };
}

/** All that a node needs, directly or not. */
export function upstreamOf(id: string, needs: Needs): ReadonlySet<string> {
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
