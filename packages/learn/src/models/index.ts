export { fromFiles, type ModelFiles } from './model-files.ts';
export { decodeSafetensors, encodeSafetensors, type FloatTensor } from './safetensors.ts';
export {
  type AttendedToken,
  type ClassifierParts,
  type EncodedText,
  type Prediction,
  TextClassifier,
} from './text-classifier.ts';
export { type TrainingProgress, type TrainTextClassifier, trainTextClassifier } from './train-text-classifier.ts';
