export {
  ModelRegistry,
  type ModelVersion,
  type ModelVersionBody,
  type Registration,
  type Score,
  type TensorSpec,
} from './registry.ts';
