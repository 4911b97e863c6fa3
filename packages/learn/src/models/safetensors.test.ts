import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

function file(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const tensor = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  it('comes back as written, header aligned to 8 bytes', () => {
    const tensors = [
      { name: 'a', shape: [2, 2], value: Float32Array.of(1, -2.5, 3e-30, 0) },
      { name: 'b', shape: [], value: Float32Array.of(7) },
      { name: '__proto__', shape: [1], value: Float32Array.of(8) },
    ];
    const bytes = encodeSafetensors(tensors, { made: 'here' });
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    expect(decodeSafetensors(bytes)).toEqual({ tensors, metadata: { made: 'here' } });
  });

  // Written by PyPI's safetensors 0.8 (safetensors.numpy.save of {'x': [1.5, -2]} as float32).
  it('reads a file of the reference implementation, at any alignment', () => {
    const hex =
      '38000000000000007b2278223a7b226474797065223a22463332222c227368617065223a5b325d2c22646174615f6f666673657473223a5b302c385d7d7d20200000c03f000000c0';
    const bytes = Buffer.concat([Buffer.from([0]), Buffer.from(hex, 'hex')]).subarray(1);
    expect(decodeSafetensors(bytes).tensors).toEqual([{ name: 'x', shape: [2], value: Float32Array.of(1.5, -2) }]);
  });

  const eight = new Uint8Array(8);
  it.each<[string, Uint8Array, RegExp]>([
    ['no header', new Uint8Array(3), /3 bytes/],
    ['a header longer than the file', Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0, 1), /claims 65535 bytes/],
    ['a header longer than memory', new Uint8Array(9).fill(255), /claims 1844674407370955/],
    ['a header that is not JSON', file('{'), /not JSON/],
    ['a header that is a list', file([]), /not a JSON object/],
    ['a tensor beyond the end', file({ a: tensor(0, 16) }, eight), /ends at byte 16 of 8/],
    ['bytes of no tensor', file({ a: tensor(0, 4) }, eight), /4 bytes at its end/],
    ['a hole', file({ a: tensor(4, 8) }, eight), /begins at byte 4, not 0/],
    ['overlapping tensors', file({ a: tensor(0, 8), b: tensor(4, 8) }, eight), /begins at byte 4, not 8/],
    ['a shape of another size', file({ a: tensor(0, 8, [3]) }, eight), /takes 12 bytes, not 8/],
    ['a shape that overflows', file({ a: tensor(0, 8, [2 ** 52, 2 ** 52]) }, eight), /takes 8\.1\d+e\+31 bytes/],
    ['a negative size', file({ a: tensor(0, 8, [-2]) }, eight), /no list of sizes/],
    ['another type', file({ a: tensor(0, 8, [4], 'F16') }, eight), /type "F16"/],
    ['no offsets', file({ a: { dtype: 'F32', shape: [2] } }, eight), /no two offsets/],
    ['NaN', file({ a: tensor(0, 4) }, Uint8Array.of(0, 0, 192, 127)), /holds NaN at position 0/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
    expect(() => decodeSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'ASSAY_LEARN_MODEL_INVALID' }));
  });
});
