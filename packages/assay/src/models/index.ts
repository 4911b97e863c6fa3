export {
  ModelRegistry,
  type ModelVersion,
  type ModelVersionBody,
  type Score,
  type TensorSpec,
} from './registry.ts';
