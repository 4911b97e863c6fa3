import { AssayError } from '../errors.ts';

/** Tensors as the Open Inference Protocol v2 writes them in JSON; BYTES elements are UTF-8 text. */
type TensorData = Float32Array | BigInt64Array | readonly string[];

export interface Tensor {
  readonly name: string;
  readonly datatype: 'FP32' | 'INT64' | 'BYTES';
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export interface InferenceRequest {
  readonly id: string | undefined;
  readonly inputs: readonly Tensor[];
  /** Names of the outputs asked for; undefined asks for all. */
  readonly outputs: readonly string[] | undefined;
}

/** More elements than this in one request are refused. */
const maxElements = 1 << 22;

/** @throws AssayError `ASSAY_SERVE_REQUEST` for whatever is not an inference request. */
export function parseInferenceRequest(value: unknown): InferenceRequest {
  if (!isObject(value)) throw bad('the body must be a JSON object');
  const { id, inputs, outputs } = value;
  if (id !== undefined && typeof id !== 'string') throw bad('`id` must be a string');
  if (!Array.isArray(inputs) || inputs.length === 0) throw bad('`inputs` must be an array with at least one tensor');
  const tensors = inputs.map((input: unknown, i) => parseTensor(input, `inputs[${i}]`));
  const names = tensors.map(({ name }) => name);
  if (new Set(names).size < names.length) throw bad('two inputs have the same name');
  return { id, inputs: tensors, outputs: outputs === undefined ? undefined : parseOutputs(outputs) };
}

function parseOutputs(outputs: unknown): readonly string[] {
  if (!Array.isArray(outputs)) throw bad('`outputs` must be an array');
  return outputs.map((output: unknown, i) => {
    if (!isObject(output) || typeof output.name !== 'string') throw bad(`outputs[${i}] needs a \`name\``);
    return output.name;
  });
}

function parseTensor(value: unknown, where: string): Tensor {
  if (!isObject(value)) throw bad(`${where} must be an object`);
  const { name, datatype, shape, data } = value;
  if (typeof name !== 'string' || name === '') throw bad(`${where}.name must be a string`);
  if (datatype !== 'FP32' && datatype !== 'INT64' && datatype !== 'BYTES') {
    throw bad(`${where}.datatype must be FP32, INT64 or BYTES here, and is ${JSON.stringify(datatype)}`);
  }
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw bad(`${where}.shape must be an array of whole numbers`);
  }
  const dimensions: readonly number[] = shape;
  const count = dimensions.reduce((product, n) => product * n, 1);
  if (count > maxElements) throw bad(`${where} has ${count} elements; at most ${maxElements} are taken`);
  if (!Array.isArray(data)) throw bad(`${where}.data must be an array`);
  const flat: readonly unknown[] = Array.isArray(data[0]) ? flatten(data, dimensions, where) : data;
  if (flat.length !== count) throw bad(`${where}.data has ${flat.length} elements; its shape says ${count}`);
  return { name, datatype, shape: dimensions, data: convert(flat, datatype, where) };
}

/** Nested data must be nested exactly as the shape says. */
function flatten(data: readonly unknown[], shape: readonly number[], where: string): unknown[] {
  const out: unknown[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (depth === shape.length) {
      out.push(value);
      return;
    }
    if (!Array.isArray(value) || value.length !== shape[depth])
      throw bad(`${where}.data is not nested as its shape says`);
    for (const item of value) walk(item, depth + 1);
  };
  walk(data, 0);
  return out;
}

function convert(flat: readonly unknown[], datatype: Tensor['datatype'], where: string): TensorData {
  switch (datatype) {
    case 'BYTES':
      if (!flat.every((item) => typeof item === 'string')) throw bad(`${where}.data must hold strings`);
      return flat;
    case 'FP32':
      return Float32Array.from(flat, (item) => {
        if (typeof item !== 'number') throw bad(`${where}.data must hold numbers`);
        return item;
      });
    case 'INT64':
      return BigInt64Array.from(flat, (item) => {
        if (typeof item !== 'number' || !Number.isSafeInteger(item)) throw bad(`${where}.data must hold whole numbers`);
        return BigInt(item);
      });
  }
}

/** As the protocol's answer shows it: flat, row-major. */
export function tensorToJson({ name, datatype, shape, data }: Tensor): object {
  return {
    name,
    datatype,
    shape,
    data: data instanceof BigInt64Array ? Array.from(data, Number) : Array.from<string | number>(data),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(message: string): AssayError {
  return new AssayError('ASSAY_SERVE_REQUEST', message);
}
