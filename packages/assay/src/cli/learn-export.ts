import { createHash } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exportOnnx, TextClassifier } from '@assay/learn';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['DIR'],
  options: { onnx: { value: 'FILE', required: true, description: 'where the ONNX model (operator set 17) goes' } },
  details:
    'DIR is a folder that `assay learn train` wrote. The file has labels, vocabulary and settings in its metadata.',
  async run({ arguments: [folder = ''], options, context, output }) {
    const model = await TextClassifier.load(resolve(context.directory, folder));
    const bytes = exportOnnx(model);
    const path = resolve(context.directory, options.onnx);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, bytes, { flush: true });
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw new AssayError(
        'ASSAY_TRAIN_OPTIONS',
        `cannot write ${path}: ${cause instanceof Error ? cause.message : cause}`,
        {
          hint: 'Name a file in a folder that exists.',
          cause,
        },
      );
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    output.print(`${path}: ${bytes.length} bytes`);
    output.result({ onnx: path, bytes: bytes.length, sha256, labels: model.labels });
    return 0;
  },
});
