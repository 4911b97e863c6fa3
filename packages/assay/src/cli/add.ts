import { addPaths, locked } from '../data/index.ts';
import { runGit } from '../dvc/index.ts';
import { defineCommand } from './command.ts';
import { pairs } from './data-options.ts';

export const command = defineCommand({
  arguments: ['TARGETS...'],
  options: {
    noCommit: { description: 'only hash the data, leave it out of the cache' },
    glob: { description: 'targets are patterns' },
    force: { short: 'f', description: 'replace what stands in the way' },
    desc: { value: 'TEXT', description: 'what the data is, for people' },
    type: { value: 'TEXT', description: 'its type, for people' },
    label: { value: 'TEXT', repeat: true, description: 'a label' },
    meta: { value: 'KEY=VALUE', repeat: true, description: 'further facts' },
    file: { value: 'FILE.dvc', description: 'the name of the .dvc file' },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const progress = output.progress('adding', 'files');
    const workplace = await context.workplace(signal, {
      onProgress: (_label, done) => progress.update(done),
      onNote: (text) => output.note(text),
    });
    const added = await locked(workplace, () =>
      addPaths(workplace, targets, {
        noCommit: options.noCommit,
        glob: options.glob,
        force: options.force,
        labels: options.label,
        ...(options.desc === undefined ? {} : { desc: options.desc }),
        ...(options.type === undefined ? {} : { type: options.type }),
        ...(options.file === undefined ? {} : { file: options.file }),
        ...(options.meta.length === 0 ? {} : { meta: pairs(options.meta, '--meta') }),
      }),
    );
    progress.end();
    const { repository } = workplace;
    const changed = [...new Set(added.flatMap((one) => one.changed))];
    if (repository.gitTop !== undefined && changed.length > 0) {
      if (repository.config.flag('core', 'autostage') === true) {
        await runGit(repository.gitTop, ['add', '--', ...changed]);
      } else {
        const shown = changed.map((file) => file.slice(repository.root.length + 1));
        output.print(`To keep it in git: git add ${shown.join(' ')}`);
      }
    }
    output.result(
      added.map(({ location, dataFile, found }) => ({
        path: location,
        dvc: dataFile,
        md5: found.md5,
        size: found.size,
        ...(found.kind === 'directory' ? { nfiles: found.nfiles } : {}),
      })),
    );
    return 0;
  },
});
