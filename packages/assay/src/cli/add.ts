import { addPaths, locked } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { pairs } from './data-options.ts';
import { tellGit } from './git-changes.ts';

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
    await tellGit(
      workplace.repository,
      added.flatMap((one) => one.changed),
      output,
    );
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
