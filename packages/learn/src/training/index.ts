export { DEFAULT_CONFIG, resolveConfig, type TrainingConfig, type TrainingOptions } from './config.ts';
export { type LabelledText, labelsOf, type PreparedExample, prepareExamples } from './examples.ts';
export { type Split, type SplitOptions, splitByGroup } from './split-by-group.ts';
export {
  type EncodedSet,
  type EpochSummary,
  type NetworkOutcome,
  type NetworkProgress,
  predictionBatches,
  trainNetwork,
} from './train-network.ts';
