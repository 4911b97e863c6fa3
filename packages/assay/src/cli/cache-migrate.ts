import { locked, migrateCache, migrateTrackingFiles, trackingFilesToMigrate } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { tellGit } from './git-changes.ts';

export const command = defineCommand({
  options: {
    dvcFiles: { description: 'write hashes of DVC 3 into .dvc files and dvc.lock as well' },
    dry: { description: 'only say what would be done' },
  },
  details:
    'Objects in the layout of DVC 2 get their names in that of DVC 3; the old names stay, linked to the same bytes.',
  async run({ options, context, output, signal }) {
    const progress = output.progress('migrating', 'files');
    const workplace = await context.workplace(signal, {
      onProgress: (_label, done) => progress.update(done),
      onNote: (text) => output.note(text),
    });
    return locked(workplace, async () => {
      const legacy = [...workplace.cache.list()].filter((one) => one.legacy).length;
      if (options.dry) output.print(`${legacy} files will be re-hashed and migrated to the DVC 3.0 cache location.`);
      else output.print(`Migrated ${await migrateCache(workplace)} files to DVC 3.0 cache location.`);
      progress.end();
      const stages = options.dvcFiles ? await trackingFilesToMigrate(workplace) : [];
      const files = [
        ...new Set(
          stages.map((one) =>
            one.name === undefined ? one.file : `${one.file} (${one.file.replace(/yaml$/, 'lock')})`,
          ),
        ),
      ];
      if (options.dvcFiles && files.length === 0)
        output.print('No DVC files in the repo to migrate to the 3.0 format.');
      if (options.dry || files.length === 0) {
        if (files.length > 0) {
          output.print('Entries in following DVC files will be migrated to the 3.0 format:');
          for (const file of files.sort()) output.print(`\t${file}`);
        }
        output.result({ objects: legacy, files, dry: options.dry });
        return 0;
      }
      const { changed, missing } = await migrateTrackingFiles(workplace, stages);
      const { root } = workplace.repository;
      for (const file of new Set(changed)) output.print(`Updating DVC file '${file.slice(root.length + 1)}'`);
      for (const address of missing) output.note(`${address} stays as it was: its data is not in the workspace.`);
      await tellGit(workplace.repository, changed, output);
      output.result({ objects: legacy, files: changed.map((file) => file.slice(root.length + 1)), missing });
      return 0;
    });
  },
});
