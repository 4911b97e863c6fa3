import {
  BidirectionalEncoder,
  type Encoder,
  GruCell,
  LAYER_NORM_EPSILON,
  type LayerNorm,
  type LstmCell,
  MultiWindowEncoder,
  type Parameter,
  positionFrequencies,
  TransformerEncoder,
  WindowEncoder,
} from '../network/index.ts';
import type { NetworkGraph } from './network-graph.ts';
import { toFilter } from './window-filter.ts';

/** Adds an encoder's nodes. @param x rows [batch, length, inputWidth]. @returns the same with the encoder's width. */
export function addEncoder(graph: NetworkGraph, encoder: Encoder, x: string, layer: number): string {
  const name = `encoded.${layer}`;
  if (encoder instanceof WindowEncoder) return addWindows(graph, [encoder], encoder.residual, { x, name, layer });
  if (encoder instanceof MultiWindowEncoder) {
    return addWindows(graph, encoder.windows, encoder.residual, { x, name, layer });
  }
  if (encoder instanceof TransformerEncoder) return addTransformer(graph, encoder, x, name);
  if (encoder instanceof BidirectionalEncoder) return addRecurrent(graph, encoder, x, name);
  throw new Error(`There is no export of ${encoder.constructor.name}.`);
}

interface Place {
  readonly x: string;
  readonly name: string;
  readonly layer: number;
}

function addWindows(
  graph: NetworkGraph,
  windows: readonly WindowEncoder[],
  residual: boolean,
  { x, name, layer }: Place,
): string {
  // What lies outside a text is 0 to every layer; the embeddings of padding are 0 as they are.
  const input = layer > 0 ? graph.node('Mul', [x, graph.columnMask], `${name}.masked`) : x;
  const columns = graph.node('Transpose', [input], `${name}.columns`, { perm: [0, 2, 1] });
  const sums = windows.map((window, i) => {
    const { radius, weight, bias, inputWidth, width } = window;
    const span = 2 * radius + 1;
    const filter = graph.floats(weight.name, [width, inputWidth, span], toFilter(weight.value, window));
    return graph.node('Conv', [columns, filter, graph.weights(bias)], `${name}.sums.${i}`, {
      pads: [radius, radius],
      kernel_shape: [span],
    });
  });
  const sum = sums.length === 1 ? sums[0]! : graph.node('Concat', sums, `${name}.sums`, { axis: 1 });
  const rectified = graph.node('Relu', [sum], `${name}.rectified`);
  const rows = graph.node('Transpose', [rectified], `${name}.rows`, { perm: [0, 2, 1] });
  return residual ? graph.node('Add', [input, rows], `${name}.output`) : rows;
}

/** GRU and LSTM of ONNX take their weights transposed, and both directions in one tensor. */
function addRecurrent(
  graph: NetworkGraph,
  encoder: BidirectionalEncoder<GruCell | LstmCell>,
  x: string,
  name: string,
): string {
  const [first] = encoder.cells;
  const kind = first instanceof GruCell ? 'GRU' : 'LSTM';
  const both = (part: string, of: (cell: GruCell | LstmCell) => readonly Parameter[], transposed: boolean): string => {
    const directions = encoder.cells.map((cell, direction) => {
      const step = (what: string) => `${name}.${part}.${direction}.${what}`;
      const pieces = of(cell).map((parameter) => graph.weights(parameter));
      const zeros = new Float32Array(cell instanceof GruCell ? 3 * cell.width : 4 * cell.width);
      if (!transposed) pieces.push(graph.floats(step('zeros'), [zeros.length], zeros));
      const axis = transposed ? 1 : 0;
      const joined = pieces.length === 1 ? pieces[0]! : graph.node('Concat', pieces, step('joined'), { axis });
      const turned = transposed ? graph.node('Transpose', [joined], step('turned'), { perm: [1, 0] }) : joined;
      return graph.node('Unsqueeze', [turned, graph.integers([0])], step('one'));
    });
    return graph.node('Concat', directions, `${name}.${part}`, { axis: 0 });
  };
  const gru = (cell: GruCell | LstmCell) => cell instanceof GruCell;
  const input = both('input', (cell) => (gru(cell) ? [cell.inputGates, cell.inputCandidate] : [cell.input]), true);
  const state = both('state', (cell) => (gru(cell) ? [cell.stateGates, cell.stateCandidate] : [cell.state]), true);
  const bias = both('bias', (cell) => (gru(cell) ? [cell.gatesBias, cell.candidateBias] : [cell.bias]), false);
  const steps = graph.node('Transpose', [x], `${name}.steps`, { perm: [1, 0, 2] });
  const states = graph.node(kind, [steps, input, state, bias, graph.lengths], `${name}.states`, {
    direction: 'bidirectional',
    hidden_size: first.width,
    ...(kind === 'GRU' && { linear_before_reset: 0 }),
  });
  const rows = graph.node('Transpose', [states], `${name}.rows`, { perm: [2, 0, 1, 3] });
  return graph.node('Reshape', [rows, graph.integers([0, 0, -1])], `${name}.output`);
}

