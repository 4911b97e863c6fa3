export {
  diffRevisions,
  diffTable,
  type FileResults,
  metricsTable,
  plainDiff,
  plainResults,
  showMetrics,
} from './compare.ts';
export { readMetrics } from './read-metrics.ts';
export { missingFile, readParams } from './read-params.ts';
export { type ComparisonTable, markdownTable, plainTable, textWidth } from './table.ts';
export { type CellFormat, formatCell } from './table-cells.ts';
export { type ComparisonDiff, diffFiles, dottedValues, type FileResult, isFields } from './values.ts';
