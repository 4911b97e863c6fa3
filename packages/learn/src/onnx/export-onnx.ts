import type { TextClassifier } from '../models/index.ts';
import type { Network, Parameter } from '../network/index.ts';
import { PADDING, TOKENIZER_VERSION } from '../tokens/index.ts';
import { OnnxGraph } from './onnx-writer.ts';

/** The keys of the file's metadata_props. */
export const METADATA = {
  /** The labels in the order of the probabilities, as JSON. */
  labels: 'assay.labels',
  tokenizer: 'assay.tokenizer',
  /** The words in order of their ids, as JSON; the reserved two first. */
  vocabulary: 'assay.vocabulary',
  /** `Vocabulary.digest()`. */
  vocabularyDigest: 'assay.vocabulary.sha256',
  /** The training configuration, as JSON. */
  config: 'assay.config',
  seed: 'assay.seed',
} as const;

/**
 * The classifier as an ONNX model (operator set 17) that needs nothing else: labels, tokenizer version and vocabulary are
 * in its metadata_props.
 *
 * - Input `tokens`, int64 [batch, length]: the words' ids, each text from the left, filled up with 0. What is 0 counts
 *   for nothing, so texts of different lengths go together; ids are below the vocabulary's size.
 * - Output `probabilities`, float [batch, classes], and `attention`, float [batch, length], 0 at padding. Of a row of
 *   padding alone they mean nothing; a text without words is the one id 1.
 *
 * The same model gives the same bytes.
 */
export function exportOnnx(classifier: TextClassifier): Uint8Array {
  const { networks, labels, vocabulary, config, seed } = classifier;
  const graph = new OnnxGraph();
  graph.input('tokens', 'int64', ['batch', 'length'], 'Ids of words, padded with 0 at the end.');
  const padded = graph.node('Equal', ['tokens', graph.integers('padding', PADDING)], 'padded');
  const present = graph.node('Not', [padded], 'present');
  const members = networks.map((network, member) => addNetwork(graph, network, `${member}.`, present));
  const mean = (of: 'probabilities' | 'attention') => {
    graph.node(
      'Mean',
      members.map((member) => member[of]),
      of,
    );
  };
  mean('probabilities');
  mean('attention');
  graph.output('probabilities', 'float', ['batch', labels.length], `By label: ${labels.join(', ')}.`);
  graph.output('attention', 'float', ['batch', 'length'], 'The share of attention of each word; a row sums to 1.');
  return graph.write({
    name: 'assay-text-classifier',
    producer: '@assay/learn',
    description: 'Text classifier: embed, encode, attend, predict.',
    metadata: {
      [METADATA.labels]: JSON.stringify(labels),
      [METADATA.tokenizer]: TOKENIZER_VERSION,
      [METADATA.vocabulary]: JSON.stringify(vocabulary),
      [METADATA.vocabularyDigest]: vocabulary.digest(),
      [METADATA.config]: JSON.stringify(config),
      [METADATA.seed]: String(seed),
    },
  });
}

function addNetwork(graph: OnnxGraph, network: Network, prefix: string, present: string) {
  const { embedding, encoders, attention, output } = network;
  const at = (name: string) => `${prefix}${name}`;
  const weights = ({ name, shape, value }: Parameter) => graph.floats(at(name), shape, value);
  const axis = (value: number) => graph.integers(`axis.${value}`, [value]);
  const mask = graph.node('Unsqueeze', [graph.node('Cast', [present], at('mask'), { to: 1 }), axis(2)], at('mask.3d'));

  let x = graph.node('Gather', [weights(embedding.table), 'tokens'], at('embedded'));
  encoders.forEach((encoder, layer) => {
    const step = (name: string) => at(`encoded.${layer}.${name}`);
    const { radius, weight, bias, inputWidth, width } = encoder;
    // What lies outside a text is 0 to every layer; the embeddings of padding are 0 as they are.
    if (layer > 0) x = graph.node('Mul', [x, mask], step('masked'));
    const filter = graph.floats(at(weight.name), [width, inputWidth, 2 * radius + 1], toFilter(weight.value, encoder));
    const columns = graph.node('Transpose', [x], step('columns'), { perm: [0, 2, 1] });
    const pads = [radius, radius];
    const sums = graph.node('Conv', [columns, filter, weights(bias)], step('sums'), {
      pads,
      kernel_shape: [2 * radius + 1],
    });
    const rectified = graph.node('Relu', [sums], step('rectified'));
    const rows = graph.node('Transpose', [rectified], step('rows'), { perm: [0, 2, 1] });
    x = encoder.residual ? graph.node('Add', [x, rows], step('output')) : rows;
  });

  const projected = graph.node('MatMul', [x, weights(attention.weight)], at('projected'));
  const keys = graph.node('Tanh', [graph.node('Add', [projected, weights(attention.bias)], at('biased'))], at('keys'));
  const context = graph.floats(at(attention.context.name), [attention.width, 1], attention.context.value);
  const scores = graph.node('Squeeze', [graph.node('MatMul', [keys, context], at('scores.3d')), axis(2)], at('scores'));
  const lowest = graph.floats('lowest', [], Float32Array.of(-3e38));
  const masked = graph.node('Where', [present, scores, lowest], at('scores.masked'));
  const shares = graph.node('Softmax', [masked], at('attention'), { axis: 1 });
  const row = graph.node('Unsqueeze', [shares, axis(1)], at('attention.3d'));
  const pooled = graph.node('Squeeze', [graph.node('MatMul', [row, x], at('pooled.3d')), axis(1)], at('pooled'));
  const logits = graph.node('Gemm', [pooled, weights(output.weight), weights(output.bias)], at('logits'));
  return { probabilities: graph.node('Softmax', [logits], at('probabilities'), { axis: 1 }), attention: shares };
}

interface FilterShape {
  readonly radius: number;
  readonly inputWidth: number;
  readonly width: number;
}

/** Weights by [offset, input, output] as the filter of a Conv, [output, input, offset]. */
function toFilter(weights: Float32Array, shape: FilterShape): Float32Array {
  const filter = new Float32Array(weights.length);
  eachFilterWeight(shape, (own, onnx) => {
    filter[onnx] = weights[own]!;
  });
  return filter;
}

/** The reverse of what {@link exportOnnx} does to a window encoder's weights. */
export function fromFilter(filter: Float32Array, shape: FilterShape): Float32Array {
  const weights = new Float32Array(filter.length);
  eachFilterWeight(shape, (own, onnx) => {
    weights[own] = filter[onnx]!;
  });
  return weights;
}

function eachFilterWeight(
  { radius, inputWidth, width }: FilterShape,
  visit: (own: number, onnx: number) => void,
): void {
  const span = 2 * radius + 1;
  for (let offset = 0; offset < span; offset++) {
    for (let i = 0; i < inputWidth; i++) {
      for (let j = 0; j < width; j++)
        visit((offset * inputWidth + i) * width + j, (j * inputWidth + i) * span + offset);
    }
  }
}
