/**
 * Writes word vectors as the small binary file that trainings read at once, from GloVe's or word2vec's files or the JSON of
 * npm's wink-embeddings packages.
 *
 *     node packages/learn/scripts/convert-vectors.ts FROM TO [WORDS]     (WORDS: how many, from the first; all by default)
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { encodeVectors, readWordVectors, WordVectors } from '../src/index.ts';

/** What is read of wink's JSON: each word's vector, with its norm and its place after the vector's values. */
interface WinkEmbeddings {
  readonly dimensions: number;
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

function fromWink(path: string): WordVectors {
  const { dimensions, vectors }: WinkEmbeddings = JSON.parse(readFileSync(path, 'utf8'));
  const words = Object.keys(vectors);
  const values = new Float32Array(words.length * dimensions);
  words.forEach((word, row) => {
    values.set(vectors[word]!.slice(0, dimensions), row * dimensions);
  });
  return new WordVectors(words, values, dimensions);
}

const [from, to, limit] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  console.error('Usage: convert-vectors.ts FROM TO [WORDS]');
  process.exitCode = 2;
} else {
  const all = from.endsWith('.json') ? fromWink(from) : await readWordVectors(from);
  const count = Math.min(all.words.length, limit === undefined ? all.words.length : Number(limit));
  const kept = new WordVectors(all.words.slice(0, count), all.values.slice(0, count * all.width), all.width);
  writeFileSync(to, encodeVectors(kept));
  console.log(`${count} words of ${kept.width} values written to ${to}`);
}
