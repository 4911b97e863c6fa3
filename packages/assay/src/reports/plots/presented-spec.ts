import type { Value } from '../../dvc/index.ts';
import { type Json, toJson } from '../../pipelines/index.ts';

/** A Vega-Lite specification with plain numbers. */
export type ChartSpec = { readonly [key: string]: Json };

/** A plot's specification as it is drawn: cells of a confusion matrix show their numbers from the start. */
export function presented(spec: { readonly [key: string]: Value }): ChartSpec {
  const plain = Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, toJson(value)]));
  const { params } = plain;
  if (!Array.isArray(params)) return plain;
  return { ...plain, params: params.map((param: Json) => (isShowValues(param) ? { ...param, value: true } : param)) };
}

function isShowValues(param: Json): param is { readonly [key: string]: Json } {
  return typeof param === 'object' && param !== null && 'name' in param && param.name === 'showValues';
}

/** One view that may be as wide as there is room, and not several side by side or below each other. */
export function isOneView(spec: ChartSpec): boolean {
  if (['facet', 'repeat', 'concat', 'hconcat', 'vconcat'].some((key) => key in spec)) return false;
  const { encoding } = spec;
  if (typeof encoding !== 'object' || encoding === null) return true;
  return ['row', 'column', 'facet'].every((channel) => isEmpty((encoding as ChartSpec)[channel]));
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
