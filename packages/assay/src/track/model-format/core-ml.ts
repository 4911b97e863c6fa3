import { counted, MOST_LISTED, type ModelDescription, type Port } from './description.ts';
import type { Field, ProtobufFile } from './protobuf.ts';

/** The oneof `Type` of Core ML's Model.proto, by field number. */
const KINDS: Readonly<Record<number, string>> = {
  200: 'pipeline classifier',
  201: 'pipeline regressor',
  202: 'pipeline',
  300: 'linear regressor',
  301: 'support vector regressor',
  302: 'tree ensemble regressor',
  303: 'neural network regressor',
  304: 'Bayesian probit regressor',
  400: 'linear classifier',
  401: 'support vector classifier',
  402: 'tree ensemble classifier',
  403: 'neural network classifier',
  404: 'nearest neighbours classifier',
  500: 'neural network',
  501: 'item similarity recommender',
  502: 'ML program',
  555: 'custom model',
  556: 'linked model',
  560: 'class confidence thresholding',
  600: 'one-hot encoder',
  601: 'imputer',
  602: 'feature vectorizer',
  603: 'dictionary vectorizer',
  604: 'scaler',
  606: 'categorical mapping',
  607: 'normalizer',
  609: 'array feature extractor',
  610: 'non-maximum suppression',
  900: 'identity',
  2000: 'text classifier',
  2001: 'word tagger',
  2002: 'vision feature print',
  2003: 'sound analysis preprocessing',
  2004: 'gazetteer',
  2005: 'word embedding',
  2006: 'audio feature print',
  3000: 'serialized model',
};
const TYPES: Readonly<Record<number, string>> = {
  1: 'int64',
  2: 'double',
  3: 'string',
  4: 'image',
  5: 'array',
  6: 'dictionary',
  7: 'sequence',
  8: 'state',
};
const ELEMENTS: Readonly<Record<number, string>> = {
  65552: 'float16',
  65568: 'float32',
  65600: 'double',
  131080: 'int8',
  131104: 'int32',
};

export const isCoreMlKind = ({ number, wire }: Field): boolean => wire === 2 && KINDS[number] !== undefined;

/** A Model message; `top` are its fields. */
export function describeCoreMl(file: ProtobufFile, top: readonly Field[]): ModelDescription {
  const specification = top.find(({ number }) => number === 1)?.integer ?? 0;
  const kind = KINDS[top.find(isCoreMlKind)?.number ?? 0] ?? 'unknown';
  const inputs: Port[] = [];
  const outputs: Port[] = [];
  const texts: Record<string, string> = {};
  for (const description of top.filter(({ number }) => number === 2)) {
    for (const field of file.inside('the description', description)) {
      if (field.number === 1 && inputs.length < MOST_LISTED) inputs.push(port(file, field));
      if (field.number === 10 && outputs.length < MOST_LISTED) outputs.push(port(file, field));
      if (field.number !== 100) continue;
      for (const part of file.inside('the metadata', field)) {
        const key = { 1: 'description', 2: 'version', 3: 'author', 4: 'license' }[part.number];
        if (key !== undefined) texts[key] = file.text('the metadata', part);
      }
    }
  }
  const said = [texts.description && `“${texts.description}”`, texts.author && `by ${texts.author}`].filter(Boolean);
  const ports = `${counted(inputs.length, 'input')}, ${counted(outputs.length, 'output')}`;
  return {
    format: 'coreml',
    executable: false,
    summary: [`specification ${specification}`, kind, ...said, ports].join(', '),
    inputs,
    outputs,
    details: { specification, kind, ...texts },
  };
}

function port(file: ProtobufFile, field: Field): Port {
  let name = '';
  let type = 'undefined';
  let shape: (number | string)[] = [];
  for (const part of file.inside('a feature', field)) {
    if (part.number === 1) name = file.text('a feature', part);
    if (part.number !== 3) continue;
    for (const kind of file.inside('a type', part)) {
      if (TYPES[kind.number] === undefined) continue;
      type = TYPES[kind.number]!;
      if (kind.number !== 4 && kind.number !== 5) continue;
      for (const size of file.inside('a type', kind)) {
        const isShape = kind.number === 5 ? size.number === 1 : size.number <= 2;
        if (isShape && shape.length < 100) shape = [...shape, ...file.integers('a shape', size)];
        if (kind.number === 5 && size.number === 2) type = `array of ${ELEMENTS[size.integer] ?? size.integer}`;
      }
    }
  }
  return { name, type, ...(shape.length > 0 ? { shape } : {}) };
}
