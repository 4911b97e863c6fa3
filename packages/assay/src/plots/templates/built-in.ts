import type { Value } from '../../dvc/index.ts';
import { anchor } from './anchor.ts';

/** A piece of a Vega-Lite specification. */
type Spec = { readonly [key: string]: Part };
type Part = null | boolean | number | string | readonly Part[] | Spec;

const x = anchor('x');
const y = anchor('y');

/** What every chart begins with. */
const chart: Spec = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  data: { values: anchor('data') },
  title: { text: anchor('title'), anchor: 'middle' },
};
const size: Spec = { width: anchor('plot_width'), height: anchor('plot_height') };
const zoom: Spec = { params: [anchor('zoom_and_pan')] };

const onX = (more: Spec = {}): Spec => ({ field: x, title: anchor('x_label'), ...more });
const onY = (more: Spec = {}): Spec => ({ field: y, title: anchor('y_label'), ...more });
const measured: Spec = { type: 'quantitative' };
const zoomed: Spec = { ...measured, scale: { zero: false } };
const byRevision: Spec = { field: 'rev', type: 'nominal' };

/** Lines that a slider smooths; under the pointer, a rule with all values at that x. */
const smooth: Spec = {
  ...chart,
  ...size,
  params: [{ name: 'smooth', value: 0.001, bind: { input: 'range', min: 0.001, max: 1, step: 0.001 } }],
  encoding: { x: onX(measured), color: anchor('color'), strokeDash: anchor('stroke_dash') },
  layer: [
    {
      layer: [
        { ...zoom, mark: 'line' },
        { transform: [{ filter: { param: 'hover', empty: false } }], mark: 'point' },
      ],
      encoding: { y: onY(zoomed), color: byRevision },
      transform: [{ loess: y, on: x, groupby: anchor('group_by'), bandwidth: { signal: 'smooth' } }],
    },
    { mark: { type: 'line', opacity: 0.2 }, encoding: { x: onX(measured), y: onY(zoomed), color: byRevision } },
    {
      mark: { type: 'circle', size: 10 },
      encoding: {
        x: onX({ ...measured, aggregate: 'max' }),
        y: onY({ ...zoomed, aggregate: { argmax: x } }),
        color: byRevision,
      },
    },
    {
      transform: [
        { calculate: anchor('pivot_field'), as: 'pivot_field' },
        { pivot: 'pivot_field', op: 'mean', value: y, groupby: [x] },
      ],
      mark: { type: 'rule', tooltip: { content: 'data' }, stroke: 'grey' },
      encoding: { opacity: { condition: { value: 0.3, param: 'hover', empty: false }, value: 0 } },
      params: [
        {
          name: 'hover',
          select: { type: 'point', fields: [x], nearest: true, on: 'mouseover', clear: 'mouseout' },
        },
      ],
    },
  ],
};

const simple: Spec = {
  ...chart,
  ...size,
  ...zoom,
  mark: { type: 'line', tooltip: { content: 'data' } },
  encoding: {
    x: onX(measured),
    y: onY(zoomed),
    color: anchor('color'),
    strokeDash: anchor('stroke_dash'),
    tooltip: anchor('tooltip'),
  },
};

const points: Spec = { ...chart, ...size, mark: { type: 'point', tooltip: { content: 'data' } } };
const pointLook: Spec = { color: anchor('color'), shape: anchor('shape'), tooltip: anchor('tooltip') };
const scatter: Spec = { ...points, ...zoom, encoding: { x: onX(measured), y: onY(measured), ...pointLook } };
const jittered = (axis: 'X' | 'Y'): Spec => ({
  [`${axis.toLowerCase()}Offset`]: { field: `random${axis}`, ...measured },
});
const scatterJitter: Spec = {
  ...points,
  transform: [
    { calculate: 'random()', as: 'randomX' },
    { calculate: 'random()', as: 'randomY' },
  ],
  encoding: { x: onX(), y: onY(), ...pointLook, ...jittered('X'), ...jittered('Y') },
};

