import { counted, MOST_LISTED, type ModelDescription, type Port } from './description.ts';
import type { Field, ProtobufFile } from './protobuf.ts';
import { damage } from './source.ts';

/** TensorProto.DataType of ONNX's onnx.proto, by number. */
const ELEMENTS =
  'undefined float uint8 int8 uint16 int16 int32 int64 string bool float16 double uint32 uint64 complex64 complex128 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1'.split(
    ' ',
  );

/** A ModelProto; `top` are its fields. */
export function describeOnnx(file: ProtobufFile, top: readonly Field[]): ModelDescription {
  const text = (number: number) => {
    const field = top.find((one) => one.number === number);
    return field === undefined ? '' : file.text('the model', field);
  };
  const irVersion = top.find(({ number }) => number === 1)?.integer ?? 0;
  const opsets: { domain: string; version: number }[] = [];
  for (const field of top.filter(({ number }) => number === 8).slice(0, MOST_LISTED)) {
    let [domain, version] = ['', 0];
    for (const part of file.inside('an operator set', field)) {
      if (part.number === 1) domain = file.text('an operator set', part);
      if (part.number === 2) version = part.integer;
    }
    opsets.push({ domain: domain || 'ai.onnx', version });
  }
  const inputs: Port[] = [];
  const outputs: Port[] = [];
  let [nodes, initializers, external] = [0, 0, 0];
  for (const graph of top.filter(({ number }) => number === 7)) {
    for (const field of file.inside('the graph', graph)) {
      if (field.number === 1) nodes++;
      if (field.number === 5) {
        initializers++;
        for (const part of file.inside('an initializer', field)) if (part.number === 13) external++;
      }
      if (field.number === 11 && inputs.length < MOST_LISTED) inputs.push(port(file, field));
      if (field.number === 12 && outputs.length < MOST_LISTED) outputs.push(port(file, field));
    }
  }
  const producer = [text(2), text(3)].filter(Boolean).join(' ');
  const sets = opsets.map(({ domain, version }) => `${domain} ${version}`).join(', ');
  const made = producer && `, by ${producer}`;
  return {
    format: 'onnx',
    executable: false,
    summary: `IR ${irVersion}, ${sets}${made}, ${counted(nodes, 'node')}`,
    inputs,
    outputs,
    // Tensors with entries of external data lie in other files.
    details: { irVersion, opsets, producer, nodes, initializers, externalData: external > 0 },
  };
}

function port(file: ProtobufFile, field: Field): Port {
  let name = '';
  let type: Pick<Port, 'type' | 'shape'> = { type: 'undefined' };
  for (const part of file.inside('a value', field)) {
    if (part.number === 1) name = file.text('a value', part);
    if (part.number === 2) type = typeOf(file, part, 0);
  }
  return { name, ...type };
}

function typeOf(file: ProtobufFile, field: Field, depth: number): Pick<Port, 'type' | 'shape'> {
  if (depth > 16) throw damage(file.source.name, field.at, 'types nested deeper than 16');
  for (const kind of file.inside('a type', field)) {
    if (kind.number === 1 || kind.number === 8) {
      let type = 'undefined';
      let shape: (number | string)[] | undefined;
      for (const part of file.inside('a tensor type', kind)) {
        if (part.number === 1) type = ELEMENTS[part.integer] ?? `type ${part.integer}`;
        if (part.number === 2) {
          shape = [];
          for (const dimension of file.inside('a shape', part)) {
            if (dimension.number === 1 && shape.length < 100) shape.push(dimensionOf(file, dimension));
          }
        }
      }
      return { type: kind.number === 8 ? `sparse ${type}` : type, ...(shape ? { shape } : {}) };
    }
    const container = { 4: 'sequence', 5: 'map', 7: 'opaque', 9: 'optional' }[kind.number];
    if (container === undefined) continue;
    for (const part of file.inside(container, kind)) {
      const isElement = part.number === (kind.number === 5 ? 2 : 1) && kind.number !== 7;
      if (isElement) return { type: `${container} of ${typeOf(file, part, depth + 1).type}` };
    }
    return { type: container };
  }
  return { type: 'undefined' };
}

function dimensionOf(file: ProtobufFile, field: Field): number | string {
  for (const part of file.inside('a dimension', field)) {
    if (part.number === 1) return part.integer >= 2 ** 63 ? '?' : part.integer;
    if (part.number === 2) return file.text('a dimension', part);
  }
  return '?';
}
