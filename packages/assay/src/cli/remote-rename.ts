import { changeSettings, checkRemote } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['NAME', 'NEW'],
  options: levelOptions,
  async run({ arguments: [given = '', next = ''], options, context }) {
    const repository = await context.repository();
    // Names have no capitals, to DVC.
    const name = given.toLowerCase();
    const { config } = repository;
    checkRemote(repository, name);
    if (config.remotes().includes(next)) {
      throw new AssayError('ASSAY_DVC_REMOTE_EXISTS', `there is a remote ${next} already`, {
        hint: 'Take another name.',
      });
    }
    const level = levelOf(options) ?? 'repo';
    const settings = config.all(level).filter((one) => one.name.startsWith(`remote.${name}.`));
    const moved = settings.map((one) => ({
      section: `remote "${next}"`,
      option: one.name.slice(`remote.${name}.`.length),
      value: one.value,
    }));
    changeSettings(repository, level, [...moved, { section: `remote "${name}"` }], context.environment);
    const standard = config.origin('core', 'remote');
    if (standard?.value === name) {
      const change = { section: 'core', option: 'remote', value: next };
      changeSettings(repository, standard.level, [change], context.environment);
    }
    return 0;
  },
});
