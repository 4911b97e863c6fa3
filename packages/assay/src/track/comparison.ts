import type { Artifact } from '../records/index.ts';
import { type Change, diffDocuments, numbersOf } from './difference.ts';
import { type Revision, type TrackContext, valuesOf } from './revision.ts';

interface FileDifference {
  readonly name: string;
  readonly before: { readonly size: number; readonly md5: string; readonly sha256: string } | null;
  readonly after: { readonly size: number; readonly md5: string; readonly sha256: string } | null;
}

export interface Comparison {
  readonly changes: readonly Change[];
  readonly files: readonly FileDifference[];
  /** Numbers that both sides or one of them have, in all their digits. */
  readonly metrics: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[];
}

/** What differs between two revisions. */
export async function compareRevisions(context: TrackContext, before: Revision, after: Revision): Promise<Comparison> {
  const [was, is] = [await valuesOf(context, before), await valuesOf(context, after)];
  const changes = [
    ...diffDocuments(was.metadata, is.metadata, 'metadata'),
    ...diffDocuments(was.data, is.data, 'data'),
  ];
  const numbers = (of: typeof was) =>
    new Map([...numbersOf(of.metadata, 'metadata'), ...(of.data ? numbersOf(of.data, 'data') : [])]);
  const [left, right] = [numbers(was), numbers(is)];
  const metrics = [...new Set([...left.keys(), ...right.keys()])].map((path) => ({
    path,
    before: left.get(path) ?? null,
    after: right.get(path) ?? null,
  }));
  return { changes, files: compareFiles(before.files, after.files), metrics };
}

/** Each number of the metadata over the revisions, oldest first; redacted revisions have none. */
export async function metricsOverRevisions(
  context: TrackContext,
  history: readonly Revision[],
): Promise<readonly { readonly path: string; readonly values: readonly (string | null)[] }[]> {
  const each = await Promise.all(
    history.map(async (revision) => {
      if ((await context.records.body(revision.sealed.record.body)) === undefined) return new Map<string, string>();
      return numbersOf((await valuesOf(context, revision)).metadata, 'metadata');
    }),
  );
  const paths = [...new Set(each.flatMap((numbers) => [...numbers.keys()]))];
  return paths.map((path) => ({ path, values: each.map((numbers) => numbers.get(path) ?? null) }));
}

function compareFiles(before: readonly Artifact[], after: readonly Artifact[]): readonly FileDifference[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))].sort();
  return names.flatMap((name): FileDifference[] => {
    const [was, is] = [before, after].map((side) => side.find((one) => one.name === name));
    if (was?.sha256 === is?.sha256) return [];
    const facts = (file: Artifact | undefined) =>
      file ? { size: file.size, md5: file.md5, sha256: file.sha256 } : null;
    return [{ name, before: facts(was), after: facts(is) }];
  });
}
