export { exportOnnx } from './export-onnx.ts';
export { type NetworkOutputs, type OnnxEngine, OnnxTextClassifier } from './onnx-text-classifier.ts';
export { importOnnx, type OnnxDescription, readDescription } from './read-onnx.ts';
