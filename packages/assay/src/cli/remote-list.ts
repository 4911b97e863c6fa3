import { defineCommand } from './command.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const { config } = await context.repository();
    const standard = config.defaultRemote();
    const remotes = config
      .remotes()
      .map((name) => ({ name, url: config.remote(name)?.url ?? '', default: name === standard }));
    for (const { name, url, default: isDefault } of remotes)
      output.print(`${name}\t${url}${isDefault ? '\t(default)' : ''}`);
    output.result(remotes);
    return 0;
  },
});
