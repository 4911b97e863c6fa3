import { NlpError } from '../errors.ts';
import { afinnLabeler } from './afinn.ts';
import { financeLabeler } from './finance.ts';
import type { Labeler } from './labeler.ts';
import { vaderLabeler } from './vader/index.ts';

const makers: Readonly<Record<string, () => Labeler>> = {
  vader: vaderLabeler,
  afinn: afinnLabeler,
  lexicon: financeLabeler,
};

export const localLabelerNames: readonly string[] = Object.keys(makers);

/**
 * A labeler that needs no service, by its name.
 *
 * @throws {NlpError} ASSAY_LABELER_UNKNOWN
 */
export function localLabeler(name: string): Labeler {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make) return make();
  throw new NlpError('ASSAY_LABELER_UNKNOWN', `There is no labeler "${name}".`, {
    hint: `Known labelers: ${localLabelerNames.join(', ')}.`,
  });
}
