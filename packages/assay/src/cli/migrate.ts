import { locked, rememberSha256 } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { ensureLedger } from './recorded-project.ts';

export const command = defineCommand({
  details: [
    'Reads every object of the cache once, and remembers its SHA-256 in the project. Two contents with one MD5, which can be made on',
    'purpose, are an error from then on: in runs, and in `assay cache check`. Cache, .dvc files and dvc.lock stay as they are, so that',
    'DVC sees no difference. Run it again for what came since; what has not changed is not read again.',
  ].join('\n'),
  async run({ context, output, signal }) {
    const repository = await context.repository();
    if (await ensureLedger(context, repository.root)) output.note('Made .assay/, which remembers the hashes.');
    const { index } = context.objects();
    const progress = output.progress('hashing', 'objects');
    const workplace = await context.workplace(signal, {
      onProgress: (_label, done) => progress.update(done),
      onNote: (text) => output.note(text),
    });
    const { objects, bytes, corrupt } = await locked(workplace, () => rememberSha256(workplace, index)).finally(() =>
      progress.end(),
    );
    const { red, green } = output.colors;
    for (const md5 of corrupt) output.print(`${red('corrupt')}  ${md5}`);
    output.print(
      corrupt.length === 0
        ? `${green('✓')} ${objects} objects, ${bytes} bytes: each has its SHA-256`
        : `${corrupt.length} of ${objects} objects are corrupt; see \`assay cache check\``,
    );
    output.result({ objects, bytes, corrupt });
    return corrupt.length === 0 ? 0 : 1;
  },
});
