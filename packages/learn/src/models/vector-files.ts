import { readFile } from 'node:fs/promises';
import { LearnError } from '../errors.ts';
import { invalidVectors, WordVectors } from '../tokens/index.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

const FORMAT = 'assay-word-vectors-1';
const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * Reads a file of word vectors: GloVe's text, word2vec's text or binary, or the small binary file of
 * {@link encodeVectors}. Which it is, is told by its bytes.
 *
 * @throws LearnError `ASSAY_LEARN_VECTORS_MISSING` when it cannot be read, `ASSAY_LEARN_VECTORS_INVALID`, naming the line
 * or the word, when it is none of these, is cut off, or holds what is no number.
 */
export async function readWordVectors(path: string): Promise<WordVectors> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new LearnError('ASSAY_LEARN_VECTORS_MISSING', `The vectors ${path} cannot be read.`, {
      hint: 'Name a file of word vectors.',
      cause,
    });
  }
  return parseWordVectors(bytes);
}

/** As {@link readWordVectors}, from the file's bytes. */
export function parseWordVectors(bytes: Buffer): WordVectors {
  if (bytes[8] === 0x7b && bytes.readUInt32LE(4) === 0) return decodeVectors(bytes);
  const end = bytes.indexOf(NEWLINE);
  const header = /^(\d+) (\d+)\s*$/.exec(bytes.toString('latin1', 0, end < 0 ? 0 : Math.min(end, 64)));
  if (header === null) return parseText(bytes, 0, undefined);
  const [count, width] = [Number(header[1]), Number(header[2])];
  const second = bytes.indexOf(NEWLINE, end + 1);
  const line = bytes.toString('latin1', end + 1, second < 0 ? bytes.length : second).trim();
  const fields = line.split(' ');
  const isText =
    fields.length === width + 1 && fields.slice(1).every((field) => field !== '' && !Number.isNaN(Number(field)));
  return isText ? parseText(bytes, end + 1, width) : parseBinary(bytes, end + 1, count, width);
}

/** The vectors as safetensors with their words in its header: a fraction of the text's size, read at once. */
export function encodeVectors({ words, values, width }: WordVectors): Uint8Array {
  return encodeSafetensors([{ name: 'vectors', shape: [words.length, width], value: values }], {
    format: FORMAT,
    words: JSON.stringify(words),
  });
}

function decodeVectors(bytes: Buffer): WordVectors {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const [tensor] = tensors;
  if (metadata.format !== FORMAT || typeof metadata.words !== 'string' || tensor?.shape.length !== 2) {
    throw invalidVectors('it is a safetensors file without words');
  }
  let words: unknown;
  try {
    words = JSON.parse(metadata.words);
  } catch (cause) {
    throw invalidVectors('its words are not JSON', cause);
  }
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string'))
    throw invalidVectors('its words are no list');
  return new WordVectors(words, tensor.value, tensor.shape[1]!);
}

function parseText(bytes: Buffer, from: number, declared: number | undefined): WordVectors {
  const words: string[] = [];
  let width = declared ?? 0;
  let values = new Float32Array(0);
  let number = from === 0 ? 0 : 1;
  for (let start = from; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = bytes.toString('utf8', start, end < 0 ? bytes.length : end).trimEnd();
    start = end < 0 ? bytes.length : end + 1;
    number++;
    if (line === '') continue;
    const fields = line.split(' ');
    if (width === 0) width = fields.length - 1;
    if (width < 1 || fields.length < width + 1)
      throw invalidVectors(`line ${number} has not a word and ${width || 'some'} numbers`);
    // A word of GloVe may have spaces in it: the numbers are the last fields.
    const first = fields.length - width;
    if (values.length < (words.length + 1) * width) {
      const larger = new Float32Array(Math.max(1024, words.length * 2) * width);
      larger.set(values);
      values = larger;
    }
    for (let j = 0; j < width; j++) {
      const field = fields[first + j]!;
      const value = field === '' ? Number.NaN : Number(field);
      if (!Number.isFinite(value))
        throw invalidVectors(`line ${number} has ${JSON.stringify(field.slice(0, 40))} where a number should stand`);
      values[words.length * width + j] = value;
    }
    words.push(fields.slice(0, first).join(' '));
  }
  return new WordVectors(words, values.slice(0, words.length * width), width);
}

function parseBinary(bytes: Buffer, from: number, count: number, width: number): WordVectors {
  if (width < 1 || count < 1 || count * (width * 4 + 1) > bytes.length - from) {
    throw invalidVectors(
      `its head names ${count} words of ${width} values, and there are ${bytes.length - from} bytes`,
    );
  }
  const words: string[] = [];
  const values = new Float32Array(count * width);
  let at = from;
  for (let row = 0; row < count; row++) {
    while (bytes[at] === NEWLINE) at++;
    const space = bytes.indexOf(SPACE, at);
    if (space < 0 || space + 1 + width * 4 > bytes.length)
      throw invalidVectors(`it ends in word ${row + 1} of ${count}`);
    words.push(bytes.toString('utf8', at, space));
    at = space + 1;
    for (let j = 0; j < width; j++, at += 4) values[row * width + j] = bytes.readFloatLE(at);
  }
  return new WordVectors(words, values, width);
}
