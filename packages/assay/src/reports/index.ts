export { comparisonReport } from './comparison-report.ts';
export type { EvaluatedExample, Evaluation, PartCounts } from './evaluation.ts';
export { explanationReport } from './explanation-report.ts';
export { modelReport } from './model-report.ts';
