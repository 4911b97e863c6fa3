export { type AnswerCache, MemoryCache } from './answer-cache.ts';
export type { BudgetLimits } from './budget.ts';
export { FolderCache } from './folder-cache.ts';
export {
  type LabelerRun,
  type Labelling,
  type LabelTextsOptions,
  labelTexts,
  type TextToLabel,
} from './label-texts.ts';
export { type Answer, type Json, type Labeler, type LabelerLimits, RetriableLabelerError } from './labeler.ts';
export { localLabeler, localLabelerNames } from './local.ts';
export { type LabelerPlan, planLabelling } from './plan-labelling.ts';
export type { NeutralBand, SentimentScheme } from './sentiment-scheme.ts';
export {
  type ServiceSettings,
  type ServiceSurroundings,
  serviceLabeler,
  serviceLabelerNames,
} from './services/index.ts';
export { type VaderScores, vaderScores } from './vader/index.ts';
