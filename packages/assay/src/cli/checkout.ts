import { checkoutTargets, locked, shownPath } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

const letters = { added: 'A', modified: 'M', deleted: 'D' } as const;

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    force: { short: 'f', description: 'give up what is not in the cache' },
    relink: { description: 'make links or copies again, by cache.type' },
    allowMissing: { description: 'pass over what is not in the cache' },
    summary: { description: 'print only how many' },
    recursive: { short: 'R', description: 'targets are folders that hold tracked data' },
    withDeps: { short: 'd', description: 'and what the targets are made of' },
  },
  details: 'A target may be a file or folder inside of a tracked folder: the rest stays as it is.',
  async run({ arguments: targets, options, context, output, signal }) {
    const progress = output.progress('checking out', 'files');
    const workplace = await context.workplace(signal, {
      onProgress: (_label, done, total) => progress.update(done, total),
      onNote: (text) => output.note(text),
    });
    const done = await locked(workplace, () =>
      checkoutTargets(workplace, targets, {
        force: options.force,
        relink: options.relink,
        recursive: options.recursive,
        withDeps: options.withDeps,
      }),
    );
    progress.end();
    const changes = { added: [] as string[], modified: [] as string[], deleted: [] as string[] };
    for (const { change, target } of done) {
      const folder = target.out.checksum?.value.endsWith('.dir') ? '/' : '';
      if (change) changes[change].push(`${shownPath(workplace, target.out.location)}${folder}`);
    }
    const { yellow, green, red } = output.colors;
    const colors = { added: green, modified: yellow, deleted: red };
    if (options.summary) {
      const words = (['modified', 'added', 'deleted'] as const).flatMap((kind) => {
        const count = done.reduce((sum, one) => sum + one.files[kind], 0);
        return count === 0 ? [] : [`${count} ${count === 1 ? 'file' : 'files'} ${kind}`];
      });
      output.print(words.length === 0 ? 'No changes.' : words.join(', ').replace(/, (?=[^,]*$)/, ' and '));
    } else {
      for (const kind of ['modified', 'added', 'deleted'] as const) {
        for (const path of changes[kind]) output.print(`${colors[kind](letters[kind])}\t${path}`);
      }
    }
    if (options.relink) output.print('Relinked successfully');
    output.result(changes);
    const missing = done.filter((one) => one.missing.length > 0);
    if (missing.length > 0 && !options.allowMissing) {
      const names = missing.map(({ target }) => target.out.location);
      throw new AssayError('ASSAY_DVC_MISSING_CACHE', `not in the cache: ${names.join(', ')}`, {
        hint: 'Bring it from a remote with `assay pull`, or pass over it with --allow-missing.',
      });
    }
    return 0;
  },
});
