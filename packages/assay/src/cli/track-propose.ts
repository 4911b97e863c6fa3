import type { Draft, RecordStore } from '../records/index.ts';
import { Tracker } from '../track/index.ts';
import type { Context } from './context.ts';
import { sealOrPropose } from './governed.ts';
import type { Output } from './output.ts';

/** Stops a tracker where it would seal, with what it would have sealed. */
class Drafted extends Error {
  override readonly name = 'Drafted';
  readonly draft: Draft;

  constructor(draft: Draft) {
    super(`${draft.kind}/${draft.id} was drafted`);
    this.draft = draft;
  }
}

/** Makes a proposal of what a tracker would seal; its files are in the store then, and named by nothing else. */
export async function proposeTracked(
  context: Context,
  output: Output,
  note: string | undefined,
  work: (tracker: Tracker) => Promise<unknown>,
): Promise<void> {
  const records = await context.records();
  const drafting = new Proxy<RecordStore>(records, {
    get(target, property) {
      if (property === 'append') {
        return async ([draft]: readonly Draft[]) => {
          if (draft) throw new Drafted(draft);
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  try {
    await work(new Tracker(drafting, context.objects()));
  } catch (error) {
    if (!(error instanceof Drafted)) throw error;
    await sealOrPropose(error.draft, { propose: true, note }, context, output);
    return;
  }
  output.print('Nothing would change.');
}
