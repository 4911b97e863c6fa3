export {
  combine,
  fitStacker,
  type Gain,
  gainOver,
  type Member,
  type Stacker,
  searchWeights,
  type WeightSearch,
} from './combine.ts';
export { type DawidSkene, type DawidSkeneOptions, dawidSkene } from './dawid-skene.ts';
export { fitLogistic, type LogisticModel, predictLogistic } from './logistic-regression.ts';
