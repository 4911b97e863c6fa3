export {
  type ClassifierEvaluation,
  type EvaluatePredictionsOptions,
  evaluatePredictions,
  type ListedError,
  type PredictionsEvaluation,
  type RegressionEvaluation,
  type RegressionVerdict,
  type RocScores,
  type SliceScores,
} from './evaluate-predictions.ts';
export {
  evaluateSystems,
  type IntervalScore,
  type SystemAnswers,
  type SystemScores,
  type SystemsEvaluation,
  type Verdict,
} from './evaluate-systems.ts';
export type { PredictionRow, PredictionSet } from './prediction-set.ts';
