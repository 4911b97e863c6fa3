import { changeSettings, checkRemote } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['[NAME]'],
  options: { unset: { short: 'u', description: 'have no default' }, ...levelOptions },
  async run({ arguments: [name], options, context, output }) {
    const repository = await context.repository();
    if (name === undefined && !options.unset) {
      const standard = repository.config.defaultRemote();
      output.print(standard ?? 'No default remote set');
      output.result({ default: standard ?? null });
      return standard === undefined ? 1 : 0;
    }
    if (name !== undefined) checkRemote(repository, name);
    const change = { section: 'core', option: 'remote', ...(name === undefined ? {} : { value: name }) };
    changeSettings(repository, levelOf(options) ?? 'repo', [change], context.environment);
    return 0;
  },
});
