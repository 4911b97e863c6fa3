import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { exportOnnx, trainTextClassifier } from '@assay/learn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectModelFile } from './index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-models-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function inspect(name: string, bytes: Uint8Array | string) {
  writeFileSync(join(folder, name), bytes);
  return inspectModelFile(join(folder, name));
}

const refused = (what: RegExp) =>
  expect.objectContaining({ code: 'ASSAY_TRACK_MODEL_FILE', message: expect.stringMatching(what) });

function safetensors(header: unknown, data = 12, length?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([size, json, Buffer.alloc(data)]);
}
const float = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

describe('safetensors', () => {
  test('is told by its header', () => {
    const bytes = safetensors({ __metadata__: { by: 'us' }, a: float([2], 0, 8), b: float([], 8, 12) });
    expect(inspect('a.safetensors', bytes)).toMatchObject({
      format: 'safetensors',
      executable: false,
      details: { tensors: 2, parameters: 3, dtypes: { F32: 2 }, metadata: { by: 'us' } },
    });
    expect(inspect('a.bytes', bytes)?.format).toBe('safetensors');
    expect(inspect('text', 'a letter{ and more')).toBeUndefined();
  });

  test.each([
    [safetensors({}, 0, 2n ** 40n), /header of 1099511627776 bytes/],
    [safetensors({}, 0, 2n ** 64n - 1n), /header of/],
    [safetensors({ a: float([2], 0, 8), b: float([2], 4, 12) }), /overlaps/],
    [safetensors({ a: float([3], 0, 12) }, 4), /ends at/],
    [safetensors({ a: float([2], 4, 12) }), /belong to no tensor/],
    [safetensors({ a: float([2], 0, 8) }), /4 bytes at the end/],
    [safetensors({ a: float([3], 8, 0) }), /in order/],
    [safetensors({ a: float([4], 0, 12) }), /needs 16 bytes/],
    [safetensors({ a: float([-3], 0, 12) }), /whole numbers/],
    [safetensors({ a: float([2 ** 40, 2 ** 40], 0, 12) }), /needs/],
    [safetensors({ a: { ...float([3], 0, 12), dtype: 'X' } }), /dtype/],
    [safetensors('{"a": 1, "a": 2}'), /twice/],
    [safetensors(`{"a": ${'['.repeat(9999)}`), /deeper/],
  ])('is refused where it contradicts itself (%#)', (bytes, message) => {
    expect(() => inspect('a.safetensors', bytes)).toThrow(refused(message));
  });

  test('of many gigabytes is told by its head', () => {
    const size = 8 * 2 ** 30;
    const path = join(folder, 'large.safetensors');
    writeFileSync(path, safetensors({ a: { dtype: 'U8', shape: [size], data_offsets: [0, size] } }, 0));
    truncateSync(path, size + safetensors({ a: { dtype: 'U8', shape: [size], data_offsets: [0, size] } }, 0).length);
    const before = process.memoryUsage().rss;
    expect(inspectModelFile(path)?.details).toMatchObject({ parameters: size });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });
});

const short = (text: string) => Buffer.concat([Buffer.from([0x8c, text.length]), Buffer.from(text)]);
const bytes = (...parts: (number | string | Uint8Array)[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part as Uint8Array))),
  );

