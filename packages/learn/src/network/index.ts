export type {
  AdditiveAttending,
  Architecture,
  SoftmaxPrediction,
  WindowEncoding,
  WordEmbedding,
} from './architecture.ts';
export type { Batch } from './batch.ts';
export { type DropoutRates, Network, type Targets, type TrainingPass } from './network.ts';
export type { Parameter } from './parameter.ts';
