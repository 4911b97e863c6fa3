import { AssayError } from '../errors.ts';
import { encode, Governance, type Roster, readRoster } from '../governance/index.ts';
import type { Draft } from '../records/index.ts';
import { localActor, newId } from '../workspace/index.ts';
import type { Context } from './context.ts';
import type { Output } from './output.ts';

export const proposeOptions = {
  propose: { description: 'make it a proposal, to be approved and then applied' },
} as const;

export async function governanceOf(context: Context): Promise<Governance> {
  return new Governance(await context.records(), context.project().origin, context.clock);
}

/** Seals a draft, or proposes it; says which. */
export async function sealOrPropose(
  draft: Draft,
  { propose, note }: { readonly propose: boolean; readonly note?: string | undefined },
  context: Context,
  output: Output,
): Promise<void> {
  if (!propose) {
    const records = await context.records();
    const [sealed] = await records.append([draft]);
    output.print(
      `${draft.kind}/${draft.id} is at revision ${sealed!.record.revision} (record ${sealed!.hash.slice(0, 12)}).`,
    );
    output.result({ record: sealed!.hash, revision: sealed!.record.revision });
    return;
  }
  const governance = await governanceOf(context);
  const sealed = await governance.propose(draft, localActor(context.environment), newId(context.clock()), note);
  output.print(`Proposed as ${sealed.record.id}: assay approve ${sealed.record.id}`);
  output.result({ proposal: sealed.record.id, record: sealed.hash });
}

/** The next revision of the roster. */
export async function rosterChange(context: Context, change: (roster: Roster) => Roster): Promise<Draft> {
  const records = await context.records();
  const newest = await records.latest('roster', 'roster');
  const body = newest && (await records.body(newest.record.body));
  if (!newest || !body)
    throw new AssayError('ASSAY_ROSTER_INVALID', 'the ledger has no roster', { hint: 'assay init' });
  const next = encode(change(readRoster(body.bytes)));
  readRoster(next.bytes);
  return {
    kind: 'roster',
    id: 'roster',
    revision: newest.record.revision + 1,
    version: `1:${newest.record.revision}:0`,
    event: 'updated',
    body: next,
    parents: [{ role: 'previous', ref: `record:${newest.hash}` }],
  };
}

/** A person of the roster by the beginning of the id, or by the label. */
export function personIn(roster: Roster, reference: string): Roster['actors'][number] {
  const found = roster.actors.filter(
    ({ id, label }) => label === reference || (reference.length >= 6 && id.startsWith(reference)),
  );
  if (found.length === 1) return found[0]!;
  throw new AssayError(
    'ASSAY_ROSTER_UNKNOWN',
    `${reference} is ${found.length === 0 ? 'nobody' : 'more than one'} of the roster`,
    {
      hint: 'See `assay roster list`.',
    },
  );
}
