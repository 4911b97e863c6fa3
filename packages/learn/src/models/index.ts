export { fromFiles, type ModelFiles } from './model-files.ts';
export {
  type AttendedToken,
  type EncodedText,
  encodeText,
  type Prediction,
  type PredictionOptions,
  toPrediction,
} from './prediction.ts';
export { TextClassifier } from './text-classifier.ts';
export { type TrainingProgress, type TrainTextClassifier, trainTextClassifier } from './train-text-classifier.ts';
export { encodeVectors, parseWordVectors, readWordVectors } from './vector-files.ts';
