export {
  type BootstrapOptions,
  bootstrapInterval,
  clusterBootstrap,
  type DifferenceInterval,
  fewestGroups,
  type Interval,
  pairedBootstrap,
  quantile,
} from './bootstrap.ts';
export { type Calibration, calibration, type ReliabilityBin } from './calibration.ts';
export {
  type ClassificationReport,
  type ClassScores,
  classificationReport,
  type PrecisionRecallF1,
  reportFromMatrix,
} from './classification-report.ts';
export { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.ts';
export { majorityBaseline } from './majority-baseline.ts';
export { type McNemarResult, mcnemarExact } from './mcnemar.ts';
export { type RegressionErrors, regressionErrors } from './regression.ts';
export { type RocCurve, type RocPoint, rocCurve } from './roc.ts';
