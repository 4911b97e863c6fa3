import type { TextClassifier } from '../models/index.ts';
import type { Network } from '../network/index.ts';
import { PADDING, TOKENIZER_VERSION } from '../tokens/index.ts';
import { addEncoder } from './export-encoder.ts';
import { addOutput } from './export-output.ts';
import { addPooling } from './export-pooling.ts';
import { NetworkGraph } from './network-graph.ts';
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
  const members = networks.map((network, member) =>
    addNetwork(new NetworkGraph(graph, `${member}.`, present), network),
  );
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

function addNetwork(graph: NetworkGraph, network: Network) {
  let x = graph.node('Gather', [graph.weights(network.embedding.table), 'tokens'], 'embedded');
  network.encoders.forEach((encoder, layer) => {
    x = addEncoder(graph, encoder, x, layer);
  });
  const { pooled, attention } = addPooling(graph, network.attention, x);
  return { probabilities: addOutput(graph, network.output, pooled), attention };
}
