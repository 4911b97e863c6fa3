export { DEFAULT_CONFIG, resolveConfig, type TrainingConfig, type TrainingOptions } from './config.ts';
export {
  LABEL_SEPARATOR,
  type LabelledText,
  labelsOf,
  type PreparedExample,
  prepareExamples,
} from './examples.ts';
export { predictionBatches } from './prediction-batches.ts';
export { type Split, type SplitOptions, splitByGroup } from './split-by-group.ts';
export {
  type EncodedSet,
  type EpochSummary,
  type NetworkOutcome,
  type NetworkProgress,
  trainNetwork,
} from './train-network.ts';
