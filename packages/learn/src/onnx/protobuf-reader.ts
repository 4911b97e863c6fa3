import { LearnError } from '../errors.ts';

/** One field of a message: an integer for varints, bytes for everything else. */
export interface ProtobufField {
  readonly number: number;
  readonly integer: number;
  readonly bytes: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/**
 * The fields of a message in the protocol buffers wire format, in order. Bytes are views, not copies.
 *
 * @throws LearnError `ASSAY_LEARN_ONNX_INVALID` when the bytes end within a field or are of no known form.
 */
export function* readFields(bytes: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || factor > 2 ** 63) throw invalid('it ends, or runs on, within a number');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw invalid(`a field claims ${length} bytes and ${bytes.length - at} are left`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) yield { number, integer: varint(), bytes: EMPTY };
    else if (wireType === 1) yield { number, integer: 0, bytes: take(8) };
    else if (wireType === 2) yield { number, integer: 0, bytes: take(varint()) };
    else if (wireType === 5) yield { number, integer: 0, bytes: take(4) };
    else throw invalid(`a field has the unknown wire type ${wireType}`);
  }
}

/** The text of a field, which must be UTF-8. */
export function readString({ bytes }: ProtobufField): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('a text in it is not UTF-8', cause);
  }
}

export function invalid(why: string, cause?: unknown): LearnError {
  return new LearnError('ASSAY_LEARN_ONNX_INVALID', `The ONNX file cannot be read: ${why}.`, {
    hint: 'Give a file that exportOnnx wrote, whole.',
    cause,
  });
}