describe('pickle', () => {
  test.each<[string, Buffer | string, string[]]>([
    ['protocol 0', 'cos\nsystem\n(S"ls"\ntR.', ['os.system']],
    ['protocol 0, INST', '(S"ls"\nios\nsystem\n.', ['os.system']],
    ['protocol 2', bytes(0x80, 2, 'cbuiltins\neval\nX\x01\0\0\0a', 0x85, 'R.'), ['builtins.eval']],
    ['protocol 4', bytes(0x80, 4, short('os'), short('system'), 0x93, short('ls'), 0x85, 'R.'), ['os.system']],
    ['no imports', bytes(0x80, 4, ']', 0x94, '.'), []],
    [
      'names from the memo',
      bytes(0x80, 4, short('os'), 0x94, '0', short('system'), 0x94, '0', 'h\0h\x01', 0x93, ')R.'),
      ['os.system'],
    ],
    ['a computed name', bytes(0x80, 4, short('os'), ')', 0x93, '.'), ['os.(computed)']],
  ])('%s', (_, given, imports) => {
    expect(inspect('model.bin', given)).toMatchObject({
      format: 'pickle',
      executable: true,
      details: { imports, stopped: null },
    });
  });

  test.each([
    ['cut short', bytes(0x80, 4, short('os'), short('system'), 0x93, ')'), /ends within/],
    ['a length beyond the file', bytes(0x80, 4, 'cos\nsystem\n', 0x8e, Buffer.alloc(8, 0x7f)), /claims/],
    ['an empty stack', bytes(0x80, 4, 'cos\nsystem\n', '000.'), /takes more/],
    ['no opcode', bytes(0x80, 4, 'cos\nsystem\n', 0xff), /0xff/],
    ['marks without end', bytes(0x80, 4, 'cos\nsystem\n', '('.repeat(1_000_001)), /deeper/],
  ])('that is broken still tells what would run: %s', (_, given, message) => {
    expect(inspect('model.pkl', given)).toMatchObject({
      executable: true,
      details: { imports: ['os.system'], stopped: expect.stringMatching(message) },
    });
  });

  test.each(['I1\n0cos\nsystem\n(S"ls"\ntR.', 'cos\nsystem\n(S"ls"\ntR. and more', 'cos\nsystem\n(S"ls"\ntR\xff'])(
    'of protocol 0 is seen whatever stands around its call (%#)',
    (text) => {
      expect(inspect('model.bin', Buffer.from(text, 'latin1'))).toMatchObject({ details: { imports: ['os.system'] } });
    },
  );

  test('does not hide an import behind many', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `ca\n${i}\n0`).join('');
    const evil = inspect('model.pkl', `${many(1500)}cos\nsystem\n)R.`);
    expect(evil).toMatchObject({ details: { imports: expect.arrayContaining(['os.system']) } });
    expect(inspect('model.pkl', bytes(0x80, 2, many(10_001)))?.details).toMatchObject({
      stopped: expect.stringMatching(/more than 10000 imports/),
    });
  });

  test('is not seen in other files', () => {
    for (const text of ['(a remark)\n', '# Title\n', '{"a": 1}', 'c', 'to be or not', '[]']) {
      expect(inspect('text', text)).toBeUndefined();
    }
  });
});

