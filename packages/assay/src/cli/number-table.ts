import type { Change } from '../data/index.ts';
import { pythonJson, pythonStr, type Value } from '../dvc/index.ts';
import { markdownTable } from './markdown.ts';
import type { Output } from './output.ts';

export interface NumberTable {
  readonly title: 'Param' | 'Metric';
  readonly from: string;
  readonly to: string;
  readonly md: boolean;
  readonly noPath: boolean;
  /** Whether a column says by how much. */
  readonly withChange: boolean;
  /** Significant digits of floats. */
  readonly precision: number | undefined;
}

/** Prints what differs between revisions, in the forms and the order of DVC. */
export function printDiff(
  output: Output,
  diff: Readonly<Record<string, Readonly<Record<string, Change>>>>,
  table: NumberTable,
): void {
  if (output.json) {
    output.raw(`${pythonJson(diff as unknown as Value)}\n`);
    return;
  }
  const { title, from, to, md, noPath, withChange, precision } = table;
  const head = [...(noPath ? [] : ['Path']), title, from, to, ...(withChange ? ['Change'] : [])];
  const shown = (value: Value | undefined) => (value === null || value === undefined ? '-' : text(value, precision));
  const rows = Object.entries(diff).flatMap(([file, changes]) =>
    Object.entries(changes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { old, new: next, diff: by }]) => [
        ...(noPath ? [] : [file]),
        key,
        shown(old),
        shown(next),
        ...(withChange ? [shown(by)] : []),
      ]),
  );
  if (md) output.raw(`${markdownTable(head, rows)}\n\n`);
  else if (rows.length > 0) output.table(head, rows);
}

/** As Python formats with `g`: so many significant digits. */
export function text(value: Value, precision: number | undefined): string {
  if (typeof value !== 'number' || precision === undefined || !Number.isFinite(value)) return pythonStr(value);
  const [, mantissa = '', exponent = '0'] = /^([^e]+)e(.+)$/.exec(value.toExponential(precision - 1)) ?? [];
  const power = Number(exponent);
  const trimmed = (digits: string) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);
  if (power < -4 || power >= precision) {
    return `${trimmed(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return trimmed(value.toFixed(Math.max(0, precision - 1 - power)));
}
