import { release } from 'node:os';
import { packageVersion } from '../package.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const facts: Record<string, string> = {
      version: packageVersion(),
      node: process.version,
      platform: `${process.platform} ${release()} ${process.arch}`,
    };
    const repository = await context.repository().catch(() => undefined);
    if (repository) {
      facts.repository = repository.root;
      facts.cache = repository.cache;
      facts.links = repository.config.linkTypes().join(', ');
      facts.git = repository.gitTop ?? 'none';
    }
    for (const [name, value] of Object.entries(facts)) output.print(`${name.padEnd(11)} ${value}`);
    output.result(facts);
    return 0;
  },
});
