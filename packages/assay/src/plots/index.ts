export { comparedRevisions } from './compared-revisions.ts';
export type { PlotProperties } from './definitions.ts';
export { modifyPlot } from './modify-plot.ts';
export {
  type Plot,
  type PlotFailure,
  type PlotImage,
  type PlotRequest,
  type ShownPlots,
  showPlots,
} from './show-plots.ts';
export { parseTable } from './table-file.ts';
export { builtInTemplates } from './templates/built-in.ts';
