import { ProtobufWriter } from './protobuf-writer.ts';

// Field numbers and types are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
const FLOAT = 1;
const INT64 = 7;
/** The ONNX intermediate representation that came with operator set 17. */
const IR_VERSION = 8;
const OPSET = 17;

/** A whole number, a list of them, a text, or a number of single precision. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

/** A dimension: a size, or the name of one that is known at run time. */
export type OnnxDimension = number | string;

/** Collects the nodes and constants of a graph, and writes it as an ONNX model. */
export class OnnxGraph {
  readonly #nodes: ProtobufWriter[] = [];
  readonly #constants: ProtobufWriter[] = [];
  readonly #constantNames = new Set<string>();
  readonly #inputs: ProtobufWriter[] = [];
  readonly #outputs: ProtobufWriter[] = [];

  /** Adds a node with one output, and returns the output's name. */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const node = new ProtobufWriter();
    for (const input of inputs) node.string(1, input);
    node.string(2, output).string(3, `${operator}:${output}`).string(4, operator);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value));
    this.#nodes.push(node);
    return output;
  }

  floats(name: string, shape: readonly number[], values: Float32Array): string {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setFloat32(i * 4, value, true);
    });
    return this.#constant(name, shape, FLOAT, bytes);
  }

  /** 64-bit integers, one-dimensional, or a scalar when a single number is given. */
  integers(name: string, values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const bytes = new Uint8Array(list.length * 8);
    const view = new DataView(bytes.buffer);
    list.forEach((value, i) => {
      view.setBigInt64(i * 8, BigInt(value), true);
    });
    return this.#constant(name, typeof values === 'number' ? [] : [list.length], INT64, bytes);
  }

  input(name: string, type: 'float' | 'int64', shape: readonly OnnxDimension[], description: string): void {
    this.#inputs.push(valueInfo(name, type, shape, description));
  }

  output(name: string, type: 'float' | 'int64', shape: readonly OnnxDimension[], description: string): void {
    this.#outputs.push(valueInfo(name, type, shape, description));
  }

  /** The model's bytes. */
  write(options: {
    readonly name: string;
    readonly producer: string;
    readonly description: string;
    readonly metadata: Readonly<Record<string, string>>;
  }): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.string(2, options.name);
    for (const constant of this.#constants) graph.message(5, constant);
    for (const input of this.#inputs) graph.message(11, input);
    for (const output of this.#outputs) graph.message(12, output);
    const model = new ProtobufWriter();
    model.integer(1, IR_VERSION).string(2, options.producer).string(6, options.description).message(7, graph);
    model.message(8, new ProtobufWriter().string(1, '').integer(2, OPSET));
    for (const [key, value] of Object.entries(options.metadata)) {
      model.message(14, new ProtobufWriter().string(1, key).string(2, value));
    }
    return model.finish().slice();
  }

  #constant(name: string, shape: readonly number[], type: number, bytes: Uint8Array): string {
    if (!this.#constantNames.has(name)) {
      this.#constantNames.add(name);
      const tensor = new ProtobufWriter();
      for (const size of shape) tensor.integer(1, size);
      this.#constants.push(tensor.integer(2, type).string(8, name).bytes(9, bytes));
    }
    return name;
  }
}

function attribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const writer = new ProtobufWriter().string(1, name);
  if (typeof value === 'number') return writer.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return writer.string(4, value).integer(20, 3);
  if ('float' in value) return writer.float(2, value.float).integer(20, 1);
  for (const item of value) writer.integer(8, item);
  return writer.integer(20, 7);
}

function valueInfo(
  name: string,
  type: 'float' | 'int64',
  shape: readonly OnnxDimension[],
  description: string,
): ProtobufWriter {
  const dimensions = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    dimensions.message(1, typeof size === 'string' ? dimension.string(2, size) : dimension.integer(1, size));
  }
  const tensor = new ProtobufWriter().integer(1, type === 'float' ? FLOAT : INT64).message(2, dimensions);
  return new ProtobufWriter()
    .string(1, name)
    .message(2, new ProtobufWriter().message(1, tensor))
    .string(3, description);
}
