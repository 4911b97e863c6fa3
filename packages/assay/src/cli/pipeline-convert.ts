import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { replaceFile } from '../durable-file.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['FILE'],
  options: {
    to: { value: 'FORMAT', description: 'dvc or jdf; unless given, the one that FILE is not' },
    out: { short: 'o', value: 'FILE', description: 'where to write it, in the same folder; printed unless given' },
    name: { value: 'NAME', description: 'of the pipeline, for jdf; that of the folder unless given' },
    lossy: { description: 'leave out what the other format cannot say, and tell it' },
    force: { short: 'f', description: 'replace files that are there' },
  },
  details:
    'A JDF 2 file becomes a dvc.yaml, and a params.yaml where it has parameters; a dvc.yaml becomes a JDF 2 file. Comments are\n' +
    'kept. What the other format has no word for is refused, each with its place.',
  async run({ arguments: [given = ''], options, context, output }) {
    const { convertPipeline } = await import('../pipelines/index.ts');
    const file = resolve(context.directory, given);
    const to = options.to ?? (basename(file) === 'dvc.yaml' ? 'jdf' : 'dvc');
    if (to !== 'dvc' && to !== 'jdf') {
      throw new AssayError('ASSAY_CLI_USAGE', `there is no format ${to}`, { hint: 'Give --to dvc or --to jdf.' });
    }
    const { lossy, name } = options;
    const { text, parameters, losses } = await convertPipeline(file, {
      to,
      lossy,
      name,
      environment: context.environment,
    });
    for (const { place, message } of losses) output.note(`left out${place ? `, line ${place.line}` : ''}: ${message}`);
    const told = losses.map(({ place, message }) => ({ message, line: place?.line ?? null }));
    output.result({ text, parameters: parameters ?? null, losses: told });
    if (options.out === undefined) {
      if (!output.json) output.raw(parameters === undefined ? text : `${text}\n# params.yaml\n${parameters}`);
      return 0;
    }
    const target = resolve(context.directory, options.out);
    if (dirname(target) !== dirname(file)) {
      throw new AssayError('ASSAY_CLI_USAGE', `${options.out} lies in another folder than ${given}`, {
        hint: 'Paths in a pipeline begin at its folder: write it there, and move the whole folder.',
      });
    }
    const files = [[target, text] as const];
    if (parameters !== undefined) files.push([join(dirname(target), 'params.yaml'), parameters]);
    const standing = files.find(
      ([path, content]) => !options.force && existsSync(path) && readFileSync(path, 'utf8') !== content,
    );
    if (standing) {
      throw new AssayError('ASSAY_PIPELINE_FILE_EXISTS', `${standing[0]} is there already`, {
        hint: 'Take another name, or replace it with --force.',
      });
    }
    for (const [path, content] of files) {
      replaceFile(path, content, { sync: false });
      output.print(path);
    }
    return 0;
  },
});
