import { changeSettings, configuredValue } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['[NAME]', '[VALUE]'],
  options: {
    unset: { short: 'u', description: 'remove the setting' },
    list: { short: 'l', description: 'all settings' },
    showOrigin: { description: 'and the file that each is from' },
    ...levelOptions,
  },
  details: 'A NAME is section.option: core.remote, cache.type, remote.NAME.url.',
  async run({ arguments: [name, value], options, context, output }) {
    const repository = await context.repository();
    const { config } = repository;
    const level = levelOf(options);
    const origin = (file: string) => (options.showOrigin ? `${file.replace(`${repository.root}/`, '')}\t` : '');
    const fail = (message: string) => {
      throw new AssayError('ASSAY_CLI_VALUE', message, { hint: 'See `assay config --help`.' });
    };
    const changes = value !== undefined || options.unset;
    if (options.showOrigin && changes) fail('--show-origin does not go together with a value, nor with --unset');
    if (options.list && (changes || name !== undefined)) fail('--list stands alone');
    if (!options.list && name === undefined) fail('there is no name of a setting');
    if (options.list) {
      const settings = config.all(level);
      for (const one of settings) output.print(`${origin(one.file)}${one.name}=${one.shown}`);
      output.result(settings.map(({ name, value, file }) => ({ name, value, file })));
      return 0;
    }
    const parts = /^(?:remote\.(.+)|([^.]+))\.([^.]+)$/.exec(name?.toLowerCase() ?? '');
    if (!parts) {
      throw new AssayError('ASSAY_CLI_USAGE', 'the name of a setting is section.option', {
        hint: 'For instance: assay config core.remote NAME, or assay config --list.',
      });
    }
    const remote = /^remote\.(.+)\.[^.]+$/i.exec(name!)?.[1]?.toLowerCase();
    const section = remote === undefined ? parts[2]! : `remote "${remote}"`;
    const option = parts[3]!;
    const key = `${remote === undefined ? section : `remote.${remote}`}.${option}`;
    if (value === undefined && !options.unset) {
      const found = config.all(level).findLast((one) => one.name === key);
      if (!found && level !== undefined) {
        throw new AssayError('ASSAY_DVC_CONFIG', `there is no setting ${name}`, { hint: 'See `assay config --list`.' });
      }
      // Where no level is named, what is not set is no mistake.
      if (!found) {
        output.result({ name, value: null });
        return 0;
      }
      output.print(`${origin(found.file)}${found.shown}`);
      output.result({ name, value: found.value, file: found.file });
      return 0;
    }
    const written =
      options.unset || value === undefined
        ? {}
        : {
            value: configuredValue(
              repository,
              level ?? 'repo',
              { section, option, value },
              context.directory,
              context.environment,
            ),
          };
    changeSettings(repository, level ?? 'repo', [{ section, option, ...written }], context.environment);
    return 0;
  },
});
