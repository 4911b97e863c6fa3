import { changeSettings, configuredUrl } from '../data/index.ts';
import type { ConfigLevel, Repository } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  arguments: ['NAME', 'URL'],
  options: {
    default: { short: 'd', description: 'make it the default' },
    force: { short: 'f', description: 'replace a remote of that name' },
    ...levelOptions,
  },
  async run({ arguments: [given = '', url = ''], options, context, output }) {
    const repository = await context.repository();
    // Names have no capitals, to DVC.
    const name = given.toLowerCase();
    const level = levelOf(options) ?? 'repo';
    if (repository.config.remotes().includes(name) && !options.force) {
      throw new AssayError('ASSAY_DVC_REMOTE_EXISTS', `there is a remote ${name} already`, {
        hint: 'Take another name, or replace it with --force.',
      });
    }
    const value = configuredUrl(repository, level, url, context.directory, context.environment);
    changeSettings(
      repository,
      level,
      [
        ...replaced(repository, level, name),
        { section: `remote "${name}"`, option: 'url', value },
        ...(options.default ? [{ section: 'core', option: 'remote', value: name }] : []),
      ],
      context.environment,
    );
    if (options.default) output.print(`Setting '${name}' as a default remote.`);
    output.result({ name, url: value, default: options.default });
    return 0;
  },
});

/** The settings that a remote of the name had at a level go, all but its place in the file. */
function replaced({ config }: Repository, level: ConfigLevel, name: string) {
  const prefix = `remote.${name}.`;
  return config
    .all(level)
    .filter((one) => one.name.startsWith(prefix) && one.name !== `${prefix}url`)
    .map((one) => ({ section: `remote "${name}"`, option: one.name.slice(prefix.length) }));
}
