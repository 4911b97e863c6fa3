export {
  evaluateSystems,
  type IntervalScore,
  type SystemAnswers,
  type SystemScores,
  type SystemsEvaluation,
  type Verdict,
} from './evaluate-systems.ts';
