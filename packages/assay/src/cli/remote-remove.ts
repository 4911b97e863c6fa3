import { changeSettings, checkRemote } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['NAME'],
  options: levelOptions,
  async run({ arguments: [given = ''], options, context }) {
    const repository = await context.repository();
    // Names have no capitals, to DVC.
    const name = given.toLowerCase();
    checkRemote(repository, name);
    const standard = repository.config.origin('core', 'remote');
    changeSettings(repository, levelOf(options) ?? 'repo', [{ section: `remote "${name}"` }], context.environment);
    if (standard?.value === name) {
      changeSettings(repository, standard.level, [{ section: 'core', option: 'remote' }], context.environment);
    }
    return 0;
  },
});
