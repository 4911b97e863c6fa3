import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { changeSettings } from '../data/index.ts';
import { configFile } from '../dvc/index.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['[FOLDER]'],
  options: { unset: { short: 'u', description: 'back to .dvc/cache' }, ...levelOptions },
  async run({ arguments: [folder], options, context, output }) {
    const repository = await context.repository();
    if (folder === undefined && !options.unset) {
      output.print(repository.cache);
      output.result({ cache: repository.cache });
      return 0;
    }
    const level = levelOf(options) ?? 'repo';
    const base = dirname(configFile(repository.folder, level, context.environment));
    const value =
      folder === undefined || isAbsolute(folder) ? folder : relative(base, resolve(context.directory, folder));
    const change = { section: 'cache', option: 'dir', ...(value === undefined ? {} : { value }) };
    changeSettings(repository, level, [change], context.environment);
    return 0;
  },
});
