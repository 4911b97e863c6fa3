import { LearnError } from '../errors.ts';

/** A named array of 32-bit floats. */
export interface FloatTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Float32Array;
}

/** The format's own limit on its header: 100 MB. */
const LARGEST_HEADER = 100_000_000;

/**
 * Writes tensors as safetensors (https://github.com/huggingface/safetensors): the header's length in 8 little-endian
 * bytes, the header in JSON padded by spaces to a multiple of 8, then the tensors' bytes without gaps.
 */
export function encodeSafetensors(
  tensors: readonly FloatTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, shape, value }) => {
    const start = end;
    end += value.length * 4;
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }];
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const written = new TextEncoder().encode(json);
  const headerLength = Math.ceil(written.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.set(written, 8);
  let at = 8 + headerLength;
  for (const { value } of tensors) {
    for (const number of value) {
      view.setFloat32(at, number, true);
      at += 4;
    }
  }
  return bytes;
}

/**
 * Reads a safetensors file of 32-bit floats.
 *
 * @throws LearnError `ASSAY_LEARN_MODEL_INVALID` when it is cut off, its header is not what the format asks for, tensors
 * overlap or leave bytes unused, or a tensor is of another type or holds NaN or infinity.
 */
export function decodeSafetensors(bytes: Uint8Array): {
  tensors: FloatTensor[];
  metadata: Readonly<Record<string, unknown>>;
} {
  if (bytes.length < 8) throw broken(`it has ${bytes.length} bytes, and its header alone needs 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = view.getBigUint64(0, true);
  if (declared > LARGEST_HEADER || Number(declared) > bytes.length - 8) {
    throw broken(`its header claims ${declared} bytes and the file has ${bytes.length}`);
  }
  const headerLength = Number(declared);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, 8 + headerLength));
  const dataStart = 8 + headerLength;
  const dataLength = bytes.length - dataStart;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const { shape, start, end } = parseEntry(name, entry);
    if (end > dataLength) throw broken(`tensor ${JSON.stringify(name)} ends at byte ${end} of ${dataLength}`);
    const value = new Float32Array((end - start) / 4);
    for (let i = 0; i < value.length; i++) {
      const number = view.getFloat32(dataStart + start + i * 4, true);
      if (!Number.isFinite(number)) throw broken(`tensor ${JSON.stringify(name)} holds ${number} at position ${i}`);
      value[i] = number;
    }
    return { name, shape, value, start, end };
  });
  let covered = 0;
  for (const { name, start, end } of tensors.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== covered) throw broken(`tensor ${JSON.stringify(name)} begins at byte ${start}, not ${covered}`);
    covered = end;
  }
  if (covered !== dataLength) throw broken(`${dataLength - covered} bytes at its end belong to no tensor`);
  if (!isObject(metadata)) throw broken('its __metadata__ is not an object');
  return { tensors: tensors.map(({ name, shape, value }) => ({ name, shape, value })), metadata };
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw broken('its header is not JSON in UTF-8', cause);
  }
  if (!isObject(header)) throw broken('its header is not a JSON object');
  return header;
}

function parseEntry(name: string, entry: unknown): { shape: number[]; start: number; end: number } {
  const what = `tensor ${JSON.stringify(name.slice(0, 80))}`;
  if (!isObject(entry)) throw broken(`${what} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') throw broken(`${what} has the type ${JSON.stringify(dtype)}; only F32 is read`);
  if (!isCounts(shape)) throw broken(`${what} has no list of sizes as its shape`);
  if (!isCounts(offsets) || offsets.length !== 2) throw broken(`${what} has no two offsets`);
  const [start = 0, end = 0] = offsets;
  const length = shape.reduce((product, size) => product * size, 1) * 4;
  if (end - start !== length) throw broken(`${what} of shape [${shape}] takes ${length} bytes, not ${end - start}`);
  return { shape, start, end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function broken(why: string, cause?: unknown): LearnError {
  return new LearnError('ASSAY_LEARN_MODEL_INVALID', `The file of weights cannot be read: ${why}.`, {
    hint: 'The file is damaged or is not a safetensors file of this library; take it from its source again.',
    cause,
  });
}
