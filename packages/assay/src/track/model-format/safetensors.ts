import { AssayError } from '../../errors.ts';
import { readDocument, type Value } from '../documents/index.ts';
import { counted, MOST_LISTED, type ModelDescription } from './description.ts';
import { damage, printable, type Source } from './source.ts';

/** Bits of one element. */
const BITS: ReadonlyMap<string, number> = new Map(
  Object.entries({ BOOL: 8, U8: 8, I8: 8, U16: 16, I16: 16, F16: 16, BF16: 16, U32: 32, I32: 32, F32: 32 }).concat(
    Object.entries({ U64: 64, I64: 64, F64: 64, C64: 64, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F4: 4, F6_E2M3: 6 }),
    Object.entries({ F6_E3M2: 6 }),
  ),
);

interface Tensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A length, a header in JSON, and the tensors without a gap; the tensors are not read. */
export function describeSafetensors(source: Source): ModelDescription | undefined {
  if (source.size < 10 || source.byte(8, 'the header') !== 0x7b) return undefined;
  const length = Number(Buffer.from(source.bytes(0, 8, 'the length')).readBigUInt64LE());
  // Eight letters and a brace are a text: as a length they are beyond any file.
  const isNamed = /\.safetensors$/i.test(source.name);
  if (length > 2 ** 48 && !isNamed) return undefined;
  if (length > source.size - 8) {
    throw damage(source.name, 0, `a header of ${length} bytes in a file of ${source.size}`);
  }
  const header = headerOf(source, length);
  const fault = (at: number, message: string) => damage(source.name, 8 + at, message);
  if (header.type !== 'map') throw fault(header.at, 'the header is no object');
  const metadata: Record<string, string> = {};
  const tensors: Tensor[] = [];
  for (const [name, value] of header.value) {
    if (name !== '__metadata__') tensors.push(tensorOf(name, value, fault));
    else if (value.type !== 'map') throw fault(value.at, '__metadata__ is no object');
    else {
      for (const [key, text] of value.value) {
        if (text.type !== 'text') throw fault(text.at, `__metadata__: ${printable(key)} is no text`);
        if (Object.keys(metadata).length < MOST_LISTED) metadata[printable(key)] = printable(text.value);
      }
    }
  }
  checkPlaces(source, 8 + length, tensors);
  let parameters = 0;
  const dtypes: Record<string, number> = {};
  for (const { dtype, shape } of tensors) {
    parameters += product(shape);
    dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
  }
  return {
    format: 'safetensors',
    executable: false,
    summary: `${counted(tensors.length, 'tensor')} (${Object.keys(dtypes).join(', ')}), ${counted(parameters, 'parameter')}`,
    details: {
      tensors: tensors.length,
      parameters,
      dtypes,
      shapes: tensors.slice(0, MOST_LISTED).map(({ name, dtype, shape }) => ({ name: printable(name), dtype, shape })),
      metadata,
    },
  };
}

function headerOf(source: Source, length: number): Value {
  const bytes = source.bytes(8, length, 'the header');
  try {
    return readDocument({ name: 'the header', format: 'json', bytes });
  } catch (error) {
    throw error instanceof AssayError ? damage(source.name, 8, error.message) : error;
  }
}

function tensorOf(name: string, value: Value, fault: (at: number, message: string) => AssayError): Tensor {
  const called = JSON.stringify(name.slice(0, 100));
  const fields = value.type === 'map' ? value.value : new Map<string, Value>();
  const [dtype, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((field) => fields.get(field));
  if (dtype?.type !== 'text' || !BITS.has(dtype.value)) throw fault(value.at, `${called} has no dtype that is known`);
  const numbers = (list: Value | undefined, what: string): number[] => {
    const found = list?.type === 'list' ? list.value.map(wholeNumber) : [undefined];
    if (found.some((one) => one === undefined)) throw fault(value.at, `${called}: ${what} is no list of whole numbers`);
    return found as number[];
  };
  const [begin, end, ...more] = numbers(offsets, 'data_offsets');
  if (begin === undefined || end === undefined || more.length > 0 || end < begin) {
    throw fault(value.at, `${called}: data_offsets are no two places in order`);
  }
  const sizes = numbers(shape, 'shape');
  const bytes = (product(sizes) * BITS.get(dtype.value)!) / 8;
  if (bytes !== end - begin) {
    throw fault(
      value.at,
      `${called}: ${dtype.value} [${sizes.slice(0, 10)}] needs ${bytes} bytes, and has ${end - begin}`,
    );
  }
  return { name, dtype: dtype.value, shape: sizes, begin, end };
}

function wholeNumber(value: Value): number | undefined {
  if (value.type !== 'number' || value.value.exponent < 0 || value.value.exponent > 15) return undefined;
  const number = Number(value.value.coefficient) * 10 ** value.value.exponent;
  return number >= 0 && Number.isSafeInteger(number) ? number : undefined;
}

/** The format allows neither overlaps nor gaps: what no tensor names could be another file. */
function checkPlaces(source: Source, start: number, tensors: readonly Tensor[]): void {
  let at = 0;
  for (const { name, begin, end } of tensors.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    const called = JSON.stringify(name.slice(0, 100));
    if (start + end > source.size) {
      throw damage(source.name, start + begin, `${called} ends at ${start + end}, and the file at ${source.size}`);
    }
    if (begin < at) throw damage(source.name, start + begin, `${called} overlaps the tensor before it`);
    if (begin > at) throw damage(source.name, start + at, `${begin - at} bytes before ${called} belong to no tensor`);
    at = end;
  }
  const left = source.size - start - at;
  if (left > 0) throw damage(source.name, start + at, `${left} bytes at the end belong to no tensor`);
}

function product(shape: readonly number[]): number {
  return shape.reduce((one, other) => one * other, 1);
}
