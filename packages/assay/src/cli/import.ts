import { importPath } from '../access/index.ts';
import { locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { accessOptions, givenOf } from './access-options.ts';
import { defineCommand } from './command.ts';
import { tellGit } from './git-changes.ts';
import { drawnWorkplace } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['URL', 'PATH'],
  options: {
    out: { short: 'o', value: 'PATH', description: 'where to put it (default: its own name)' },
    force: { short: 'f', description: 'replace what stands there' },
    noExec: { description: 'only write the .dvc file' },
    noDownload: { description: 'write the .dvc file, leave the data where it is' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many transfers side by side' },
    ...accessOptions,
  },
  details: 'URL is a folder, or anything that git can clone. `assay update` follows what changes there.',
  async run({ arguments: [url = '', path = ''], options, context, output, signal }) {
    if (options.noExec && options.noDownload) {
      throw new AssayError('ASSAY_CLI_VALUE', '--no-exec and --no-download cannot be had together', {
        hint: 'Leave out one.',
      });
    }
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const { file, location, changed } = await locked(workplace, () =>
      importPath(workplace, url, path, {
        given: givenOf(options),
        force: options.force,
        noExec: options.noExec,
        noDownload: options.noDownload,
        ...(options.rev === undefined ? {} : { rev: options.rev }),
        ...(options.out === undefined ? {} : { out: options.out }),
        ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      }),
    ).finally(end);
    output.print(`Importing '${path} (${url})' -> '${location}'`);
    await tellGit(workplace.repository, changed, output);
    output.result({ path: location, dvc: file });
    return 0;
  },
});
