export { comparisonReport } from './comparison-report.ts';
export type { EvaluatedExample, Evaluation, PartCounts } from './evaluation.ts';
export { explanationReport } from './explanation-report.ts';
export { modelReport } from './model-report.ts';
export { fillOwnPage } from './plots/own-page.ts';
export { drawPng, drawSvg } from './plots/picture.ts';
export { failureText, plotsPage } from './plots/plots-page.ts';
export { presented } from './plots/presented-spec.ts';
export { trackReport } from './track-report.ts';
