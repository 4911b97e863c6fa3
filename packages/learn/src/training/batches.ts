import { encodings } from '../network/index.ts';
import type { Random } from '../random/index.ts';
import type { TrainingConfig } from './config.ts';

/** Batches among which texts are put together by their length. */
const POOL = 16;

/**
 * The shuffled texts in batches. Where the work of a batch depends on its longest text, as it does in recurrent layers and
 * transformers, the texts of each 16 batches are put together by length, and those batches shuffled.
 */
export function arrangeBatches(
  order: readonly number[],
  sequences: readonly Int32Array[],
  { batchSize, encode }: Pick<TrainingConfig, 'batchSize' | 'encode'>,
  random: Random,
): number[][] {
  const byLength = encodings(encode).some(({ kind }) => kind !== 'window');
  if (!byLength) return cut(order, batchSize);
  return cut(order, POOL * batchSize).flatMap((pool) => {
    const sorted = pool.sort((a, b) => sequences[b]!.length - sequences[a]!.length);
    return random.shuffle(cut(sorted, batchSize));
  });
}

function cut(items: readonly number[], size: number): number[][] {
  const parts: number[][] = [];
  for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
}
