import { pythonJson } from '../dvc/index.ts';
import { type ComparisonDiff, type ComparisonTable, markdownTable, plainDiff, plainTable } from '../metrics/index.ts';
import type { Output } from './output.ts';

/** Digits that tables of metrics keep unless told. */
export const defaultPrecision = 5;

/** As DVC prints it: nothing for a table without rows, unless it is Markdown. */
export function printTable(output: Output, table: ComparisonTable, markdown: boolean): void {
  if (markdown) output.raw(`${markdownTable(table)}\n`);
  else if (table.rows.length > 0) output.raw(`${plainTable(table)}\n`);
}

/** As DVC prints it: on one line, with Python's floats. */
export function printDiffJson(output: Output, diff: ComparisonDiff): void {
  output.raw(`${pythonJson(plainDiff(diff))}\n`);
}
