import type { Repository } from '../../interop/repository.ts';
import type { Scenario } from './scenarios.ts';
import { damagedObjects, lostContents } from './state.ts';

/** What is wrong with a repository in which a command came to no end; undefined when nothing is. */
export async function checkWhole(
  place: Repository,
  scenario: Scenario,
  before: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const damaged = damagedObjects(place.base);
  if (damaged.length > 0) return `an object is not what its name says: ${damaged.join(', ')}`;
  const lost = scenario.removes ? [] : lostContents(before, place.base);
  if (lost.length > 0) return `lost: ${lost.join(', ')}`;
  const status = await place.assay('status', '--json');
  return status.code === 0 ? undefined : `assay status: ${status.err}`;
}
