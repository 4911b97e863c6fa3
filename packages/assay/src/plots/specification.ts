import type { Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type Datapoint, isMap } from './datapoint.ts';
import type { FlatData } from './flat-data.ts';
import { type AnchorName, anchor, fillAnchor, hasAnchor } from './templates/anchor.ts';

export interface SpecificationParts extends Pick<FlatData, 'x' | 'y' | 'xLabel' | 'yLabel' | 'series'> {
  readonly id: string;
  readonly template: Value;
  readonly title: string;
  readonly revisions: readonly string[];
  /** Of all revisions, one after another. */
  readonly datapoints: readonly Datapoint[];
  /** Leaves out what may differ from plot to plot, and gives it beside the specification. */
  readonly split?: boolean;
}

export interface Specification {
  readonly spec: { readonly [key: string]: Value };
  /** What was left out, by the text that stands for it. */
  readonly anchors: { readonly [anchor: string]: Value };
}

/** Colours and marks in the order in which they are given out; then they begin again. */
const ranges = {
  color: ['#945dd6', '#13adc7', '#f46837', '#48bb78', '#4299e1', '#ed8936', '#f56565'],
  stroke_dash: [
    [1n, 0n],
    [8n, 8n],
    [8n, 4n],
    [4n, 4n],
    [4n, 2n],
    [2n, 1n],
    [1n, 1n],
  ],
  shape: ['circle', 'square', 'triangle', 'diamond'],
} satisfies Record<string, readonly Value[]>;

const splitAnchors: readonly AnchorName[] = [
  'color',
  'data',
  'plot_height',
  'plot_width',
  'shape',
  'stroke_dash',
  'title',
  'tooltip',
  'x_label',
  'y_label',
  'zoom_and_pan',
];
const sideLength = 300n;

/**
 * The Vega-Lite specification of a plot: its template with everything in it.
 * @throws AssayError `ASSAY_DVC_PLOT_TEMPLATE`, `ASSAY_DVC_PLOT_FIELD`
 */
export function specificationOf(parts: SpecificationParts): Specification {
  const { template, x, y, series, datapoints } = parts;
  for (const field of [x, y]) {
    if (datapoints.some((point) => point.has(field))) continue;
    throw new AssayError('ASSAY_DVC_PLOT_FIELD', `${parts.id}: its data has no field \`${field}\``, {
      hint: 'Name a field that is there with -x or -y, or in dvc.yaml.',
    });
  }
  const look = lookOf(parts);
  const asked = [...look].filter(([name]) => hasAnchor(template, name));
  const varying = series.length > 1 ? varyingOf(series) : [];
  const values = asked.length > 0 ? datapoints.map((point) => withSeries(point, varying)) : datapoints.map(fromMap);
  if (!hasAnchor(template, 'data')) {
    throw new AssayError('ASSAY_DVC_PLOT_TEMPLATE', `${parts.id}: its template has no ${anchor('data')} for the data`, {
      hint: 'Put it where the values belong; see the section on templates in docs/guides/dvc.md.',
    });
  }
  const fillings: (readonly [AnchorName, Value | undefined])[] = [
    ...asked,
    ['title', parts.title],
    ['x', escapeField(x)],
    ['y', escapeField(y)],
    ['x_label', parts.xLabel],
    ['y_label', parts.yLabel],
    ['data', values],
  ];
  const anchors: Record<string, Value> = {};
  let spec = template;
  for (const [name, value] of fillings) {
    if (value === undefined) continue;
    // An empty filling belongs to no series, and is not worth leaving open.
    const isEmpty = isMap(value) && Object.keys(value).length === 0;
    if (parts.split && splitAnchors.includes(name) && !isEmpty) anchors[anchor(name)] = value;
    else spec = fillAnchor(spec, name, value);
  }
  return { spec: isMap(spec) ? spec : {}, anchors };
}

/** How revisions and series are told apart; nothing where there is one series. */
function lookOf({ revisions, series, x, y }: SpecificationParts): ReadonlyMap<AnchorName, Value> {
  const varying = series.length > 1 ? varyingOf(series) : [];
  const joined = varying.join('::');
  const isSeveral = varying.length > 0;
  const groups = isSeveral ? ['rev', joined] : ['rev'];
  const domain = isSeveral
    ? [...new Set(series.map((one) => varying.map((key) => one[key]).join('::')))].sort(byText)
    : [];
  const facet: Value = isSeveral ? { field: joined, sort: [] } : {};
  const mark = (name: 'stroke_dash' | 'shape'): Value =>
    isSeveral
      ? { ...scaleOf(joined, domain, name), legend: { symbolFillColor: 'transparent', symbolStrokeColor: 'grey' } }
      : {};
  return new Map<AnchorName, Value>([
    ['color', scaleOf('rev', revisions, 'color')],
    ['zoom_and_pan', { name: 'grid', select: 'interval', bind: 'scales' }],
    ['plot_height', sideLength],
    ['plot_width', sideLength],
    ['group_by', groups],
    ['group_by_x', [...groups, x]],
    ['group_by_y', [...groups, y]],
    ['pivot_field', ['rev', ...varying].map((key) => `datum.${key}`).join(" + '::' + ")],
    ['tooltip', ['rev', x, y, ...(isSeveral ? [joined] : [])].map((field) => ({ field }))],
    ['row', facet],
    ['column', facet],
    ['stroke_dash', mark('stroke_dash')],
    ['shape', mark('shape')],
  ]);
}

type SeriesKey = 'filename' | 'field';

function varyingOf(series: SpecificationParts['series']): readonly SeriesKey[] {
  return (['filename', 'field'] as const).filter((key) => new Set(series.map((one) => one[key])).size > 1);
}

function scaleOf(field: string, domain: readonly string[], name: keyof typeof ranges) {
  const range: readonly Value[] = ranges[name];
  return { field, scale: { domain, range: domain.map((_, i) => range[i % range.length]!) } };
}

/** A row with one column for the series it belongs to, or none. */
function withSeries(point: Datapoint, varying: readonly SeriesKey[]): Value {
  const { filename, field, ...rest } = fromMap(point);
  const own = { filename: filename!, field: field! };
  if (varying.length === 2) return { ...rest, [varying.join('::')]: varying.map((key) => own[key]).join('::') };
  return { ...rest, ...Object.fromEntries(varying.map((key) => [key, own[key]])) };
}

function fromMap(point: Datapoint): { readonly [key: string]: Value } {
  return Object.fromEntries(point);
}

/** Vega-Lite takes dots and brackets in a field's name for a path. */
function escapeField(name: string): string {
  return name.replace(/[.[\]]/g, '\\$&');
}

function byText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
