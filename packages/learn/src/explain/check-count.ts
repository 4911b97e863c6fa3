import { LearnError } from '../errors.ts';

/** @throws LearnError `ASSAY_LEARN_EXPLAIN_OPTIONS` unless the value is a whole number of the range. */
export function checkCount(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw badOption(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

export function badOption(message: string): LearnError {
  return new LearnError('ASSAY_LEARN_EXPLAIN_OPTIONS', `${message}.`, { hint: 'Leave it out for its default.' });
}
