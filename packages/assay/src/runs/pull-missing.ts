import { existsSync } from 'node:fs';
import { fetchAll } from '../access/index.ts';
import {
  checkoutTargets,
  fetchObjects,
  placeOf,
  type StageStatus,
  shownAddress,
  shownPath,
  statusOf,
  type Workplace,
} from '../data/index.ts';
import type { RepositoryIndex, TrackedStage } from '../dvc/index.ts';

/**
 * Brings back what is missing of stages that have not changed otherwise, and of what the others need and none of them makes.
 * What no remote has stays missing.
 * @throws AssayError `ASSAY_REMOTE_FAILED`
 */
export async function pullMissing(
  workplace: Workplace,
  stages: readonly TrackedStage[],
  index: RepositoryIndex,
  { runCache }: { readonly runCache: boolean },
): Promise<void> {
  if (runCache) await fetchObjects(workplace, [], { runCache });
  const status = await statusOf(workplace, stages);
  const locations = new Set<string>();
  const made = new Set(stages.flatMap((stage) => stage.outs.map(({ location }) => location)));
  for (const stage of stages) {
    if (onlyMissing(status[shownAddress(workplace, stage)] ?? [])) {
      for (const { location, checksum, cache } of stage.outs) if (checksum && cache) locations.add(location);
      continue;
    }
    for (const dep of stage.deps) {
      const place = placeOf(workplace, dep);
      if (dep.repo || place === undefined || existsSync(place) || made.has(dep.location)) continue;
      if (isTracked(index, dep.location)) locations.add(dep.location);
    }
  }
  if (locations.size === 0) return;
  const words = [...locations].map((location) => shownPath(workplace, location));
  await fetchAll(workplace, words, { allowMissing: true });
  await checkoutTargets(workplace, words, { allowMissing: true });
}

function onlyMissing(status: StageStatus): boolean {
  return (
    status.length > 0 &&
    status.every(
      (change) =>
        typeof change !== 'string' &&
        Object.values(change).every((entries) =>
          Object.values(entries).every((state) => state === 'deleted' || state === 'not in cache'),
        ),
    )
  );
}

/** As an output, or inside of one. */
function isTracked({ byLocation }: RepositoryIndex, location: string): boolean {
  const parts = location.split('/');
  return parts.some((_, i) => byLocation.has(parts.slice(0, i + 1).join('/')));
}
