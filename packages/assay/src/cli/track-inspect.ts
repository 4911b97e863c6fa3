import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import { inspectModelFile, type Port } from '../track/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['FILE'],
  options: {},
  details:
    'ONNX, Core ML, MLflow (MLmodel), pickle, PyTorch, safetensors and PMML by their bytes. The model is never loaded: of\n' +
    'pickles it tells what loading them would import.',
  async run({ arguments: [given], context, output }) {
    const path = resolve(context.directory, given!);
    if (!statSync(path).isFile()) {
      throw new AssayError('ASSAY_TRACK_FILES', `${given} is no file`, { hint: 'Name a file in it.' });
    }
    const found = inspectModelFile(path, given!);
    output.result({ file: given, recognised: found !== undefined, ...found });
    if (found === undefined) {
      output.print(`${given}: not recognised as a model`);
      return 0;
    }
    const { bold, dim, red } = output.colors;
    output.print(`${bold(given!)} ${found.format}, ${found.executable ? red(found.summary) : found.summary}`);
    const ports = (what: string, list: readonly Port[] = []) => {
      for (const { name, type, shape } of list) {
        output.print(`  ${dim(what)} ${name} ${type}${shape ? ` [${shape.join(', ')}]` : ''}`);
      }
    };
    ports(found.format === 'pmml' ? 'field' : 'input', found.inputs);
    ports('output', found.outputs);
    return 0;
  },
});
