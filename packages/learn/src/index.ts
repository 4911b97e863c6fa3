export type { BackendChoice } from './backend/index.ts';
export * from './ensembles/index.ts';
export { LearnError } from './errors.ts';
export * from './evaluation/index.ts';
export * from './explain/index.ts';
export {
  type AttendedToken,
  type EncodedText,
  encodeVectors,
  fromFiles,
  type ModelFiles,
  type Prediction,
  type PredictionOptions,
  readWordVectors,
  TextClassifier,
  type TrainingProgress,
  type TrainTextClassifier,
  trainTextClassifier,
} from './models/index.ts';
export type { Architecture } from './network/index.ts';
export {
  exportOnnx,
  importOnnx,
  type NetworkOutputs,
  type OnnxDescription,
  type OnnxEngine,
  OnnxTextClassifier,
  readDescription,
} from './onnx/index.ts';
export { Random } from './random/index.ts';
export * from './statistics/index.ts';
export { TOKENIZER_VERSION, type Token, tokenize, Vocabulary, WordVectors } from './tokens/index.ts';
export {
  DEFAULT_CONFIG,
  type EpochSummary,
  type LabelledText,
  type NetworkOutcome,
  resolveConfig,
  type Split,
  type SplitOptions,
  splitByGroup,
  type TrainingConfig,
  type TrainingOptions,
} from './training/index.ts';
export * from './tuning/index.ts';
