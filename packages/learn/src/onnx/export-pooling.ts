import { AdditiveAttention, HeadAttention, PlainPooling, type Pooling } from '../network/index.ts';
import type { NetworkGraph } from './network-graph.ts';

/** The names of what a pooling gives: rows [batch, outputWidth], and attention [batch, length]. */
interface Pooled {
  readonly pooled: string;
  readonly attention: string;
}

/** Adds a pooling's nodes. @param x rows [batch, length, width]. */
export function addPooling(graph: NetworkGraph, pooling: Pooling, x: string): Pooled {
  if (pooling instanceof AdditiveAttention) return addAdditive(graph, pooling, x);
  if (pooling instanceof HeadAttention) return addHeads(graph, pooling, x);
  if (pooling instanceof PlainPooling) return pooling.kind === 'max' ? addMax(graph, x) : addMean(graph, x);
  throw new Error(`There is no export of ${pooling.constructor.name}.`);
}

function addAdditive(graph: NetworkGraph, attention: AdditiveAttention, x: string): Pooled {
  const keys = graph.node('Tanh', [graph.linear(x, attention, 'projected')], 'keys');
  const context = graph.floats(attention.context.name, [attention.width, 1], attention.context.value);
  const products = graph.node('MatMul', [keys, context], 'scores.3d');
  const scores = graph.node('Squeeze', [products, graph.integers([2])], 'scores');
  const masked = graph.node('Where', [graph.present, scores, graph.lowest], 'scores.masked');
  const shares = graph.node('Softmax', [masked], 'attention', { axis: 1 });
  const row = graph.node('Unsqueeze', [shares, graph.integers([1])], 'attention.3d');
  const sums = graph.node('MatMul', [row, x], 'pooled.3d');
  return { pooled: graph.node('Squeeze', [sums, graph.integers([1])], 'pooled'), attention: shares };
}

function addHeads(graph: NetworkGraph, attention: HeadAttention, x: string): Pooled {
  const { heads, key, value, query } = attention;
  const projected = graph.linear(x, key, 'keys.linear');
  const split = (rows: string, name: string, width: number) =>
    graph.node('Reshape', [rows, graph.integers([0, 0, heads, width / heads])], name);
  let scores: string;
  if (value === undefined) {
    const keys = graph.node('Tanh', [projected], 'keys');
    scores = graph.node('MatMul', [keys, graph.weights(query)], 'scores');
  } else {
    const queries = graph.node('Transpose', [graph.weights(query)], 'queries', { perm: [1, 0] });
    const products = graph.node('Mul', [split(projected, 'keys.heads', key.width), queries], 'products');
    const sums = graph.node('ReduceSum', [products, graph.integers([3])], 'sums', { keepdims: 0 });
    scores = graph.node('Mul', [sums, graph.number(1 / Math.sqrt(key.width / heads))], 'scores');
  }
  const masked = graph.node('Where', [graph.columnPresent, scores, graph.lowest], 'scores.masked');
  const shares = graph.node('Softmax', [masked], 'shares', { axis: 1 });
  const mean = graph.node('ReduceMean', [shares], 'attention', { axes: [2], keepdims: 0 });
  let sums: string;
  if (value === undefined) {
    const turned = graph.node('Transpose', [shares], 'shares.turned', { perm: [0, 2, 1] });
    sums = graph.node('MatMul', [turned, x], 'pooled.heads');
  } else {
    const values = split(graph.linear(x, value, 'values.linear'), 'values.heads', value.width);
    const column = graph.node('Unsqueeze', [shares, graph.integers([3])], 'shares.4d');
    const weighted = graph.node('Mul', [values, column], 'weighted');
    sums = graph.node('ReduceSum', [weighted, graph.integers([1])], 'pooled.heads', { keepdims: 0 });
  }
  return { pooled: graph.node('Flatten', [sums], 'pooled', { axis: 1 }), attention: mean };
}

function addMax(graph: NetworkGraph, x: string): Pooled {
  const masked = graph.node('Where', [graph.columnPresent, x, graph.lowest], 'pooled.masked');
  const pooled = graph.node('ReduceMax', [masked], 'pooled', { axes: [1], keepdims: 0 });
  const chosen = graph.node('ArgMax', [masked], 'chosen', { axis: 1, keepdims: 0 });
  const values = graph.floats('off.on', [2], Float32Array.of(0, 1));
  const marks = graph.node('OneHot', [chosen, graph.length, values], 'chosen.marks', { axis: 2 });
  return { pooled, attention: graph.node('ReduceMean', [marks], 'attention', { axes: [1], keepdims: 0 }) };
}

function addMean(graph: NetworkGraph, x: string): Pooled {
  const counts = graph.node('ReduceSum', [graph.mask, graph.integers([1])], 'counts', { keepdims: 1 });
  const shares = graph.node('Div', [graph.mask, counts], 'attention');
  const row = graph.node('Unsqueeze', [shares, graph.integers([1])], 'attention.3d');
  const sums = graph.node('MatMul', [row, x], 'pooled.3d');
  return { pooled: graph.node('Squeeze', [sums, graph.integers([1])], 'pooled'), attention: shares };
}