const bars = (order: Spec): Spec => ({
  ...chart,
  ...size,
  ...zoom,
  mark: { type: 'bar' },
  encoding: {
    x: onX(zoomed),
    y: onY({ type: 'nominal', ...order }),
    yOffset: { field: 'rev', sort: [] },
    color: anchor('color'),
    column: anchor('column'),
  },
});

/** Confusion matrices, one for each revision; `shade` is the column that colours a cell. */
function confusion(parts: {
  readonly shade: string;
  readonly scale: Spec;
  readonly tooltip: Spec;
  readonly imputedBy: Part;
  readonly derived: readonly Spec[];
  readonly numbers: Spec;
  readonly darkFrom: string;
  readonly top?: Spec;
}): Spec {
  const count = 'xy_count';
  const impute = (key: string, groupby: Part): Spec => ({ impute: count, groupby, key, value: 0 });
  const label = { selection: 'label' };
  const class_: Spec = { type: 'nominal', sort: 'ascending' };
  return {
    ...chart,
    facet: { column: { field: 'rev', sort: [] }, row: anchor('row') },
    ...parts.top,
    spec: {
      transform: [
        { aggregate: [{ op: 'count', as: count }], groupby: [y, x] },
        impute(x, parts.imputedBy),
        impute(y, anchor('group_by_x')),
        ...parts.derived,
      ],
      encoding: { x: onX(class_), y: onY(class_) },
      layer: [
        {
          mark: 'rect',
          ...size,
          encoding: { color: { field: parts.shade, ...measured, title: '', scale: parts.scale } },
        },
        {
          selection: {
            label: { type: 'single', on: 'mouseover', encodings: ['x', 'y'], empty: 'none', clear: 'mouseout' },
          },
          mark: 'rect',
          encoding: {
            tooltip: [
              { field: x, type: 'nominal' },
              { field: y, type: 'nominal' },
              { field: parts.shade, ...measured, ...parts.tooltip },
            ],
            opacity: { condition: { ...label, value: 1 }, value: 0 },
          },
        },
        { transform: [{ filter: label }], layer: [{ mark: { type: 'rect', color: 'lightpink' } }] },
        {
          mark: 'text',
          encoding: {
            ...parts.numbers,
            color: { condition: { test: parts.darkFrom, value: 'white' }, value: 'black' },
          },
        },
      ],
    },
  };
}

const counted = confusion({
  shade: 'xy_count',
  scale: { domainMin: 0, nice: true },
  tooltip: {},
  imputedBy: anchor('group_by_y'),
  derived: [
    { joinaggregate: [{ op: 'max', field: 'xy_count', as: 'max_count' }], groupby: [] },
    { calculate: 'datum.xy_count / datum.max_count', as: 'percent_of_max' },
  ],
  numbers: { text: { condition: { param: 'showValues', field: 'xy_count', ...measured } } },
  darkFrom: 'datum.percent_of_max > 0.5',
  top: { params: [{ name: 'showValues', bind: { input: 'checkbox' } }] },
});

const normalized = confusion({
  shade: 'percent_of_y',
  scale: { domain: [0, 1] },
  tooltip: { format: '.2f' },
  imputedBy: ['rev', y],
  derived: [
    { joinaggregate: [{ op: 'sum', field: 'xy_count', as: 'sum_y' }], groupby: [y] },
    { calculate: 'datum.xy_count / datum.sum_y', as: 'percent_of_y' },
  ],
  numbers: {},
  darkFrom: 'datum.percent_of_y > 0.5',
});

/** The templates that DVC has, by name, in its order. `linear` is used where none is named. */
export const builtInTemplates: ReadonlyMap<string, Value> = new Map(
  Object.entries({
    simple,
    linear: smooth,
    confusion: counted,
    confusion_normalized: normalized,
    scatter,
    scatter_jitter: scatterJitter,
    smooth,
    bar_horizontal_sorted: bars({ sort: '-x' }),
    bar_horizontal: bars({}),
  }).map(([name, spec]) => [name, toValue(spec)]),
);

/** Whole numbers as integers, which is how they are to be printed. */
function toValue(part: Part): Value {
  if (typeof part === 'number') return Number.isInteger(part) ? BigInt(part) : part;
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map(toValue);
  return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, toValue(one)]));
}
