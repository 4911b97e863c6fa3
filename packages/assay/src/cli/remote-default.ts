import { changeSettings, checkRemote } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['[NAME]'],
  options: { unset: { short: 'u', description: 'have no default' }, ...levelOptions },
  async run({ arguments: [given], options, context, output }) {
    const repository = await context.repository();
    const name = given?.toLowerCase();
    if (name === undefined && !options.unset) {
      const standard = repository.config.defaultRemote();
      output.print(standard ?? 'No default remote set');
      output.result({ default: standard ?? null });
      return standard === undefined ? 1 : 0;
    }
    if (name !== undefined) checkRemote(repository, name);
    const level = levelOf(options) ?? 'repo';
    const isSet = repository.config.all(level).some((one) => one.name === 'core.remote');
    if (name === undefined && !isSet) return 0;
    const change = { section: 'core', option: 'remote', ...(name === undefined ? {} : { value: name }) };
    changeSettings(repository, level, [change], context.environment);
    return 0;
  },
});
