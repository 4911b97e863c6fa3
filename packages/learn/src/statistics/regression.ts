import { LearnError } from '../errors.ts';

export interface RegressionErrors {
  /** Root mean square, and mean absolute error. */
  readonly rmse: number;
  readonly mae: number;
  /** Mean absolute error as a share of the reference's absolute value, over the references that are not 0; null without any. */
  readonly mape: number | null;
  /** References that are 0, which `mape` leaves out. */
  readonly zeros: number;
  /** Coefficient of determination; null when all references are equal. */
  readonly r2: number | null;
}

/**
 * Errors of predicted numbers. Equal to scikit-learn's functions of those names, save that `mape` leaves references of 0
 * out instead of dividing by almost nothing.
 *
 * @throws LearnError `ASSAY_LEARN_LENGTHS_DIFFER`, also without items; `ASSAY_LEARN_VALUE_INVALID` for what is not finite.
 */
export function regressionErrors(reference: ArrayLike<number>, predicted: ArrayLike<number>): RegressionErrors {
  const count = reference.length;
  if (count !== predicted.length || count === 0) {
    throw new LearnError(
      'ASSAY_LEARN_LENGTHS_DIFFER',
      `There are ${count} references and ${predicted.length} predictions.`,
      {
        hint: 'Give one prediction for each reference, in the same order, and at least one.',
      },
    );
  }
  let [squares, absolute, shares, zeros, mean] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const error = predicted[i]! - reference[i]!;
    if (!Number.isFinite(error)) {
      throw new LearnError(
        'ASSAY_LEARN_VALUE_INVALID',
        `Item ${i} has ${reference[i]} and ${predicted[i]}: not both are finite numbers.`,
        {
          hint: 'Leave the item out, or mend it.',
        },
      );
    }
    squares += error * error;
    absolute += Math.abs(error);
    if (reference[i] === 0) zeros++;
    else shares += Math.abs(error / reference[i]!);
    mean += reference[i]! / count;
  }
  let spread = 0;
  for (let i = 0; i < count; i++) spread += (reference[i]! - mean) ** 2;
  return {
    rmse: Math.sqrt(squares / count),
    mae: absolute / count,
    mape: zeros === count ? null : shares / (count - zeros),
    zeros,
    r2: spread === 0 ? null : 1 - squares / spread,
  };
}
