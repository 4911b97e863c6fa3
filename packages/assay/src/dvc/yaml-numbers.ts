import type { Scalar, ScalarTag } from 'yaml';
import { pythonFloat } from './python-text.ts';

type OnError = (message: string) => void;

/** As DVC's reader takes whole numbers: underscores anywhere but in front, `0b`, `0o` and `0x`, each with a sign. */
const wholeNumber = /^(?!_)[-+]?(?:0b[01_]+|0o?[0-7_]+|[0-9_]+|0x[0-9a-fA-F_]+)$/;

const fraction =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Whole numbers are bigints, so every number is a float. A number that was read is written as it stood. */
const intTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: (value) => typeof value === 'bigint',
  test: wholeNumber,
  resolve: (text, onError) => readWhole(text) ?? notOne(text, onError),
  stringify: (node) => asRead(node, readWhole) ?? String(node.value),
};

/** Floats as DVC's writer has them. */
const floatTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number',
  test: fraction,
  resolve: (text, onError) => readFraction(text) ?? notOne(text, onError),
  stringify: (node) => asRead(node, readFraction) ?? yamlFloat(node.value as number),
};

/** Tags of a schema with its numbers replaced by those of DVC. */
export function withNumbers(tags: readonly unknown[]): readonly unknown[] {
  const isNumber = ({ tag }: Partial<ScalarTag>) => tag === intTag.tag || tag === floatTag.tag;
  return [floatTag, intTag, ...tags.filter((one) => !isNumber(one as Partial<ScalarTag>))];
}

function readWhole(text: string): bigint | undefined {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  if (!/^(?:0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|[0-9]+)$/.test(digits)) return undefined;
  return text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
}

function readFraction(text: string): number | undefined {
  const word = text.replaceAll('_', '').toLowerCase();
  if (word === '.nan') return Number.NaN;
  if (word.endsWith('.inf')) return word.startsWith('-') ? -Infinity : Infinity;
  const value = Number(word);
  return Number.isNaN(value) ? undefined : value;
}

function notOne(text: string, onError: OnError): string {
  onError(`\`${text}\` begins like a number and is none`);
  return text;
}

function asRead({ source, value }: Scalar, read: (text: string) => unknown): string | undefined {
  return source !== undefined && Object.is(read(source), value) ? source : undefined;
}

function yamlFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return pythonFloat(value);
}
