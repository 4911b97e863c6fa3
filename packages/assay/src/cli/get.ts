import { accessOptions, givenOf } from './access-options.ts';
import { defineCommand } from './command.ts';
import { takePath } from './take-path.ts';

export const command = defineCommand({
  arguments: ['URL', 'PATH'],
  options: {
    out: { short: 'o', value: 'PATH', description: 'where to put it (default: its own name)' },
    force: { short: 'f', description: 'replace what stands there' },
    showUrl: { description: 'only print where its remote has it' },
    jobs: { short: 'j', value: 'N', number: true, description: 'how many transfers side by side' },
    ...accessOptions,
  },
  details: 'URL is a folder, or anything that git can clone; PATH is in git there, or tracked data.',
  async run({ arguments: [url = '', path = ''], options, context, output, signal }) {
    const progress = output.progress('getting', 'files');
    const visit = context.visit(signal, {
      onProgress: (_label, done, total) => progress.update(done, total),
      onNote: (text) => output.progressNote(text),
    });
    const choice = { given: givenOf(options), ...(options.rev === undefined ? {} : { rev: options.rev }) };
    const taken = await takePath(url, path, visit, choice, options, output, progress);
    if (!taken) return 0;
    const { out, files } = taken;
    output.result({ path: out, files });
    return 0;
  },
});
