import { findArtifact } from '../access/index.ts';
import { AssayError } from '../errors.ts';
import { accessOptions, givenOf } from './access-options.ts';
import { defineCommand } from './command.ts';
import { takePath } from './take-path.ts';

export const command = defineCommand({
  arguments: ['URL', 'NAME'],
  options: {
    ...accessOptions,
    rev: { value: 'VERSION', description: 'a version such as v1.2.0 (default: the highest)' },
    stage: { value: 'STAGE', description: 'the version that this stage has, such as prod' },
    out: { short: 'o', value: 'PATH', description: 'where to put it (default: its own name)' },
    showUrl: { description: 'only print where its remote has it' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many transfers side by side' },
    force: { short: 'f', description: 'replace what stands there' },
  },
  details:
    'NAME is an artifact of the dvc.yaml there, FOLDER:NAME one of the dvc.yaml in a folder; versions are git tags of GTO.',
  async run({ arguments: [url = '', name = ''], options, context, output, signal }) {
    const { rev: version, stage } = options;
    if (version !== undefined && stage !== undefined) {
      throw new AssayError('ASSAY_CLI_VALUE', '--rev and --stage exclude each other', { hint: 'Say one of them.' });
    }
    const progress = output.progress('getting', 'files');
    const visit = context.visit(signal, {
      onProgress: (_label, done, total) => progress.update(done, total),
      onNote: (text) => output.progressNote(text),
    });
    const { path, rev } = await findArtifact(url, name, visit, {
      ...(version === undefined ? {} : { version }),
      ...(stage === undefined ? {} : { stage }),
    });
    const choice = { given: givenOf(options), rev };
    const taken = await takePath(url, path, visit, choice, options, output, progress);
    if (!taken) return 0;
    const { out, files } = taken;
    output.print(`Downloaded ${files} file(s) to '${out}'`);
    output.result({ path: out, files, rev });
    return 0;
  },
});
