import { getUrl } from '../access/index.ts';
import { defineCommand } from './command.ts';
import { pairs } from './data-options.ts';

export const command = defineCommand({
  arguments: ['URL', '[OUT]'],
  options: {
    force: { short: 'f', description: 'replace what stands there' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many transfers side by side' },
    fsConfig: { value: 'NAME=VALUE...', repeat: true, description: 'options of the address, as of a remote' },
  },
  details: 'URL is a path, s3://, oss://, http://, https://, or remote://NAME/path.',
  async run({ arguments: [url = '', out], options, context, output, signal }) {
    const progress = output.progress('getting', 'files');
    const visit = context.visit(signal, { onProgress: (_label, done, total) => progress.update(done, total) });
    const found = await getUrl(url, visit, {
      config: await context.settings(),
      force: options.force,
      ...(out === undefined ? {} : { out }),
      ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      ...(options.fsConfig.length === 0 ? {} : { settings: pairs(options.fsConfig, '--fs-config') }),
    }).finally(() => progress.end());
    output.result({ path: found.out, files: found.files });
    return 0;
  },
});
