import { AssayError } from '../../errors.ts';
import { describeCoreMl, isCoreMlKind } from './core-ml.ts';
import type { ModelDescription } from './description.ts';
import { describeMlflow } from './mlmodel.ts';
import { describeOnnx } from './onnx.ts';
import { describePickle } from './pickle.ts';
import { describePmml } from './pmml.ts';
import { type Field, ProtobufFile } from './protobuf.ts';
import { describeSafetensors } from './safetensors.ts';
import { type Source, withSource } from './source.ts';
import { describeTorch } from './torch.ts';

export type { ModelDescription, Port } from './description.ts';

/**
 * What a model file's bytes say of it; undefined where they are of no format that is known. The model is never loaded:
 * heads, headers and directories are read by their places, so that a file of any size needs little memory.
 *
 * `name` is what the file is called where `path` is another, in an object store for one.
 *
 * @throws AssayError `ASSAY_TRACK_MODEL_FILE` where a file begins as a model and contradicts itself
 */
export function inspectModelFile(path: string, name = path): ModelDescription | undefined {
  return withSource(path, name, (source) => {
    if (source.size === 0) return undefined;
    return (
      describeTorch(source) ??
      describePickle(source) ??
      describeSafetensors(source) ??
      describePmml(source) ??
      describeProtobuf(source) ??
      describeMlflow(source)
    );
  });
}

/** ONNX and Core ML, which have no magic number: both begin with a version, and have a field that tells them. */
function describeProtobuf(source: Source): ModelDescription | undefined {
  if (source.byte(0, 'the version') !== 0x08) return undefined;
  try {
    const file = new ProtobufFile(source);
    const top: Field[] = [];
    for (const field of file.fields('the model')) if (top.push(field) > 100_000) return undefined;
    const has = (number: number) => top.some((field) => field.number === number && field.wire === 2);
    if (has(2) && top.some(isCoreMlKind)) return describeCoreMl(file, top);
    return has(7) && has(8) ? describeOnnx(file, top) : undefined;
  } catch (error) {
    // Without an ending that claims it, such bytes may be anything.
    if (error instanceof AssayError && !/\.(onnx|mlmodel)$/i.test(source.name)) return undefined;
    throw error;
  }
}
