import { basename } from 'node:path';
import { AssayError } from '../../errors.ts';
import { readDocument, type Value } from '../documents/index.ts';
import { MOST_LISTED, type ModelDescription, type Port } from './description.ts';
import { damage, printable, type Source } from './source.ts';

const LARGEST = 2 ** 20;

/** MLflow's file `MLmodel`: YAML with a map of flavors. */
export function describeMlflow(source: Source): ModelDescription | undefined {
  const isNamed = basename(source.name) === 'MLmodel';
  if (source.size > LARGEST) {
    if (isNamed) throw damage(source.name, LARGEST, `${source.size} bytes; at most ${LARGEST}`);
    return undefined;
  }
  const bytes = source.bytes(0, source.size, 'the document').slice();
  if (!/^flavors:/m.test(Buffer.from(bytes).toString('latin1'))) return undefined;
  let top: Value;
  try {
    top = readDocument({ name: source.name, format: 'yaml', bytes });
  } catch (error) {
    if (!(error instanceof AssayError) || !isNamed) return undefined;
    throw new AssayError('ASSAY_TRACK_MODEL_FILE', error.message, { hint: 'Mend the file at that place.' });
  }
  const flavors = member(top, 'flavors');
  if (flavors?.type !== 'map') return undefined;
  const names = [...flavors.value.keys()].slice(0, MOST_LISTED).map(printable);
  const runId = textOf(top, 'run_id');
  const [inputs, outputs] = ['inputs', 'outputs'].map((side) => portsOf(source, member(top, 'signature'), side));
  // The Python flavors load pickles or modules of the model's own.
  const loader = textOf(member(flavors, 'python_function'), 'loader_module');
  return {
    format: 'mlflow',
    executable: false,
    summary: `flavors ${names.join(', ')}${runId ? `, run ${runId}` : ''}${inputs || outputs ? ', with a signature' : ''}`,
    ...(inputs ? { inputs } : {}),
    ...(outputs ? { outputs } : {}),
    details: { flavors: names, runId, loader, mlflowVersion: textOf(top, 'mlflow_version') },
  };
}

function member(value: Value | undefined, key: string): Value | undefined {
  return value?.type === 'map' ? value.value.get(key) : undefined;
}

function textOf(value: Value | undefined, key: string): string | null {
  const found = member(value, key);
  return found?.type === 'text' ? printable(found.value) : null;
}

/** A side of the signature is a text of JSON: columns by name and type, or tensors with dtype and shape. */
function portsOf(source: Source, signature: Value | undefined, side: string): Port[] | undefined {
  const given = member(signature, side);
  if (given?.type !== 'text') return undefined;
  let list: Value;
  try {
    list = readDocument({
      name: `${source.name}: signature: ${side}`,
      format: 'json',
      bytes: Buffer.from(given.value),
    });
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw damage(source.name, given.at, `the signature's ${side}: ${error.message}`);
  }
  if (list.type !== 'list') throw damage(source.name, given.at, `the signature's ${side} are no list`);
  return list.value.slice(0, MOST_LISTED).map((item, i) => {
    const tensor = member(item, 'tensor-spec');
    const shape = member(tensor, 'shape');
    const sizes = shape?.type === 'list' ? shape.value.slice(0, 100) : undefined;
    return {
      name: textOf(item, 'name') ?? String(i),
      type: textOf(tensor, 'dtype') ?? textOf(item, 'type') ?? 'unknown',
      ...(sizes
        ? {
            shape: sizes.map((size) =>
              size.type === 'number' ? sizeOf(size.value.coefficient, size.value.exponent) : '?',
            ),
          }
        : {}),
    };
  });
}

/** MLflow writes -1 for a size that is open. */
function sizeOf(coefficient: bigint, exponent: number): number | string {
  return coefficient < 0n || exponent < 0 || exponent > 15 ? '?' : Number(coefficient) * 10 ** exponent;
}
