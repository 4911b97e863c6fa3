import type { Draft, RecordStore } from '../records/index.ts';

const GOVERNED = ['roster', 'policy', 'proposal', 'approval'];

/**
 * A record store that refuses what the policies in its own ledger do not allow. Reading is unchanged; while there is no policy,
 * so is adding. Another process may change a policy between the look and the commit: the audit sees such a change.
 *
 * @param origin the ledger's name
 * @throws AssayError `ASSAY_APPROVAL_REQUIRED` from `append`
 */
export function guardedRecords(records: RecordStore, origin: string, clock: () => Date): RecordStore {
  // One after the other, so that what is judged is what is sealed next.
  let turn: Promise<unknown> = Promise.resolve();
  const append = async (drafts: readonly Draft[]) => {
    const isGoverned = drafts.some(
      ({ kind, parents }) => GOVERNED.includes(kind) || parents?.some(({ role }) => role === 'proposal'),
    );
    const guarded = isGoverned || (await records.list({ kind: 'policy', limit: 1 })).length > 0;
    if (!guarded) return records.append(drafts);
    const work = turn.then(async () => {
      // Only now: most appends need none of it.
      const { requireApproval } = await import('./require-approval.ts');
      await requireApproval(records, origin, drafts, clock());
      return records.append(drafts);
    });
    turn = work.catch(() => undefined);
    return work;
  };
  return new Proxy(records, {
    get(target, property) {
      if (property === 'append') return append;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
