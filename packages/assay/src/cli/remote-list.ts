import { defineCommand } from './command.ts';
import { levelOf, levelOptions } from './config-level.ts';

export const command = defineCommand({
  options: levelOptions,
  async run({ options, context, output }) {
    const { config } = await context.repository();
    const level = levelOf(options);
    const standard = config.defaultRemote();
    const named = new Set(config.all(level).map((one) => /^remote\.(.*)\.[^.]+$/.exec(one.name)?.[1]));
    const remotes = config
      .remotes()
      .filter((name) => named.has(name))
      .map((name) => ({ name, url: config.remote(name)?.url ?? '', default: name === standard }));
    for (const { name, url, default: isDefault } of remotes) {
      output.print(inColumns([name, url, ...(isDefault ? ['(default)'] : [])]));
    }
    output.result(remotes);
    return 0;
  },
});

/** Columns of eight, as DVC lays them out. */
function inColumns(words: readonly string[]): string {
  return (
    words
      .slice(0, -1)
      .map((word) => word.padEnd((Math.floor(word.length / 8) + 1) * 8))
      .join('') + words.at(-1)
  );
}
