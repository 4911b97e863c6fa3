import { importUrl } from '../access/index.ts';
import { locked } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { pairs } from './data-options.ts';
import { tellGit } from './git-changes.ts';
import { drawnWorkplace } from './transfer-options.ts';

export const command = defineCommand({
  arguments: ['URL', '[OUT]'],
  options: {
    force: { short: 'f', description: 'replace what stands there' },
    noExec: { description: 'only write the .dvc file' },
    noDownload: { description: 'write down what the data is known by, leave it where it is' },
    toRemote: { description: 'bring the data into a remote, not into the workspace' },
    remote: { short: 'r', value: 'NAME', description: 'that remote (default: core.remote)' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many transfers side by side' },
    versionAware: { description: 'follow versions that the store keeps (refused: not known here)' },
    fsConfig: { value: 'NAME=VALUE...', repeat: true, description: 'options of the address, as of a remote' },
  },
  details: 'URL is a path, s3://, oss://, http://, https://, or remote://NAME/path. `assay update` looks for changes.',
  async run({ arguments: [url = '', out], options, context, output, signal }) {
    if (options.versionAware || /[?&]versionId=/i.test(url)) {
      throw new AssayError('ASSAY_ACCESS_VERSIONS', 'importing by the versions that a store keeps is not known here', {
        hint: 'Leave out --version-aware and versionId: the data is then known by its etag.',
      });
    }
    const exclusive = [options.noExec, options.noDownload, options.toRemote].filter((one) => one).length;
    if (exclusive > 1 || (options.remote !== undefined && !options.toRemote)) {
      throw new AssayError(
        'ASSAY_CLI_VALUE',
        '--no-exec, --no-download and --to-remote exclude each other; --remote needs --to-remote',
        {
          hint: 'Leave out all but one.',
        },
      );
    }
    const { workplace, end } = await drawnWorkplace(context, output, signal);
    const { file, location, changed } = await locked(workplace, () =>
      importUrl(workplace, url, {
        force: options.force,
        noExec: options.noExec,
        noDownload: options.noDownload,
        toRemote: options.toRemote,
        ...(options.remote === undefined ? {} : { remote: options.remote }),
        ...(out === undefined ? {} : { out }),
        ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
        ...(options.fsConfig.length === 0 ? {} : { settings: pairs(options.fsConfig, '--fs-config') }),
      }),
    ).finally(end);
    output.print(`Importing '${url}' -> '${location}'`);
    await tellGit(workplace.repository, changed, output);
    output.result({ path: location, dvc: file });
    return 0;
  },
});
