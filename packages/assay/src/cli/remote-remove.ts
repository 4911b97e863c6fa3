import { changeSettings, checkRemote } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['NAME'],
  options: levelOptions,
  async run({ arguments: [name = ''], options, context }) {
    const repository = await context.repository();
    checkRemote(repository, name);
    const standard = repository.config.origin('core', 'remote');
    changeSettings(repository, levelOf(options) ?? 'repo', [{ section: `remote "${name}"` }], context.environment);
    if (standard?.value === name) {
      changeSettings(repository, standard.level, [{ section: 'core', option: 'remote' }], context.environment);
    }
    return 0;
  },
});