function addTransformer(graph: NetworkGraph, encoder: TransformerEncoder, x: string, name: string): string {
  const { width, attention, project, expandWeight, expandBias, contract } = encoder;
  let rows = project === undefined ? x : graph.linear(x, project, `${name}.project`);
  if (encoder.positions) rows = graph.node('Add', [rows, addPositions(graph, width, name)], `${name}.placed`);
  const first = addNorm(graph, encoder.firstNorm, rows, `${name}.first_norm`);
  const headWidth = width / attention.heads;
  const heads = (projected: string, part: string, perm: readonly number[]) => {
    const split = graph.node(
      'Reshape',
      [projected, graph.integers([0, 0, attention.heads, headWidth])],
      `${name}.${part}.split`,
    );
    return graph.node('Transpose', [split], `${name}.${part}.heads`, { perm });
  };
  const query = heads(graph.linear(first, attention.query, `${name}.query`), 'query', [0, 2, 1, 3]);
  const key = heads(graph.linear(first, attention.key, `${name}.key`), 'key', [0, 2, 3, 1]);
  const value = heads(graph.linear(first, attention.value, `${name}.value`), 'value', [0, 2, 1, 3]);
  const products = graph.node('MatMul', [query, key], `${name}.products`);
  const scores = graph.node('Mul', [products, graph.number(1 / Math.sqrt(headWidth))], `${name}.scores`);
  const present = graph.node('Unsqueeze', [graph.present, graph.integers([1, 2])], `${name}.present`);
  const masked = graph.node('Where', [present, scores, graph.lowest], `${name}.scores.masked`);
  const shares = graph.node('Softmax', [masked], `${name}.shares`, { axis: 3 });
  const mixed = graph.node('MatMul', [shares, value], `${name}.mixed.heads`);
  const turned = graph.node('Transpose', [mixed], `${name}.mixed.rows`, { perm: [0, 2, 1, 3] });
  const joined = graph.node('Reshape', [turned, graph.integers([0, 0, width])], `${name}.mixed`);
  const attended = graph.node(
    'Add',
    [rows, graph.linear(joined, attention.merge, `${name}.merge`)],
    `${name}.attended`,
  );
  const second = addNorm(graph, encoder.secondNorm, attended, `${name}.second_norm`);
  const expanded = graph.linear(second, { weight: expandWeight, bias: expandBias }, `${name}.expand`);
  const hidden = graph.node('Relu', [expanded], `${name}.hidden`);
  return graph.node('Add', [attended, graph.linear(hidden, contract, `${name}.contract`)], `${name}.output`);
}

function addNorm(graph: NetworkGraph, { scale, shift }: LayerNorm, x: string, name: string): string {
  return graph.node('LayerNormalization', [x, graph.weights(scale), graph.weights(shift)], name, {
    axis: 2,
    epsilon: { float: LAYER_NORM_EPSILON },
  });
}

/** The sinusoids of as many positions as the batch is long, [length, width]. */
function addPositions(graph: NetworkGraph, width: number, name: string): string {
  const step = (what: string) => `${name}.position.${what}`;
  const frequencies = positionFrequencies(width);
  const range = graph.node('Range', [graph.integers(0), graph.length, graph.integers(1)], step('range'));
  const numbers = graph.node('Cast', [range], step('numbers'), { to: 1 });
  const column = graph.node('Unsqueeze', [numbers, graph.integers([1])], step('column'));
  const row = graph.floats(step('frequencies'), [1, frequencies.length], frequencies);
  const angles = graph.node('Mul', [column, row], step('angles'));
  const waves = (['Sin', 'Cos'] as const).map((wave) => {
    const values = graph.node(wave, [angles], step(wave));
    return graph.node('Unsqueeze', [values, graph.integers([2])], step(`${wave}.column`));
  });
  const pairs = graph.node('Concat', waves, step('pairs'), { axis: 2 });
  const flat = graph.node('Reshape', [pairs, graph.integers([0, -1])], step('flat'));
  // Of an odd width the last cosine is too many.
  return graph.node('Slice', [flat, graph.integers([0]), graph.integers([width]), graph.integers([1])], step('values'));
}
