import { changeSettings, checkRemote, configuredValue } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['NAME', 'OPTION', '[VALUE]'],
  options: { unset: { short: 'u', description: 'remove the setting' }, ...levelOptions },
  details: 'Secrets belong into --local, which git does not see.',
  async run({ arguments: [given = '', option = '', value], options, context }) {
    const repository = await context.repository();
    // Names have no capitals, to DVC.
    const name = given.toLowerCase();
    checkRemote(repository, name);
    if (value === undefined && !options.unset) {
      throw new AssayError('ASSAY_CLI_VALUE', `there is no value for ${option}`, { hint: 'Give one, or say --unset.' });
    }
    const level = levelOf(options) ?? 'repo';
    const section = `remote "${name}"`;
    const written =
      value === undefined
        ? undefined
        : configuredValue(
            repository,
            level,
            { section, option: option.toLowerCase(), value },
            context.directory,
            context.environment,
          );
    const isSet = repository.config.all(level).some((one) => one.name === `remote.${name}.${option.toLowerCase()}`);
    if (options.unset && !isSet) return 0;
    const change = {
      section,
      option: option.toLowerCase(),
      ...(options.unset || written === undefined ? {} : { value: written }),
    };
    changeSettings(repository, level, [change], context.environment);
    return 0;
  },
});
