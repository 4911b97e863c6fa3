import { posix } from 'node:path';
import type { Value } from '../dvc/index.ts';
import { type Datapoint, datapointsOf, isMap, type PlotContent, PlotProblem, seriesOf } from './datapoint.ts';
import type { PlotProperties } from './definitions.ts';

/** A field of a file. */
interface Field {
  readonly file: string;
  readonly field: string;
}

/** One revision's data of a plot: rows in which `x` and `y` are the columns to draw. */
export interface FlatData {
  readonly datapoints: readonly Datapoint[];
  readonly x: string;
  readonly y: string;
  readonly xLabel: string;
  readonly yLabel: string | undefined;
  /** Where the values of y come from; more than one are told apart in the picture. */
  readonly series: readonly { readonly filename: string; readonly field: string }[];
}

/** Columns that stand for several of different names. */
const commonX = 'dvc_inferred_x_value';
const commonY = 'dvc_inferred_y_value';
/** The column of row numbers, where nothing else is x. */
const step = 'step';

/**
 * Brings what a revision's files hold into the rows of one table.
 * @param id the plot's name, which is its file when the properties name none
 * @returns undefined when there is nothing to draw
 * @throws PlotProblem
 */
export function flatten(
  id: string,
  revision: string,
  contents: ReadonlyMap<string, PlotContent>,
  properties: PlotProperties,
): FlatData | undefined {
  const tables = new Map([...contents].map(([file, content]) => [file, datapointsOf(content)]));
  const yFields = fieldsOf(axisOf(properties.y, id) ?? lastColumn(id, contents));
  const xFields = fieldsOf(xAxis(properties.x, properties.y, id));
  for (const one of [...xFields, ...yFields]) checkField(tables, one);
  if (xFields.length > 1 && xFields.length !== yFields.length) {
    throw new PlotProblem('DvcException', `there are ${xFields.length} fields of x for ${yFields.length} of y`);
  }
  const names = new Set(yFields.map(({ field }) => field));
  const y = names.size > 1 ? commonY : yFields[0]?.field;
  if (y === undefined) return undefined;
  const mixedX = new Set(xFields.map(({ field }) => field)).size > 1;
  const shortened = shortNames(yFields.map(({ file }) => file));
  const rows = yFields.flatMap((one, i) => {
    const xField = xFields.length > 1 ? xFields[i] : xFields[0];
    const from = xField && (tables.get(xField.file) ?? []);
    const own = tables.get(one.file) ?? [];
    if (from && from.length !== own.length) throw unequal(xField, one);
    return own.map((point, row) => {
      const joined = new Map(point);
      if (y === commonY) copy(joined, commonY, point, one.field);
      if (xField && from) copy(joined, mixedX ? commonX : xField.field, from[row]!, xField.field);
      else joined.set(step, BigInt(row));
      return joined.set('rev', revision).set('filename', shortened(one.file)).set('field', one.field);
    });
  });
  if (rows.length === 0) return undefined;
  return {
    datapoints: rows,
    x: mixedX ? commonX : (xFields[0]?.field ?? step),
    y,
    xLabel: textOf(properties.x_label) ?? oneName(xFields, 'x') ?? step,
    yLabel: textOf(properties.y_label) ?? oneName(yFields, 'y'),
    series: yFields.map(({ file, field }) => ({ filename: shortened(file), field })),
  };
}

type Axis = { readonly [file: string]: Value };

function axisOf(value: Value | undefined, id: string): Axis | undefined {
  if (value === undefined || value === null) return undefined;
  return isMap(value) ? value : { [id]: value };
}

/** A name alone is looked up in each file of y. */
function xAxis(x: Value | undefined, y: Value | undefined, id: string): Axis | undefined {
  if (typeof x !== 'string' || !isMap(y)) return axisOf(x, id);
  return Object.fromEntries(
    Object.entries(y).map(([file, fields]) => [file, Array.isArray(fields) ? fields.map(() => x) : x]),
  );
}

/** What is y unless something is said: the last column of the first list. */
function lastColumn(id: string, contents: ReadonlyMap<string, PlotContent>): Axis | undefined {
  const content = contents.get(id);
  const point = content && seriesOf(content)[0]?.[0];
  const field = point && [...point.keys()].at(-1);
  return field === undefined ? undefined : { [id]: field };
}

function fieldsOf(axis: Axis | undefined): readonly Field[] {
  return Object.entries(axis ?? {}).flatMap(([file, fields]) =>
    (Array.isArray(fields) ? fields : [fields]).map((field: Value) => ({ file, field: String(field) })),
  );
}

function checkField(tables: ReadonlyMap<string, readonly Datapoint[]>, { file, field }: Field): void {
  const first = tables.get(file)?.[0];
  if (!first || first.has(field)) return;
  throw new PlotProblem(
    'FieldNotFoundError',
    `${file} has no field \`${field}\`; it has ${[...first.keys()].join(', ')}`,
  );
}

function unequal(x: Field, y: Field): PlotProblem {
  return new PlotProblem(
    'DvcException',
    `\`${x.field}\` of ${x.file} and \`${y.field}\` of ${y.file} cannot be drawn together: they are not equally long`,
  );
}

function copy(into: Map<string, Value>, name: string, from: Datapoint, field: string): void {
  const value = from.get(field);
  if (value !== undefined) into.set(name, value);
}

/** Names of files without the folders that all of them have in common. */
function shortNames(files: readonly string[]): (file: string) => string {
  const distinct = [...new Set(files)];
  if (distinct.length < 2) return (file) => file;
  const parts = distinct.map((file) => file.split(posix.sep));
  let shared = 0;
  while (parts.every((names) => shared < names.length && names[shared] === parts[0]![shared])) shared++;
  return (file) => file.split(posix.sep).slice(shared).join(posix.sep);
}

function textOf(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function oneName(fields: readonly Field[], several: string): string | undefined {
  const [first, ...others] = new Set(fields.map(({ field }) => field));
  return others.length > 0 ? several : first;
}
