export { type CompareOptions, compareLabels } from './compare-labels.ts';
export type { Comparison, Interval, Majority, PairComparison } from './comparison.ts';
export type { Disagreement } from './disagreements.ts';
export { type LabelMatrix, labelMatrix } from './label-matrix.ts';
export { fleissKappaOf, krippendorffAlphaOf, type Level } from './many-coefficients.ts';
export { cohenKappa, disagreementWeights, observedAgreement, pairTable } from './pair-coefficients.ts';
export type { AgainstReference, ClassAgainstReference } from './reference-scores.ts';
export type { Estimate } from './resampled-sums.ts';
