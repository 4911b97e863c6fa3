import { MultiLabelOutput, OrdinalOutput, type Output, SoftmaxOutput } from '../network/index.ts';
import type { NetworkGraph } from './network-graph.ts';

/** Adds an output's nodes. @param x rows [batch, width]. @returns probabilities [batch, classes]. */
export function addOutput(graph: NetworkGraph, output: Output, x: string): string {
  if (output instanceof OrdinalOutput) return addOrdinal(graph, output, x);
  if (output instanceof SoftmaxOutput || output instanceof MultiLabelOutput) {
    const scores = graph.node('Gemm', [x, graph.weights(output.weight), graph.weights(output.bias)], 'logits');
    return output instanceof SoftmaxOutput
      ? graph.node('Softmax', [scores], 'probabilities', { axis: 1 })
      : graph.node('Sigmoid', [scores], 'probabilities');
  }
  throw new Error(`There is no export of ${output.constructor.name}.`);
}

function addOrdinal(graph: NetworkGraph, output: OrdinalOutput, x: string): string {
  const score = graph.node('MatMul', [x, graph.weights(output.weight)], 'score');
  const upTo = graph.node('Sigmoid', [graph.node('Sub', [addThresholds(graph, output), score], 'margins')], 'up_to');
  const zero = graph.node('Sub', [score, score], 'zero');
  const one = graph.node('Add', [zero, graph.number(1)], 'one');
  const upper = graph.node('Concat', [upTo, one], 'upper', { axis: 1 });
  const lower = graph.node('Concat', [zero, upTo], 'lower', { axis: 1 });
  return graph.node('Sub', [upper, lower], 'probabilities');
}

function addThresholds(graph: NetworkGraph, { steps, classes }: OrdinalOutput): string {
  const given = graph.weights(steps);
  if (classes === 2) return given;
  const part = (from: number, to: number, name: string) =>
    graph.node('Slice', [given, graph.integers([from]), graph.integers([to])], name);
  const distances = graph.node('Softplus', [part(1, classes - 1, 'steps.rest')], 'distances');
  const joined = graph.node('Concat', [part(0, 1, 'steps.first'), distances], 'steps', { axis: 0 });
  return graph.node('CumSum', [joined, graph.integers(0)], 'thresholds');
}
