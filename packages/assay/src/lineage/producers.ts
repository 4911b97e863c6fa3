import type { Artifact, RecordStore, SealedRecord } from '../records/index.ts';

export function artifactsOf(sealed: SealedRecord, sha256: string): readonly Artifact[] {
  return sealed.record.artifacts.filter((artifact) => artifact.sha256 === sha256);
}

function takes(sealed: SealedRecord, ref: string): boolean {
  return sealed.record.parents.some((parent) => parent.ref === ref);
}

/** Records that made an object, oldest first: they have it as an artifact, and did not have it before. */
export async function producersOf(records: RecordStore, sha256: string): Promise<readonly SealedRecord[]> {
  const ref = `sha256:${sha256}`;
  const named = await records.children(ref);
  const made = named.filter((sealed) => artifactsOf(sealed, sha256).length > 0 && !takes(sealed, ref));
  // A model version lists what a stage run made: the stage run is the origin.
  const byStages = made.filter(({ record }) => record.kind === 'stage-run');
  return byStages.length > 0 ? byStages : made;
}

/**
 * The record that an object comes from as `user` had it: the one that `user` itself names as a parent, else the oldest.
 * Undefined when it is data from outside.
 */
export async function producerFor(
  records: RecordStore,
  sha256: string,
  user: SealedRecord | undefined,
): Promise<SealedRecord | undefined> {
  const producers = await producersOf(records, sha256);
  return producers.find(({ hash }) => user !== undefined && takes(user, `record:${hash}`)) ?? producers[0];
}

/** Records that took an object in, oldest first. */
export async function usersOf(records: RecordStore, sha256: string): Promise<readonly SealedRecord[]> {
  const ref = `sha256:${sha256}`;
  return (await records.children(ref)).filter((sealed) => takes(sealed, ref));
}