function zip(files: Readonly<Record<string, Uint8Array>>, claimed?: number): Buffer {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(claimed ?? content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

describe('torch', () => {
  const pickle = Buffer.from('\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)R.', 'latin1');
  test('is a zip file with a pickle', () => {
    expect(inspect('m.pt', zip({ 'm/data.pkl': pickle, 'm/data/0': Buffer.alloc(8) }))).toMatchObject({
      format: 'torch',
      executable: true,
      details: {
        imports: ['torch._utils._rebuild_tensor_v2'],
        entries: [{ name: 'm/data.pkl' }, { name: 'm/data/0' }],
      },
    });
    expect(inspect('m.zip', zip({ 'read.me': pickle }))).toBeUndefined();
  });

  test('is refused where its directory lies', () => {
    const whole = zip({ 'm/data.pkl': pickle });
    expect(() => inspect('m.pt', whole.subarray(0, -23))).toThrow(refused(/cut short/));
    expect(() => inspect('m.pt', zip({ 'm/data.pkl': pickle }, 3))).toThrow(refused(/does not unpack/));
    expect(() => inspect('m.pt', zip({ 'm/data.pkl': pickle }, 2 ** 31))).toThrow(refused(/at most/));
    const far = Buffer.from(whole);
    far.writeUInt32LE(0x7fffffff, whole.length - 6);
    expect(() => inspect('m.pt', far)).toThrow(refused(/directory of/));
  });
});

/** A field of bytes. */
const field = (number: number, content: Uint8Array | string) => {
  const tag = number < 16 ? [number * 8 + 2] : [((number * 8 + 2) & 127) | 128, (number * 8 + 2) >> 7];
  return bytes(Buffer.from([...tag, content.length]), Buffer.from(content as Uint8Array));
};

describe('ONNX and Core ML', () => {
  test('an ONNX file of our own', async () => {
    const train = ['good', 'bad', 'fine good', 'so bad'].map((text, i) => ({ text, label: i % 2 ? 'down' : 'up' }));
    const classifier = await trainTextClassifier({ train, config: { epochs: 1, members: 1 } });
    const model = exportOnnx(classifier);
    expect(inspect('m.onnx', model)).toMatchObject({
      format: 'onnx',
      inputs: [{ name: 'tokens', type: 'int64', shape: ['batch', 'length'] }],
      outputs: [
        { name: 'probabilities', type: 'float', shape: ['batch', 2] },
        { name: 'attention', type: 'float', shape: ['batch', 'length'] },
      ],
      details: { opsets: [{ domain: 'ai.onnx', version: 17 }], externalData: false },
    });
    expect(() => inspect('cut.onnx', model.subarray(0, 900))).toThrow(refused(/claims/));
    expect(inspect('cut.bytes', model.subarray(0, 900))).toBeUndefined();
  });

  test('types nested without end are refused', () => {
    let type = field(4, '');
    for (let i = 0; i < 20; i++) type = field(4, field(1, type));
    const model = (one: Buffer) => bytes(8, 8, field(7, field(11, field(2, one))), field(8, bytes(16, 17)));
    expect(inspect('m.onnx', model(field(1, bytes(8, 1))))).toMatchObject({ inputs: [{ type: 'float' }] });
    expect(() => inspect('deep.onnx', model(type))).toThrow(refused(/deeper than 16/));
  });

  test('a Core ML file', () => {
    const input = field(1, bytes(field(1, 'x'), field(3, field(5, bytes(field(1, bytes(1, 28)))))));
    const metadata = field(100, bytes(field(1, 'Reads digits'), field(3, 'We')));
    const model = bytes(8, 4, field(2, bytes(input, field(10, field(1, 'digit')), metadata)), field(500, 'ab'));
    expect(inspect('m.mlmodel', model)).toMatchObject({
      format: 'coreml',
      inputs: [{ name: 'x', type: 'array', shape: [1, 28] }],
      details: { specification: 4, kind: 'neural network', description: 'Reads digits', author: 'We' },
    });
    expect(() => inspect('m.mlmodel', model.subarray(0, -1))).toThrow(refused(/claims/));
  });
});

describe('MLflow and PMML', () => {
  const mlmodel = `flavors:\n  python_function:\n    loader_module: mlflow.sklearn\nrun_id: abc\nsignature:\n  inputs: '[{"name": "x", "type": "double"}]'\n`;
  test('MLmodel', () => {
    expect(inspect('MLmodel', mlmodel)).toMatchObject({
      format: 'mlflow',
      inputs: [{ name: 'x', type: 'double' }],
      details: { flavors: ['python_function'], runId: 'abc', loader: 'mlflow.sklearn' },
    });
    expect(() => inspect('MLmodel', `${mlmodel}a: [`)).toThrow(refused(/MLmodel/));
    expect(() => inspect('MLmodel', mlmodel.replace('}]', ''))).toThrow(refused(/signature/));
  });

  const pmml = (doctype: string, name: string) =>
    `<?xml version="1.0"?>${doctype}<PMML version="4.4"><Header><Application name="R"/></Header><DataDictionary>` +
    `<DataField name="${name}" optype="continuous" dataType="double"/></DataDictionary><TreeModel functionName="regression"/></PMML>`;
  test('PMML', () => {
    expect(inspect('m.xml', pmml('', 'a &amp; b'))).toMatchObject({
      format: 'pmml',
      inputs: [{ name: 'a & b', type: 'double, continuous' }],
      details: { version: '4.4', model: 'TreeModel', application: 'R' },
    });
    expect(inspect('m.xml', '<html><p/></html>')).toBeUndefined();
    expect(() => inspect('m.xml', pmml('<!DOCTYPE PMML [<!ENTITY a "b">]>', 'x'))).toThrow(refused(/DOCTYPE/));
    expect(() => inspect('m.xml', pmml('', '&lol;'))).toThrow(refused(/entity/));
    expect(() => inspect('m.pmml', '<PMML><Header>')).toThrow(refused(/no model/));
    expect(() => inspect('m.pmml', `<PMML>${'<Extension>'.repeat(200)}`)).toThrow(refused(/deeper/));
  });
});
